"""The worker library and the worker in another language, against the real local platform."""

import importlib
import json
import logging
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.test_external_jobs import BPMN, Parcel, activate
from tests.platform import RunningPlatform

WORKERS = Path(__file__).parents[2] / "workers"
WITHIN_S = 30


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(WORKERS / "python"))
    return importlib.import_module("dpc_worker")


@pytest.fixture(scope="module")
def deployed(platform: RunningPlatform) -> RunningPlatform:
    answer = platform.client().post("/processes", content=BPMN, headers={"Content-Type": "application/xml"})
    assert answer.status_code in (200, 201), answer.text
    return platform


@contextmanager
def running(worker: Any) -> Iterator[None]:
    """The worker at work; then it is told to stop, and has stopped."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(WITHIN_S)
        assert not thread.is_alive()


def client(library: Any, platform: RunningPlatform, **options: Any) -> Any:
    token = library.client_credentials(
        f"{platform.origin}/_local/oauth2/token", "worker", "secret", "https://dpc/jobs:work"
    )
    return library.Worker(platform.origin, token, **{"patience_s": 1, "first_pause_s": 0.01, **options})


class Told(logging.Handler):
    """Waits for what a logger says."""

    def __init__(self, words: str) -> None:
        super().__init__(logging.DEBUG)
        self.words, self.event = words, threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self.words in record.getMessage():
            self.event.set()


@contextmanager
def told(words: str) -> Iterator[threading.Event]:
    handler, logger = Told(words), logging.getLogger("dpc_worker")
    logger.addHandler(handler)
    before, level = logger.level, logging.DEBUG
    logger.setLevel(level)
    try:
        yield handler.event
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)


def test_everything_that_a_handler_may_do(deployed: RunningPlatform, library: Any) -> None:
    left = threading.Semaphore(0)

    def ship(job: Any) -> Any:
        left.release()
        match job.variables["parcel"]:
            case "w-none":
                raise library.BpmnError("OUT_OF_STOCK", "none left", left=0)
            case "w-odd":
                raise ValueError("odd")
            case "w-never":
                raise library.JobFailed("no such street", retries=0)
            case "w-reserved":
                return {"_dpc": 1}
            case "w-number":
                return {"number": float("nan")}
        assert (job.headers, job.retries) == ({"carrier": "post"}, 2)
        return {"tracking": "T-2"}

    parcels = {name: Parcel(deployed, f"w-{name}") for name in ("good", "none", "odd", "never", "reserved", "number")}
    for tries in (6, 2):
        worker = client(library, deployed)
        worker.job("ship-parcel", at_once=3)(ship)
        with running(worker):
            assert all(left.acquire(timeout=WITHIN_S) for _ in range(tries))
        deployed.advance("PT1M")
    found = {name: parcel.get() for name, parcel in parcels.items()}
    assert found["good"]["variables"]["tracking"] == "T-2"
    assert (found["none"]["status"], found["none"]["variables"]["left"]) == ("completed", 0)
    causes = {name: f["incidents"][0]["cause"] for name, f in found.items() if f["incidents"]}
    assert causes["odd"] == "ValueError: odd" and causes["never"] == "no such street"
    assert causes["reserved"].startswith("The result was refused") and "JSON" in causes["number"]
    for name in causes:
        assert parcels[name].client.post(f"/instances/{parcels[name].id}/cancel").status_code == 200


def test_locks_are_extended_while_the_work_lasts_and_what_is_in_hand_is_finished(
    deployed: RunningPlatform, library: Any
) -> None:
    worker = client(library, deployed)
    begun, go_on = threading.Event(), threading.Event()

    @worker.job("ship-parcel", lock_s=1)
    def ship(job: Any) -> Any:
        begun.set()
        assert go_on.wait(WITHIN_S)
        return {"slow": True}

    parcel = Parcel(deployed, "w-slow")
    with running(worker):
        assert begun.wait(WITHIN_S)
        deployed.advance("PT1H")
        with told("extended the lock") as extended:
            assert extended.wait(WITHIN_S)
        assert activate(deployed, worker="other") == []
        worker.stop()
        go_on.set()
    assert parcel.get()["variables"]["slow"] is True


def test_a_lost_job_is_not_ended(deployed: RunningPlatform, library: Any) -> None:
    worker = client(library, deployed)
    begun, lost = threading.Event(), threading.Event()

    @worker.job("ship-parcel", lock_s=1)
    def ship(job: Any) -> None:
        begun.set()
        if job.lost.wait(WITHIN_S):
            lost.set()

    parcel = Parcel(deployed, "w-lost")
    with running(worker):
        assert begun.wait(WITHIN_S)
        assert parcel.client.post(f"/instances/{parcel.id}/cancel").status_code == 200
        assert lost.wait(WITHIN_S)
    assert parcel.get()["status"] == "cancelled"


def test_while_the_platform_is_away_the_worker_waits_and_its_token_is_renewed(library: Any) -> None:
    asked: list[tuple[str, str, Any]] = []
    job = {
        "id": "j", "type": "t", "elementId": "e", "instanceId": "i", "processId": "p", "version": 1,
        "businessKey": "", "variables": {}, "headers": {}, "retries": 3,
    }  # fmt: skip
    answers: dict[str, list[tuple[int, Any]]] = {
        "activate": [(503, ""), (200, "<html>"), (429, ""), (401, ""), (200, {"jobs": [job]})],
        "complete": [(500, ""), (502, ""), (200, {})],
        "token": [(503, ""), *((200, {"access_token": str(n), "expires_in": 3600}) for n in range(9))],
    }

    class Stub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            name = self.path.rsplit("/", 1)[-1]
            asked.append((name, str(self.headers["Authorization"]), self.headers["Idempotency-Key"]))
            status, answer = answers[name].pop(0) if answers[name] else (200, {"jobs": []})
            del body
            text = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        threading.Thread(target=server.serve_forever).start()
        url = f"http://127.0.0.1:{server.server_port}"
        worker = library.Worker(url, library.client_credentials(f"{url}/token", "id", "secret"), first_pause_s=0.001)
        worker.job("t")(lambda job: worker.stop())
        worker.run()
        server.shutdown()
    named = [name for name, _, _ in asked]
    assert named.count("complete") == 3
    assert len({key for name, _, key in asked if name == "complete"}) == 1, "one effect: the same key each time"
    tokens = [token for name, token, _ in asked if name == "activate"]
    assert tokens[:5] == ["Bearer 0"] * 4 + ["Bearer 1"]


def test_a_worker_without_a_handler_says_so(library: Any) -> None:
    with pytest.raises(ValueError, match="handler"):
        library.Worker("http://127.0.0.1:1", "token").run()


def commands() -> list[Any]:
    node = pytest.mark.skipif(shutil.which("node") is None, reason="There is no Node on this machine.")
    return [
        pytest.param([sys.executable, str(WORKERS / "python" / "example.py")], id="python"),
        pytest.param(["node", str(WORKERS / "node" / "worker.mjs")], id="node", marks=node),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_the_examples_ship_refuse_and_stop_in_order(deployed: RunningPlatform, command: list[str]) -> None:
    key = f"x-{Path(command[0]).name}"
    shipped, refused = Parcel(deployed, f"{key}-1", address="Long Lane 1"), Parcel(deployed, f"{key}-2")
    process = subprocess.Popen([*command, deployed.origin], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Shipping ")
        while refused.get()["status"] == "active":
            deployed.idle()
        assert refused.get()["incidents"][0]["error"] == "BpmnError"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WITHIN_S + 20)
    assert process.returncode == 0
    ended = shipped.get()
    assert ended["status"] == "completed" and ended["variables"]["tracking"]
    assert refused.client.post(f"/instances/{refused.id}/cancel").status_code == 200
