"""`kill -9` while clients work: what was answered holds, what was not is asked again, everything goes on to its end."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.processes import line, process
from tests.local.killed import KilledPlatform

KILLS = 3
CLIENTS, CASES = 3, 9
_PATIENCE_S = 240

ORDER = process(
    "order",
    line(
        "startEvent#Start",
        'serviceTask#Pack{<bpmn:extensionElements><zeebe:taskDefinition type="pack"/></bpmn:extensionElements>}',
        "receiveTask#Hear",
        "userTask#Look",
        "endEvent#Done",
    ).replace('<bpmn:receiveTask id="Hear"', '<bpmn:receiveTask id="Hear" messageRef="Sent"'),
    '<bpmn:message id="Sent" name="sent"><bpmn:extensionElements><zeebe:subscription correlationKey="=key"/>'
    "</bpmn:extensionElements></bpmn:message>",
)
PATH = ["Start", "Pack", "Hear", "Look", "Done"]


class Customer:
    """A client that asks the same again (by its idempotency key) until it is answered."""

    def __init__(self, platform: KilledPlatform, http: httpx.Client) -> None:
        self._platform, self._http = platform, http

    def __call__(
        self, method: str, path: str, key: str = "", kind: str = "application/json", **request: Any
    ) -> httpx.Response:
        """The answer, sooner or later."""
        headers = {**self._platform.headers, "Content-Type": kind} | ({"Idempotency-Key": key} if key else {})
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            try:
                return self._http.request(method, path, headers=headers, **request)
            except httpx.TransportError:
                time.sleep(0.02)
        raise AssertionError(f"{path} is not answered")

    def get(self, path: str, **request: Any) -> dict[str, Any]:
        """What must be there."""
        return dict(self("GET", path, **request).raise_for_status().json())

    def order(self, name: str) -> str:
        """One case from its start to its end; the instance's id."""
        body = {"businessKey": name, "variables": {"key": name}}
        started = self("POST", "/processes/order/instances", f"start-{name}", json=body).raise_for_status().json()
        message = {"name": "sent", "correlationKey": name, "messageId": f"sent-{name}", "variables": {"sent": True}}
        self("POST", "/messages", f"sent-{name}", json=message).raise_for_status()
        until = time.monotonic() + _PATIENCE_S
        while self.get(f"/instances/{started['id']}")["status"] != "completed":
            assert time.monotonic() < until, self.get(f"/instances/{started['id']}")
            self._work(started["id"])
        return str(started["id"])

    def _work(self, instance: str) -> None:
        """Whatever there is to do: the jobs of anybody, the tasks of the instance."""
        asked = {"type": "pack", "worker": "w", "maxJobs": 5, "lockDuration": "PT5S"}
        for job in self("POST", "/jobs/activate", json=asked).raise_for_status().json()["jobs"]:
            self._complete(f"/jobs/{job['id']}", {"packed": True})
        for task in self.get("/tasks", params={"instanceId": instance})["items"]:
            self._complete(f"/tasks/{task['id']}", {"looked": True})

    def _complete(self, path: str, variables: dict[str, Any]) -> None:
        """Somebody may have done it already, if a list was behind."""
        answer = self("POST", f"{path}/complete", f"complete-{path}", json={"variables": variables})
        assert answer.status_code in (200, 404, 409), answer.text


def _kill_now_and_then(platform: KilledPlatform, ended: threading.Event) -> int:
    """How often it was killed: KILLS times, or until all work is done."""
    chance = random.Random(KILLS)
    for kill in range(KILLS):
        if ended.wait(chance.uniform(0.2, 1.5)):
            return kill
        platform.kill()
        platform.start()
    return KILLS


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    ended = threading.Event()
    with (
        KilledPlatform(tmp_path / "d") as platform,
        httpx.Client(base_url=platform.origin, timeout=_PATIENCE_S) as http,
        ThreadPoolExecutor(CLIENTS + 1) as threads,
    ):
        customer = Customer(platform, http)
        customer("POST", "/processes", content=ORDER, kind="application/xml").raise_for_status()
        killing = threads.submit(_kill_now_and_then, platform, ended)
        try:
            orders = [threads.submit(customer.order, f"o-{number}") for number in range(CASES)]
            instances = {order.result() for order in orders}
        finally:
            ended.set()
        assert killing.result() == KILLS
        assert customer("POST", "/_local/idle").status_code == 200
        for instance in instances:
            assert [item["elementId"] for item in customer.get(f"/instances/{instance}/history")["items"]] == PATH
            variables = customer.get(f"/instances/{instance}")["variables"]
            assert (variables["packed"], variables["sent"], variables["looked"]) == (True, True, True)
        found = customer.get("/instances", params={"processId": "order", "limit": 100})["items"]
        assert {item["id"] for item in found} == instances
