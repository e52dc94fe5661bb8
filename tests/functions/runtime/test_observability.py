"""What operators find afterwards: log lines and traces by tenant, instance and correlation id; metrics to alarm on."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract import routes
from functions.instances.handler import handle
from functions.instances.spec import SPEC
from functions.runtime import observability
from functions.runtime.handler import Handler
from tests.functions.fakes import World
from tests.functions.invoking import Context, http_event

Metrics = Callable[[], list[dict[str, Any]]]
INSTANCE = "00000000000000000000000001"


def _ask(handler: Handler) -> None:
    event = http_event(routes.GET_INSTANCE, path={"id": INSTANCE}, headers={"X-Correlation-Id": "call-7"})
    handler(event, Context())


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Metrics:
    """The metrics that were told since, as CloudWatch reads them from the log."""
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)

    def told() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
        return [{k: v for k, v in line.items() if k != "_aws"} for line in lines]

    return told


def test_a_refused_request_is_a_metric_by_its_code(metrics: Metrics) -> None:
    _ask(handle.with_ports(World().ports))
    assert metrics() == [{"Problems": [1.0], "service": "instances", "tenant": "demo", "code": "not-found"}]


def test_a_fault_is_a_metric_and_its_log_lines_tell_of_whom(metrics: Metrics) -> None:
    told: dict[str, Any] = {}

    def broken(_: object, __: object) -> None:
        told.update(observability.logger.thread_safe_get_current_keys())
        raise RuntimeError("the disk is on fire")

    _ask(Handler(SPEC, routes=dict.fromkeys(SPEC.routes, broken), factory=World().ports))
    assert metrics() == [{"Faults": [1.0], "service": "instances", "tenant": "demo"}]
    expected = {"tenant": "demo", "function": "instances", "instance_id": INSTANCE, "correlation_id": "call-7"}
    assert {name: told[name] for name in expected} == expected
    assert told["request_id"] == Context().aws_request_id


LAMBDA = """
from contract import routes
from functions.instances.handler import handle
from tests.functions.fakes import World
from tests.functions.invoking import Context, http_event

event = http_event(routes.GET_INSTANCE, path={"id": "%s"}, headers={"X-Correlation-Id": "call-7"})
handle.with_ports(World().ports)(event, Context())
"""


def test_a_trace_is_found_by_instance_and_correlation_id() -> None:
    """In a process of its own, as on Lambda; the daemon that takes its segments is ours."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(30)
        subprocess.run(
            [sys.executable, "-c", LAMBDA % INSTANCE],
            env={
                "PYTHONPATH": str(Path(observability.__file__).parents[2]),
                "LAMBDA_TASK_ROOT": "/var/task",
                "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
                "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            },
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )
        header, segment = daemon.recv(65_536).split(b"\n", 1)
    found = json.loads(segment)
    assert (json.loads(header)["format"], found["name"]) == ("json", "## instances")
    expected = {"tenant": "demo", "instance_id": INSTANCE, "correlation_id": "call-7"}
    assert expected.items() <= found["annotations"].items()
