"""The command line: exit status, what is printed, what is written; and `dpc up` as a process of its own."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cli import main
from local.commands.rebuild import rebuild
from local.server import HOST, PortInUseError, bind
from local.tenants import ROOT, TenantFileError, read_tenant

LOAN = ROOT / "catalogue" / "products" / "cash-loan"


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def test_feel(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("feel", "a + 1", "--context", '{"a": 2}') == 0
    assert capsys.readouterr().out == "3\n"
    assert run("feel", "a > 1", "--context", '{"a": 2}', "--jsonata") == 0
    assert "$states.input.a" in capsys.readouterr().out
    assert run("feel", "a +") == 1
    assert "not FEEL" in capsys.readouterr().err
    assert run("feel", "a", "--context", "[]") == 2


def test_compile_writes_machine_and_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run("compile", LOAN / "cash-loan.bpmn", "--with", LOAN, "--out", out, "--format", "json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert json.loads((out / "report.json").read_text()) == printed
    assert printed["processes"][0]["machines"] == ["cash-loan.asl.json"]
    assert json.loads((out / "cash-loan.asl.json").read_text())["QueryLanguage"] == "JSONata"


def test_compile_finds_the_decisions_beside_a_model(tmp_path: Path) -> None:
    assert run("compile", LOAN / "cash-loan.bpmn", "--out", tmp_path) == 0


def test_compile_tells_people_what_paths_cost_and_where_things_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("compile", LOAN / "cash-loan.bpmn", "--with", LOAN, "--out", tmp_path) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    report = json.loads((tmp_path / "report.json").read_text())["processes"][0]["report"]
    happy = report["paths"][0]
    figures = [str(happy[key]) for key in ("nodes", "transitions", "events", "lambdaCalls", "writes")]
    assert ["happy", *figures, f"{happy['dollarsPerThousand']:.4f}"] in [line[:7] for line in lines]
    assert ["Eligible", "scoring.eligible", "==", "true", "JSONata"] in lines
    assert ["ScoreApplication", "businessRuleTask", "none:"] in [line[:3] for line in lines]
    assert any(line[:2] == ["ChecksBegin", "a"] and "ChecksDone:" in line for line in lines)
    assert ["wrote", str(tmp_path / "report.json")] in lines


def test_a_refused_model_writes_nothing_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "broken.bpmn"
    model.write_text(
        (LOAN / "cash-loan.bpmn").read_text().replace('targetRef="ScoreApplication"', 'targetRef="Nowhere"')
    )
    assert run("compile", model, "--with", LOAN, "--out", tmp_path / "out") == 1
    assert "Nowhere" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
    assert run("compile", tmp_path / "missing.bpmn") == 2


def test_decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = tmp_path / "in.json"
    values.write_text('{"age": 30, "monthlyIncome": 5000, "amount": 1000, "termMonths": 12}')
    assert run("decide", LOAN / "loan-scoring.dmn", "loan-scoring", "--input", values) == 0
    assert json.loads(capsys.readouterr().out)["result"]["eligible"] is True
    assert run("decide", LOAN / "loan-scoring.dmn", "nothing", "--input", values) == 1
    assert "loan-scoring" in capsys.readouterr().err


def test_decide_explains_why_a_rule_did_not_match(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = tmp_path / "in.json"
    values.write_text('{"age": 30, "monthlyIncome": 5000, "amount": "much", "termMonths": 12}')
    asked = ("decide", LOAN / "loan-scoring.dmn", "loan-scoring", "--input", values)
    assert run(*asked, "--explain") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(": rule 10 fired")
    assert "  Age = 30" in lines
    assert "  rule 1 does not match: Age `not([18..75])` is not so for 30" in lines
    assert '  rule 7 does not match: Amount `<= 60000` cannot be said of "much"' in lines
    assert run("feel", "1 + null", "--strict") == 1


def test_check_says_what_publishing_would(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", LOAN) == 0
    assert "can be published" in capsys.readouterr().out
    (tmp_path / "cash-loan.bpmn").write_bytes((LOAN / "cash-loan.bpmn").read_bytes())
    assert run("check", tmp_path) == 1
    assert "loan-application" in capsys.readouterr().out


def test_tenants_are_found_by_name() -> None:
    assert read_tenant("demo").name == "demo"
    with pytest.raises(TenantFileError, match="demo"):
        read_tenant("nobody")


def test_a_port_in_use_is_said_with_a_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    taken = bind(0)
    try:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError):
            bind(port)
        assert run("up", "--port", str(port), "--memory") == 1
        assert f"--port {port + 1}" in capsys.readouterr().err
    finally:
        taken.close()


@pytest.mark.slow
def test_up_goes_on_after_a_kill_and_ends_in_order(tmp_path: Path) -> None:
    port = _free_port()
    origin = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "local", "up", "--port", str(port), "--data", str(tmp_path / "d"), "--no-seed"]
    with _running(command) as first:
        token = _token(origin)
        started = httpx.post(f"{origin}/processes", headers=token, content=_model().encode(), timeout=60)
        assert started.status_code == 201, started.text
        os.kill(first.pid, signal.SIGKILL)
        assert first.wait(10) == -signal.SIGKILL
    with _running(command) as second:
        processes = httpx.get(f"{origin}/processes", headers=_token(origin), timeout=60).json()["items"]
        assert [process["id"] for process in processes] == ["small"]
        second.send_signal(signal.SIGTERM)
        printed, _ = second.communicate(timeout=20)
        assert second.returncode == 0
        assert origin in printed
        assert "found, as of" in printed
        assert "Stopping" in printed


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive the test, however that ends."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def _token(origin: str) -> dict[str, str]:
    for _ in range(200):
        try:
            token = httpx.post(f"{origin}/_local/token", json={"user": "demo"}, timeout=20).json()["token"]
        except httpx.TransportError:
            time.sleep(0.1)
            continue
        return {"authorization": f"Bearer {token}", "content-type": "application/xml"}
    raise AssertionError(f"{origin} does not answer")


def _model() -> str:
    return """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <process id="small" isExecutable="true">
    <startEvent id="Begin"/><sequenceFlow id="f1" sourceRef="Begin" targetRef="Work"/>
    <userTask id="Work"/><sequenceFlow id="f2" sourceRef="Work" targetRef="End"/><endEvent id="End"/>
  </process>
</definitions>"""


class Telemetry:
    """Lambda, which rebuilds two instances at a time."""

    def __init__(self, left: int) -> None:
        self.left, self.asked = left, list[dict[str, str]]()

    def invoke(self, **given: Any) -> dict[str, object]:
        assert given["FunctionName"] == "dpc-demo-telemetry"
        self.asked.append(json.loads(given["Payload"]))
        done = min(2, self.left)
        self.left -= done
        answer = {"rebuilt": done, "after": f"i{self.left}" if self.left else ""}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


def test_rebuild_asks_until_all_is_rebuilt(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry = Telemetry(5)
    assert rebuild(telemetry, "demo", "*") == 0
    assert telemetry.asked == [
        {"rebuild": "*"},
        {"rebuild": "*", "after": "i3"},
        {"rebuild": "*", "after": "i1"},
    ]
    assert capsys.readouterr().out.splitlines() == [f"{n} instances rebuilt" for n in (2, 2, 1)]
