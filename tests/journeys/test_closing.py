"""However a scope or an instance ends, nothing of it stays open: no task, job, subscription, timer or execution."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.drawn import deploy, drawn
from tests.platform import RunningPlatform, running_platform

CALLED = "start S; user Called; end E; S -> Called -> E"
BUSY = """
start S; sub P {
start s; and f; and j; user U; service J; receive M message came; catch G signal alarm; catch t timer PT2H
catch c condition `due = true`; user V each i of [1,2,3]; call C process closing-called; sub Q {
start qs; user W; end qe; qs -> W -> qe
}
boundary n on Q message note non; user X; end ne; n -> X -> ne
boundary r on U timer PT1H non; end re; r -> re
user T; xor x default o; xor y; script B big=`wide * wide`; end TE terminate; end EE error WRONG; end XE error KNOWN
s -> f -> U -> j; f -> J -> j; f -> M -> j; f -> G -> j; f -> t -> j; f -> c -> j; f -> V -> j; f -> C -> j; f -> Q -> j
f -> T -> x -[how = "terminate"]-> TE; x -[how = "fail"]-> EE; x -[how = "known"]-> XE; x -[how = "park"]-> B -> y
x -o-> y -> j; end e; j -> e
}
boundary stop on P message stop; boundary late on P timer PT10H; boundary known on P error KNOWN
end E; end F; end L; end K; S -> P -> E; stop -> F; late -> L; known -> K
"""


@pytest.fixture(scope="module")
def busy() -> Iterator[RunningPlatform]:
    with running_platform(account="777788889999") as platform:
        # In a model drawn for Camunda 8 an error that nobody catches would be an incident, and fail nothing.
        plain = drawn("closing", BUSY).replace(b' modeler:executionPlatform="Camunda Cloud"', b"")
        deploy(platform, drawn("closing-called", CALLED), plain)
        yield platform


class Case:
    """An instance that waits for everything at once."""

    def __init__(self, platform: RunningPlatform) -> None:
        self.platform, self.client = platform, platform.client()
        started = self.post("/processes/closing/instances", variables={"how": "", "wide": 1e200}, businessKey="K")
        self.id = str(started["id"])
        self.post("/messages", name="note", correlationKey="1")
        open_ = {"job J", "message G", "message M", "message c", "user T", "user U", "user V", "user W", "user X"}
        assert open_ <= {*self.waiting()} and self.called()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.is_success, (path, answer.text)
        self.platform.idle()
        return answer.json()

    def get(self, instance: str = "") -> dict[str, Any]:
        return dict(self.client.get(f"/instances/{instance or self.id}").raise_for_status().json())

    def waiting(self) -> list[str]:
        return sorted(f"{w['kind']} {w['elementId']}" for w in self.get()["waiting"])

    def called(self) -> str:
        items = self.client.get("/instances?processId=closing-called&status=active").raise_for_status().json()["items"]
        (one,) = (item["id"] for item in items)
        return str(one)

    def tasks(self) -> dict[str, str]:
        items = self.client.get("/tasks").raise_for_status().json()["items"]
        return {item["elementId"]: item["id"] for item in items}

    def do(self, element: str, **variables: Any) -> None:
        self.post(f"/tasks/{self.tasks()[element]}/complete", variables=variables)


def finish(case: Case) -> None:
    case.do("U", due=True)
    for element in ("W", "X", "T", "V", "V", "V", "Called"):
        case.do(element)
    asked = {"type": "work", "worker": "w", "maxJobs": 9, "lockDuration": "PT1M"}
    (job,) = case.post("/jobs/activate", **asked)["jobs"]
    case.post(f"/jobs/{job['id']}/complete")
    case.post("/messages", name="came", correlationKey="1")
    case.post("/signals", name="alarm")
    case.platform.advance("PT2H")


def skip_all(case: Case) -> None:
    for incident in case.get()["incidents"]:
        case.post(f"/instances/{case.id}/incidents/{incident['id']}/resolve", action="skip", output={})


def park_and_skip(case: Case) -> None:
    """A branch that cannot be evaluated parks its fork; of the other branches nothing is open any more."""
    case.do("T", how="park")
    assert [w for w in case.waiting() if not w.startswith("scope")] == ["incident f", "user X"]
    skip_all(case)
    case.do("X")


def lose_callee(case: Case) -> None:
    case.post(f"/instances/{case.called()}/cancel")
    assert [i["elementId"] for i in case.get()["incidents"]] == ["C"]
    case.post(f"/instances/{case.id}/cancel")


ENDS: dict[str, tuple[Any, str]] = {
    "completed": (finish, "completed"),
    "cancelled": (lambda case: case.post(f"/instances/{case.id}/cancel"), "cancelled"),
    "terminated": (lambda case: case.do("T", how="terminate"), "completed"),
    "interrupted by an error": (lambda case: case.do("T", how="known"), "completed"),
    "interrupted by a message": (lambda case: case.post("/messages", name="stop", correlationKey="1"), "completed"),
    "interrupted by a timer": (lambda case: case.platform.advance("PT11H"), "completed"),
    "failed": (lambda case: case.do("T", how="fail"), "failed"),
    "parked, and skipped": (park_and_skip, "completed"),
    "its callee cancelled": (lose_callee, "cancelled"),
}


@pytest.mark.parametrize("end", ENDS)
def test_nothing_stays_open(busy: RunningPlatform, end: str) -> None:
    case = Case(busy)
    act, status = ENDS[end]
    act(case)
    busy.idle()
    assert case.get()["status"] == status, case.get()
    assert left(busy) == {"waits": [], "subscriptions": [], "running": []}
    assert busy.platform.functions.invoke("sweep", {"parts": 1}) == {}


def left(platform: RunningPlatform) -> dict[str, list[str]]:
    """What is open on the whole platform."""
    tables, name = platform.platform.clients("dynamodb"), platform.platform.where.physical
    waits = tables.scan(TableName=name("waits"))["Items"]
    rows = tables.scan(TableName=name("messages"))["Items"]
    machines, found = platform.platform.clients("stepfunctions"), []
    for machine in machines.list_state_machines()["stateMachines"]:
        listed = machines.list_executions(stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING")
        found += [execution["name"] for execution in listed["executions"]]
    return {
        "waits": [w["sk"]["S"] for w in waits],
        "subscriptions": [row["pk"]["S"] for row in rows if row["sk"]["S"].startswith("SUB#")],
        "running": found,
    }
