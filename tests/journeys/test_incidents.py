"""Everything that can go wrong at run time, over HTTP: a clear incident, which is retried with other variables or
skipped, whatever is asked twice, late or at the same time.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.journeys.drawn import deploy, drawn
from tests.platform import RunningPlatform

JOB = {"type": "work", "worker": "w", "maxJobs": 9, "lockDuration": "PT1M"}


def call(id_: str, url: str, more: str = "") -> str:
    """A REST call of Camunda 8, whose answer's body is `answer`."""
    inputs = {"url": url, "method": "=&quot;POST&quot;", "body": "={n: n}"}
    given = "".join(f'<zeebe:input source="{source}" target="{name}"/>' for name, source in inputs.items())
    mapping = f'<zeebe:ioMapping>{given}<zeebe:output source="=body" target="answer"/>{more}</zeebe:ioMapping>'
    task = '<zeebe:taskDefinition type="io.camunda:http-json:1" retries="1"/>'
    inside = f"<bpmn:extensionElements>{task}{mapping}</bpmn:extensionElements>"
    return f'<bpmn:serviceTask id="{id_}">{inside}</bpmn:serviceTask>'


BUREAU = "https://credit-bureau.example/v1/reports"
REPORT = "=&quot;" + BUREAU + "&quot;"
DOUBLED = '<zeebe:output source="=wide * wide" target="square"/>'


@dataclass(frozen=True)
class Kind:
    """What goes wrong where: the incident's element and error, how a retry heals, and what a skip gives."""

    sketch: str
    element: str
    error: str
    start: Mapping[str, Any] = field(default_factory=dict)
    heal: Mapping[str, Any] = field(default_factory=dict)
    healed: Mapping[str, Any] = field(default_factory=dict)
    cause: str = ""
    provoke: Callable[["Case"], None] = lambda case: None
    again: Callable[["Case"], None] = lambda case: None
    waits: str = ""
    """What is waited for after a retry, where it does not complete at once."""


def fail_job(case: "Case", retries: int = 0) -> None:
    job = case.job()
    case.post(f"/jobs/{job['id']}/fail", retries=retries, errorMessage="the van broke down")


def throw(case: "Case") -> None:
    job = case.job()
    case.post(f"/jobs/{job['id']}/error", errorCode="ODD", errorMessage="nobody expects this")


def do_job(case: "Case") -> None:
    job = case.job()
    case.post(f"/jobs/{job['id']}/complete", variables={"ok": True})


def down(case: "Case") -> None:
    case.platform.partner("credit-bureau", available=True)


SCRIPTS = "; ".join(f"script {name} s=`s + s + s + s + s + s + s + s`" for name in ("B1", "B2", "B3", "B4"))
WORK = "start S; service A; end E; S -> A -> E"
KINDS: dict[str, Kind] = {
    "a job without tries": Kind(
        WORK, "A", "JobFailed", cause="the van broke down", provoke=fail_job, again=do_job, healed={"ok": True}
    ),
    "an uncaught error": Kind(WORK, "A", "BpmnError", cause="ODD", provoke=throw, again=do_job, healed={"ok": True}),
    "an error end event that nobody catches": Kind(
        "start S; end E; end F; S -> P -> E; boundary H on P error X2; H -> F\nsub P {\n"
        "start s; end x error =c; s -> x\n}", "x", "UnhandledError",
        start={"c": "X1"}, heal={"c": "X2"}, cause='"X1"',
    ),
    "a connector's partner is away": Kind(
        f"start S\n{call('A', REPORT)}\nend E; S -> A -> E", "A", "ConnectorUnavailable",
        start={"n": 1}, provoke=down,
    ),
    "a connector refuses": Kind(
        f"start S\n{call('A', '=url')}\nend E; S -> A -> E", "A", "ConnectorRejected",
        start={"n": 1, "url": 7}, heal={"url": BUREAU}, cause="address",
    ),
    "no way out": Kind(
        "start S; xor x; end E; end F; S -> x -[n > 3]-> E; x -[n > 5]-> F", "x", "NoOutgoingFlow",
        start={"n": 1}, heal={"n": 4}, cause="No condition",
    ),
    "a time that is none": Kind(
        "start S; catch t timer `=pause`; end E; S -> t -> E", "t", "TimeUnknown",
        start={"pause": "soon"}, heal={"pause": "PT1H"}, waits="timer t",
    ),
    "a list that is none": Kind(
        "start S; script A each i of items y=`i`; end E; S -> A -> E", "A", "InstancesUnknown",
        start={"items": 3}, heal={"items": [1]},
    ),
    "a branch that cannot be evaluated": Kind(
        "start S; and f; and j; user U; script A y=`n * n`; end E; S -> f -> A -> j; f -> U -> j; j -> E",
        "f", "States.QueryEvaluationError", start={"n": 1e200}, heal={"n": 2}, waits="user U",
    ),
    "too many bytes": Kind(
        f"start S; service A; {SCRIPTS}; end E; S -> A -> B1 -> B2 -> B3 -> B4 -> E", "A",
        "States.QueryEvaluationError", start={"s": "0123456789" * 10}, heal={"s": ""}, healed={"ok": True, "s": ""},
        cause="250,000 bytes", provoke=do_job,
    ),
    "a callee that is missing": Kind(
        "start S; call C process nobody-calls; end E; S -> C -> E", "C", "", cause="nobody-calls",
    ),
    "tokens that never meet": Kind(
        "start S; and f; and j; xor x default o; user U; end E; end F\n"
        "S -> f -> j; f -> x -[n > 1]-> j; x -o-> F; j -> E",
        "", "Deadlock", start={"n": 0},
    ),
}  # fmt: skip
RETRIED = sorted(
    name for name, kind in KINDS.items() if name not in ("a callee that is missing", "tokens that never meet")
)


@pytest.fixture(scope="module")
def deployed(platform: RunningPlatform) -> RunningPlatform:
    deploy(platform, *(drawn(process_of(name), kind.sketch) for name, kind in KINDS.items()))
    return platform


def process_of(name: str) -> str:
    return "wrong-" + name.replace(" ", "-").replace("'", "")


class Case:
    """An instance in which something has gone wrong."""

    def __init__(self, platform: RunningPlatform, name: str) -> None:
        self.platform, self.client, self.kind = platform, platform.client(), KINDS[name]
        if self.kind.provoke is down:
            platform.partner("credit-bureau", available=False)
        self.id = self.post(f"/processes/{process_of(name)}/instances", variables=dict(self.kind.start))["id"]
        platform.advance("PT10M")
        self.kind.provoke(self)

    def post(self, path: str, **body: Any) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.is_success, (path, answer.text)
        self.platform.idle()
        return answer.json()

    def job(self) -> dict[str, Any]:
        """The job of this instance, locked."""
        jobs = self.post("/jobs/activate", **JOB)["jobs"]
        return next(dict(job) for job in jobs if job["instanceId"] == self.id)

    def get(self) -> dict[str, Any]:
        self.platform.idle()
        return dict(self.client.get(f"/instances/{self.id}").raise_for_status().json())

    def incident(self) -> dict[str, Any]:
        shown = self.get()
        assert shown["status"] == "incident", shown
        (incident,) = shown["incidents"]
        return dict(incident)

    def resolve(self, id_: str, key: str = "", **body: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/instances/{self.id}/incidents/{id_}/resolve"
        return self.client.post(path, json=body, headers=headers)

    def ended(self) -> None:
        """Nothing is left open, however it goes on."""
        if self.get()["status"] not in ("completed", "failed"):
            self.post(f"/instances/{self.id}/cancel")
        key = {":pk": {"S": self.id}}
        tables, name = self.platform.platform.clients("dynamodb"), self.platform.platform.where.physical("waits")
        rows = tables.query(TableName=name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=key)
        assert rows["Items"] == []


@pytest.mark.parametrize("name", KINDS)
def test_it_is_a_clear_incident_which_can_be_skipped(deployed: RunningPlatform, name: str) -> None:
    case = Case(deployed, name)
    incident = case.incident()
    assert case.kind.error in incident["error"] and case.kind.cause in incident["cause"]
    assert case.kind.element in ("", incident["elementId"])
    assert case.resolve(incident["id"], action="skip", output={"skipped": True}).status_code == 200
    shown = case.get()
    assert incident["id"] not in [i["id"] for i in shown["incidents"]]
    if shown["status"] == "completed" and name != "tokens that never meet":
        assert shown["variables"]["skipped"] is True
    case.ended()


@pytest.mark.parametrize("name", RETRIED)
def test_a_retry_with_other_variables_heals_it_asked_twice_late_and_at_once(
    deployed: RunningPlatform, name: str
) -> None:
    case = Case(deployed, name)
    incident = case.incident()
    retry = {"action": "retry", "variables": dict(case.kind.heal)}
    answers: list[Any] = []

    def ask(key: str) -> None:
        answers.append(case.resolve(incident["id"], key, **retry))

    threads = [threading.Thread(target=ask, args=(key,)) for key in ("same", "same", "other", "")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Two with one key are one: both are answered alike, if theirs was the first.
    good = [answer for answer in answers if answer.status_code == 200]
    assert 1 <= len(good) <= 2 and all(answer.json() == good[0].json() for answer in good)
    assert {answer.status_code for answer in answers} <= {200, 404, 409}
    assert {answer.json()["code"] for answer in answers if answer not in good} <= {"not-found", "conflict"}
    deployed.idle()
    assert case.resolve(incident["id"], **retry).json()["code"] == "not-found"
    case.kind.again(case)
    shown = case.get()
    assert shown["incidents"] == []
    if case.kind.waits:
        assert case.kind.waits in [f"{w['kind']} {w['elementId']}" for w in shown["waiting"]]
    else:
        assert shown["status"] == "completed", shown
        assert {**shown["variables"], **case.kind.heal, **case.kind.healed} == shown["variables"]
    case.ended()


@pytest.mark.parametrize("moved", [False, True])
def test_an_output_that_failed_after_its_call_is_repeated_without_the_call(
    platform: RunningPlatform, moved: bool
) -> None:
    """Also where the incident goes on in another execution meanwhile, since somebody moves another token."""
    beside = "and f; user B; user C; end F; S -> f -> A -> E; f -> B -> C -> F"
    deploy(platform, drawn("wrong-output", f"start S\n{call('A', REPORT, DOUBLED)}\nend E; {beside}"))
    client = platform.client()
    body = {"variables": {"n": 77 + moved, "wide": 1e200}}
    instance = client.post("/processes/wrong-output/instances", json=body).raise_for_status().json()["id"]
    platform.idle()
    if moved:
        asked = {"cancel": ["B"], "start": ["C"]}
        assert client.post(f"/instances/{instance}/modify", json=asked).is_success
        platform.idle()
    (incident,) = client.get(f"/instances/{instance}").json()["incidents"]
    calls = len(platform.partner("credit-bureau")["calls"])
    url = f"/instances/{instance}/incidents/{incident['id']}/resolve"
    assert client.post(url, json={"action": "retry", "variables": {"wide": 3}}).status_code == 200
    platform.idle()
    for element in "C" if moved else "BC":
        (task,) = client.get(f"/tasks?instanceId={instance}").json()["items"]
        assert task["elementId"] == element
        assert client.post(f"/tasks/{task['id']}/complete", json={}).is_success
        platform.idle()
    shown = client.get(f"/instances/{instance}").json()
    assert (shown["status"], shown["variables"]["square"]) == ("completed", 9)
    assert shown["variables"]["answer"]["reference"]
    assert len(platform.partner("credit-bureau")["calls"]) == calls
