"""The rights that functions use are the rights that they have: no more, no less, function by function.

A platform of its own plays all that a function can do over HTTP, and what only a crash or a lost log brings about.
"""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract import machines
from contract.rights import Right
from functions.specs import ALL
from tests.journeys.bundles import PRODUCTS, publish
from tests.journeys.drawn import drawn
from tests.journeys.offering import ask, browse, design, judge, picture, quote
from tests.journeys.processes import (
    CALLED,
    CALLER,
    MEETING,
    MESSAGE_START,
    PATIENT,
    PLAIN_START,
    POWER,
    REMINDED,
    SCOPE,
    SIGNAL,
    UNDONE,
    WORKER,
    every,
)
from tests.journeys.sale import Sale
from tests.platform import RunningPlatform, running_platform

pytestmark = pytest.mark.slow
WAITS, REGISTRY = "dpc-demo-waits", "dpc-demo-registry"
HOLDING = """
start S; script N n=`count(lines)`
<bpmn:serviceTask id="Pay"><bpmn:extensionElements>\
<zeebe:taskDefinition type="io.camunda:http-json:1"/><zeebe:ioMapping>\
<zeebe:input source="=&quot;https://core-banking.example/v1/refunds&quot;" target="url"/>\
<zeebe:input source="=&quot;POST&quot;" target="method"/><zeebe:input source="={amount: lines}" target="body"/>\
<zeebe:output source="=body.amount" target="paid"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>
service Work in sorted=`sort(lines, function(x, y) x.id > y.id)`; user Look; receive Wait message M
<bpmn:serviceTask id="Doc"><bpmn:extensionElements><zeebe:taskDefinition type="dpc:document"/><zeebe:ioMapping>\
<zeebe:input source="=lines" target="data"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>
user Rest; end E; S -> N -> Pay -> Work -> Look -> Wait -> Doc -> Rest -> E
"""
IN_TURN = "start S message renew; user A; end E; S -> A -> E"
XML = {"Content-Type": "application/xml"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    with running_platform(log=tmp_path_factory.mktemp("rights") / "platform.log", account="222233334444") as running:
        yield running


def granted() -> set[tuple[str, str, str]]:
    rights = {(spec.name, right) for spec in ALL for right in spec.rights}
    rights |= {("machines", right) for right in machines.RIGHTS}
    found = {(name, action, _resource(right)) for name, right in rights for action in right.actions}
    return found | {("machines", "lambda:InvokeFunction", spec.name) for spec in ALL if spec.machines}


def _resource(right: Right) -> str:
    if right.kind in ("machines", "executions", "any"):
        return "*"
    return f"{right.resource}/{right.part}" if right.part else right.resource


def used(platform: RunningPlatform) -> set[tuple[str, str, str]]:
    return {(u.function, u.action, u.resource) for u in platform.platform.observations.counts}


def test_rights_used_are_rights_granted(platform: RunningPlatform) -> None:
    for play in (
        sell,
        decide,
        look_around,
        design,
        judge,
        picture,
        browse,
        quote,
        work,
        crash,
        correlate,
        interrupt,
        call,
        meet,
        undo,
        remind,
        wait_in_vain,
        compute,
        repair,
        lose_logs,
        go_on_elsewhere,
        hold,
        answer_too_late,
        by_the_clock,
        sweep_up,
        leave,
        grow_old,
    ):
        play(platform)
        platform.idle()
    assert used(platform) - granted() == set(), "used without being granted: the deployed function would be refused"
    assert granted() - used(platform) == set(), "granted and never used: too much"


def sell(platform: RunningPlatform) -> None:
    publish(platform.client(), "cash-loan")
    sale = Sale(platform, "RIGHTS-1")
    task = sale.task(platform.client(), "FillInApplication")
    ask(platform, "POST", f"/tasks/{task['id']}/draft", json={"variables": {"firstName": "Ada"}})
    link = ask(platform, "POST", "/caselinks", json={"taskId": task["id"]})
    ask(platform, "DELETE", f"/caselinks/{link['id']}")
    sale.apply()
    check = sale.task(sale.clerk, "CheckApplication")
    ask(platform, "POST", f"/tasks/{check['id']}/claim", "piotr")
    ask(platform, "POST", f"/tasks/{check['id']}/unclaim", "piotr")
    ask(platform, "POST", f"/tasks/{check['id']}/assign", "anna", json={"user": "piotr"})
    ask(platform, "POST", f"/tasks/{check['id']}/complete", "piotr", json={"variables": {"approved": True}})
    assert sale.clerk.post(f"/tasks/{check['id']}/complete", json={"variables": {"approved": True}}).status_code == 409
    ask(platform, "GET", f"/documents/{sale.get()['variables']['contract']}")
    ask(platform, "POST", "/messages", json={"name": "contract-signed", "correlationKey": "RIGHTS-1"})
    assert sale.get()["status"] == "completed" and sale.history()["items"]
    assert ask(platform, "GET", f"/instances/{sale.id}/decisions")["items"]
    late = Sale(platform, "RIGHTS-2").apply()
    platform.advance("PT25H")
    ask(platform, "POST", f"/instances/{late.id}/cancel")


def by_the_clock(platform: RunningPlatform) -> None:
    """A timer that starts a process, goes on in the next version, and gives way to another one."""
    for source in (every("R/P1D"), every("R/P1D", note="Again"), every("R/P2D")):
        assert platform.client().post("/processes", content=source, headers=XML).status_code == 201
        platform.idle()
    platform.advance("P2D")


def decide(platform: RunningPlatform) -> None:
    source = (PRODUCTS / "cash-loan" / "loan-scoring.dmn").read_bytes().replace(b"Loan scoring", b"Scoring")
    ask(platform, "POST", "/decisions", content=source, headers=XML)
    ask(platform, "GET", "/decisions")
    ask(platform, "POST", "/decisions/loan-scoring/evaluate", json={"variables": {"age": 40}})
    platform.advance("PT1S")
    ask(platform, "POST", "/decisions/loan-scoring/compare", json={"from": "2020-01-01T00:00:00Z"})


def look_around(platform: RunningPlatform) -> None:
    upload = ask(platform, "POST", "/uploads", json={"filename": "x.bpmn"})
    platform.anybody.request(upload["method"], upload["url"], headers=upload["headers"], content=WORKER)
    platform.idle()
    for path in (
        "/processes", "/processes/cash-loan", "/processes/cash-loan/bpmn", "/instances",
        "/instances?processId=cash-loan", "/instances?businessKey=RIGHTS-1", "/tasks", "/market/offers",
        "/market/offers/cash-loan", "/openapi.json", "/docs",
        "/analytics/funnel?processId=cash-loan", f"/uploads/{upload['id']}",
    ):  # fmt: skip
        ask(platform, "GET", path)


def start(platform: RunningPlatform, process: str, source: bytes, **variables: Any) -> str:
    ask(platform, "POST", "/processes", content=source, headers=XML | {"Idempotency-Key": ""})
    started = {"businessKey": process, "variables": variables}
    return str(ask(platform, "POST", f"/processes/{process}/instances", json=started)["id"])


def work(platform: RunningPlatform) -> None:
    instance = start(platform, "external-work", WORKER, rate=1234567890.1234567)
    lose_digits(platform, instance, '{"rate": 1234567890.12346}')

    def job() -> str:
        body = {"type": "pack", "worker": "w", "maxJobs": 1, "lockDuration": "PT1M"}
        return str(ask(platform, "POST", "/jobs/activate", json=body)["jobs"][0]["id"])

    first = job()
    ask(platform, "POST", f"/jobs/{first}/extend", json={"lockDuration": "PT2M"})
    ask(platform, "POST", f"/jobs/{first}/fail", json={"retries": 1, "errorMessage": "once more"})
    ask(platform, "POST", f"/jobs/{job()}/fail", json={"retries": 0, "errorMessage": "never"})
    (stuck,) = ask(platform, "GET", "/instances?processId=external-work&status=incident")["items"]
    incident = ask(platform, "GET", f"/instances/{stuck['id']}")["incidents"][0]["id"]
    ask(platform, "POST", f"/instances/{stuck['id']}/incidents/{incident}/resolve", json={"action": "retry"})
    ask(platform, "POST", f"/jobs/{job()}/complete", json={"variables": {"packed": True}})
    assert ask(platform, "GET", f"/instances/{stuck['id']}")["status"] == "completed"


def crash(platform: RunningPlatform) -> None:
    """A function died after it wrote how a job failed: the stream tells the machine."""
    instance = start(platform, "external-work", WORKER, again=True)
    failure = {"event": "Work", "failure": {"error": "JobFailed", "cause": "died"}, "claim": "c"}
    answered = rewrite(platform, instance, answer=json.dumps(failure))
    platform.idle()
    assert ask(platform, "GET", f"/instances/{instance}")["status"] == "incident"
    # Found again after its token was answered: the history tells that nothing is left to do.
    platform.platform.clients("dynamodb").put_item(TableName=WAITS, Item=answered)
    platform.idle()


def correlate(platform: RunningPlatform) -> None:
    ask(platform, "POST", "/processes", content=MESSAGE_START, headers=XML | {"Idempotency-Key": ""})
    started = ask(platform, "POST", "/messages", json={"name": "order-placed", "variables": {"n": 1}})
    assert started["result"] == "started"
    ask(platform, "POST", "/processes", content=drawn("in-turn", IN_TURN), headers=XML | {"Idempotency-Key": ""})
    told = [
        ask(platform, "POST", "/messages", json={"name": "renew", "correlationKey": "1", "variables": {"n": n}})
        for n in (1, 2)
    ]
    assert [each["result"] for each in told] == ["started", "buffered"]
    done = ask(platform, "GET", f"/tasks?instanceId={told[0]['instances'][0]}")["items"][0]["id"]
    ask(platform, "POST", f"/tasks/{done}/complete", json={})
    (running,) = ask(platform, "GET", "/instances?processId=in-turn&status=active")["items"]
    ask(platform, "POST", f"/instances/{running['id']}/cancel")
    longer = PLAIN_START.replace(b'"Look"', b'"LookTwice"')
    for source in (PLAIN_START, longer):
        ask(platform, "POST", "/processes", content=source, headers=XML | {"Idempotency-Key": ""})
    start(platform, "signalled", SIGNAL)
    assert ask(platform, "POST", "/signals", json={"name": "go"})["instances"]


def hold(platform: RunningPlatform) -> None:
    """Values that are too large to be handed on: through every function that takes them in, reads or shows them."""
    lines = [{"id": id_, "text": id_ * 9_000} for id_ in "abcde"]
    ask(platform, "POST", "/processes", content=drawn("holding", HOLDING), headers=XML)
    instance = ask(platform, "POST", "/processes/holding/instances", json={"variables": {"lines": lines}})["id"]
    job = {"type": "work", "worker": "w", "maxJobs": 1, "lockDuration": "PT1M"}
    (work,) = ask(platform, "POST", "/jobs/activate", json=job)["jobs"]
    assert work["variables"]["sorted"] == lines[::-1]
    ask(platform, "POST", f"/jobs/{work['id']}/complete", json={"variables": {"done": lines}})
    task = ask(platform, "GET", f"/tasks?instanceId={instance}")["items"][0]["id"]
    assert ask(platform, "GET", f"/tasks/{task}")["variables"]["paid"] == lines
    ask(platform, "POST", f"/tasks/{task}/complete", "anna", json={"variables": {"seen": lines}})
    ask(platform, "POST", "/messages", json={"name": "M", "correlationKey": "1", "variables": {"more": lines}})
    change = {"cancel": ["Doc"], "start": ["Rest"], "variables": {"other": lines}}
    ask(platform, "POST", f"/instances/{instance}/modify", json=change)
    shown = ask(platform, "GET", f"/instances/{instance}")["variables"]
    assert shown == dict.fromkeys(("lines", "paid", "done", "seen", "more", "other"), lines) | {"n": 5}


def call(platform: RunningPlatform) -> None:
    """A process that calls another: once until it has ended, once until its time is up."""
    ask(platform, "POST", "/processes", content=CALLED, headers=XML | {"Idempotency-Key": ""})
    instance = start(platform, "calling", CALLER, n=1)
    (called,) = ask(platform, "GET", "/instances?processId=called")["items"]
    assert (called["parentId"], called["status"]) == (instance, "active")
    task = ask(platform, "GET", f"/tasks?instanceId={called['id']}")["items"][0]["id"]
    ask(platform, "POST", f"/tasks/{task}/complete", "anna", json={"variables": {"seen": True}})
    found = ask(platform, "GET", f"/instances/{instance}")
    assert (found["status"], found["variables"]) == ("completed", {"n": 1, "seen": True})
    late = ask(platform, "POST", "/processes/calling/instances", json={"variables": {"n": 2}})["id"]
    platform.advance("PT2H")
    assert ask(platform, "GET", f"/instances/{late}")["status"] == "completed"
    statuses = {item["status"] for item in ask(platform, "GET", "/instances?processId=called")["items"]}
    assert statuses == {"completed", "cancelled"}
    assert not [t for t in ask(platform, "GET", "/tasks")["items"] if t["processId"] == "called"]


def interrupt(platform: RunningPlatform) -> None:
    instance = start(platform, "interrupted", SCOPE)
    assert "Look" in {w["elementId"] for w in ask(platform, "GET", f"/instances/{instance}")["waiting"]}
    ask(platform, "POST", "/messages", json={"name": "stop", "correlationKey": "interrupted"})
    assert ask(platform, "GET", f"/instances/{instance}")["status"] == "completed"
    do_all(platform, start(platform, "interrupted", SCOPE, undisturbed=True))


def wait_in_vain(platform: RunningPlatform) -> None:
    """A timer that is first takes the subscription along."""
    instance = start(platform, "patient", PATIENT, key="k-1")
    platform.advance("PT2H")
    assert ask(platform, "GET", f"/instances/{instance}")["status"] == "completed"
    news = {"name": "news", "correlationKey": "k-1"}
    assert ask(platform, "POST", "/messages", json=news)["result"] == "buffered"


def remind(platform: RunningPlatform) -> None:
    """Handlers in executions of their own: they end, are cut off with their scope, and with their instance."""

    def noted(number: int) -> str:
        instance = start(platform, "reminded", REMINDED, number=number)
        note = {"name": "note-it", "correlationKey": "reminded", "variables": {"n": number}}
        ask(platform, "POST", "/messages", json=note)
        waiting = ask(platform, "GET", f"/instances/{instance}")["waiting"]
        assert {"Look", "Read"} <= {w["elementId"] for w in waiting}
        return instance

    do_all(platform, noted(1))
    instance = noted(2)
    ask(platform, "POST", "/messages", json={"name": "stop-it", "correlationKey": "reminded"})
    found = ask(platform, "GET", f"/instances/{instance}")
    assert (found["status"], found["waiting"]) == ("completed", [])
    instance = noted(3)
    ask(platform, "POST", f"/instances/{instance}/cancel")
    found = ask(platform, "GET", f"/instances/{instance}")
    assert (found["status"], found["waiting"]) == ("cancelled", [])


def undo(platform: RunningPlatform) -> None:
    """What was completed is compensated."""
    instance = start(platform, "undone", UNDONE)
    do_open(platform, instance)
    assert {w["elementId"] for w in ask(platform, "GET", f"/instances/{instance}")["waiting"]} == {"LookAway"}
    do_all(platform, instance)


def do_open(platform: RunningPlatform, instance: str) -> None:
    """Complete every task that is open."""
    for task in ask(platform, "GET", f"/tasks?instanceId={instance}")["items"]:
        ask(platform, "POST", f"/tasks/{task['id']}/complete", json={"variables": {}})


def do_all(platform: RunningPlatform, instance: str) -> None:
    """Complete every task; then the instance is done."""
    do_open(platform, instance)
    assert ask(platform, "GET", f"/instances/{instance}")["status"] == "completed"


def meet(platform: RunningPlatform) -> None:
    """Branches that meet at a join of no block: in a record."""
    instance = start(platform, "meeting", MEETING, alone=False)
    assert ask(platform, "GET", f"/instances/{instance}")["status"] == "completed"
    stuck = ask(platform, "POST", "/processes/meeting/instances", json={"variables": {"alone": True}})["id"]
    assert [found["error"] for found in ask(platform, "GET", f"/instances/{stuck}")["incidents"]] == ["Deadlock"]


def compute(platform: RunningPlatform) -> None:
    """An expression that JSONata cannot say, and a number that it cannot write: the history knows it exactly."""
    instance = start(platform, "computed", POWER, n=2, rate=1234567890.1234567)
    lose_digits(platform, instance, '{"n": 2, "power": 1024, "rate": 1234567890.12346}')
    found = ask(platform, "GET", f"/instances/{instance}")["variables"]
    assert (found["power"], found["rate"]) == (1024, 1234567890.1234567)
    task = ask(platform, "GET", f"/tasks?instanceId={instance}")["items"][0]["id"]
    assert ask(platform, "GET", f"/tasks/{task}")["variables"]["rate"] == 1234567890.1234567


def lose_digits(platform: RunningPlatform, instance: str, variables: str) -> None:
    """What AWS's JSONata writes of numbers with more than 15 digits, and says of it."""
    rewrite(platform, instance, exact="false", variables=variables)


def rewrite(platform: RunningPlatform, instance: str, **changes: str) -> dict[str, Any]:
    """Change attributes of an instance's wait behind everybody's back; answers the item as it is then."""
    tables = platform.platform.clients("dynamodb")
    key = {":pk": {"S": instance}}
    wait = tables.query(TableName=WAITS, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=key)["Items"][0]
    changed = {name: {"S": value} for name, value in changes.items()}
    tables.put_item(TableName=WAITS, Item={**wait, **changed})
    return {**wait, **changed}


def grow_old(platform: RunningPlatform) -> None:
    """A process of so many versions that the first one goes."""
    tables = platform.platform.clients("dynamodb")
    for task, version in ((b"First", 1), (b"Next", 600)):
        source = every("R/P9D", "old").replace(b"Remind", task)
        ask(platform, "POST", "/processes", content=source, headers=XML | {"Idempotency-Key": ""})
        for sk, changes in (("V#00000001", {"retiredAt": {"S": "2020-01-01T00:00:00Z"}}), ("CURRENT", {})):
            key = {"pk": {"S": "PROCESS#old"}, "sk": {"S": sk}}
            item = tables.get_item(TableName=REGISTRY, Key=key)["Item"]
            number = {"version": {"N": str(version)}} if sk == "CURRENT" else {}
            tables.put_item(TableName=REGISTRY, Item={**item, **changes, **number})
    platform.advance("PT2H")
    ask(platform, "POST", "/processes", content=every("R/P9D", "old"), headers=XML | {"Idempotency-Key": ""})
    old = tables.get_item(TableName=REGISTRY, Key={"pk": {"S": "PROCESS#old"}, "sk": {"S": "V#00000001"}})["Item"]
    assert "removedAt" in old


def repair(platform: RunningPlatform) -> None:
    platform.partner("credit-bureau", available=False)
    sale = Sale(platform, "RIGHTS-3").apply()
    platform.advance("PT30S")
    platform.partner("credit-bureau", available=True)
    incident = sale.get()["incidents"][0]["id"]
    ask(platform, "POST", f"/instances/{sale.id}/incidents/{incident}/resolve", json={"action": "retry"})


def go_on_elsewhere(platform: RunningPlatform) -> None:
    """Tokens are moved, an instance begins again, one migrates, and executions grow old twice."""
    held = PATIENT.replace(b'id="patient"', b'id="held"').replace(b"PT1H", b"P900D")
    later = held.replace(b'id="Missed"', b'id="Missed" name="Later"')

    def deploy(source: bytes) -> int:
        answer = platform.client().post("/processes", content=source, headers=XML).raise_for_status().json()
        return int(answer["processes"][0]["version"])

    first = deploy(held)
    about = {"businessKey": "held", "variables": {"key": "h"}}
    path = f"/instances/{ask(platform, 'POST', '/processes/held/instances', json=about)['id']}"
    platform.advance("PT1M")  # what is entered in the same moment has the same record
    ask(platform, "POST", f"{path}/modify", json={"cancel": ["Hear"], "start": ["Hear"]})
    ask(platform, "POST", f"{path}/restart", json={"start": ["Hear"]})
    moved = {"processId": "held", "fromVersion": first, "toVersion": deploy(later)}
    job = ask(platform, "POST", "/migrations", json=moved)["id"]
    assert ask(platform, "GET", f"/migrations/{job}")["moved"] == 2
    assert len(ask(platform, "GET", f"/migrations/{job}/instances")["items"]) == 2
    platform.advance("P302D")
    platform.advance("P302D")
    ask(platform, "POST", f"{path}/cancel")


def answer_too_late(platform: RunningPlatform) -> None:
    """Executions are stopped while those who answer are on their way, and while an instance goes on in another."""
    stopped = start(platform, "signalled", SIGNAL, late=True)
    waited = rewrite(platform, stopped)
    execution = waited["execution"]["S"]
    ask(platform, "POST", f"/instances/{stopped}/cancel")
    platform.idle()
    answer = {"S": json.dumps({"event": "Wait", "variables": {}, "claim": "as it was stopped"})}
    platform.platform.clients("dynamodb").put_item(TableName=WAITS, Item={**waited, "answer": answer})
    platform.idle()

    def refused(instance: str, path: str, body: dict[str, Any]) -> None:
        rewrite(platform, instance, token="gone", execution=execution)
        assert platform.client().post(path, json=body).status_code == 409
        platform.idle()

    wanted = {"type": "pack", "worker": "w", "maxJobs": 1, "lockDuration": "PT1M"}
    instance = start(platform, "external-work", WORKER, late=True)
    job = ask(platform, "POST", "/jobs/activate", json=wanted | {"lockDuration": "PT3M"})["jobs"][0]["id"]
    refused(instance, f"/jobs/{job}/complete", {"variables": {}})
    instance = start(platform, "external-work", WORKER, late=2)
    job = ask(platform, "POST", "/jobs/activate", json=wanted | {"lockDuration": "PT4M"})["jobs"][0]["id"]
    ask(platform, "POST", f"/jobs/{job}/fail", json={"retries": 0, "errorMessage": "never"})
    incident = ask(platform, "GET", f"/instances/{instance}")["incidents"][0]["id"]
    refused(instance, f"/instances/{instance}/incidents/{incident}/resolve", {"action": "retry"})
    many = {"processId": "external-work", "action": "retry"}
    assert ask(platform, "POST", "/incidents/resolve", json=many)["items"]

    instance = start(platform, "external-work", WORKER, late=3)
    platform.advance("PT1M")
    token = rewrite(platform, instance)["token"]["S"][:-1]
    # As long as the history does not tell what became of the token, the answer stays where it is.
    rewrite(platform, instance, token=token, answer=json.dumps({"event": "Work", "variables": {}, "claim": "late"}))
    platform.idle()
    ask(platform, "POST", f"/instances/{instance}/modify", json={"cancel": ["Work"], "start": ["Work"]})
    ask(platform, "POST", f"/instances/{instance}/cancel")


def lose_logs(platform: RunningPlatform) -> None:
    """A line that comes before others leaves a gap, which the sweep closes from the history."""
    sale = Sale(platform, "RIGHTS-4")
    machine = "dpc-demo-p-cash-loan"
    execution = f"arn:aws:states:eu-central-1:{platform.platform.where.account}:execution:{machine}:{sale.id}_1"
    ahead = len(platform.platform.step_functions.simulator.history(execution)) + 2
    message = {"id": str(ahead), "type": "TaskStateExited", "previous_event_id": "0", "event_timestamp": "0"}
    data = {
        "messageType": "DATA_MESSAGE",
        "logEvents": [{"id": "1", "timestamp": 0, "message": json.dumps(message | {"execution_arn": execution})}],
    }
    packed = base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()
    platform.platform.functions.invoke("telemetry", {"awslogs": {"data": packed}})
    platform.platform.functions.invoke("telemetry", {"detail-type": "Scheduled Event"})
    sale.apply()


def sweep_up(platform: RunningPlatform) -> None:
    """What crashes, lost streams and hands in the tables may leave open, and the sweep ends."""
    tables = platform.platform.clients("dynamodb")
    ended = start(platform, "signalled", SIGNAL, swept=True)
    item = rewrite(platform, ended)
    ask(platform, "POST", f"/instances/{ended}/cancel")
    running = start(platform, "signalled", SIGNAL, swept=False)
    fork = {"pk": {"S": f"ASIDE#{ended}"}, "sk": {"S": "Sub/Fork@1"}, f"h|{ended}_0af3": {"S": "open"}}
    row = {"pk": {"S": "SIGNAL#none"}, "sk": {"S": "SUB#1"}, "instanceId": {"S": "x"}, "waitSk": {"S": "x"}}
    gone = {"execution": {"S": f"{item['execution']['S'][:-1]}9"}, "token": {"S": "gone"}, "sk": {"S": "wait#Gone@1"}}
    unread = {"answer": {"S": "{"}, "sk": {"S": "wait#Unread@1"}}
    tables.put_item(TableName="dpc-demo-messages", Item=fork)
    tables.put_item(TableName="dpc-demo-messages", Item={**row, "token": {"S": "x"}})
    for left in (gone, unread):
        tables.put_item(TableName=WAITS, Item={**item, "pk": {"S": running}, **left})
    found = platform.platform.functions.invoke("sweep", {"parts": 1})
    assert found == {"wait": 1, "answer": 1, "subscription": 1, "handlers": 1}
    ask(platform, "POST", f"/instances/{running}/cancel")


def leave(platform: RunningPlatform) -> None:
    """The stack is deleted: machines and what runs on them go."""
    event = {
        "RequestType": "Delete",
        "ResponseURL": f"{platform.origin}/_local/partners/core-banking/loans",
        **dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), "x"),
    }
    try:
        platform.platform.functions.invoke("cleanup", event)
    except Exception as error:  # the partner does not take what CloudFormation would
        assert "AnswerRefused" in str(error)


def test_every_spec_can_be_imported() -> None:
    root = Path(__file__).parents[2]
    assert all((root / (spec.entry.rsplit(".", 1)[0].replace(".", "/") + ".py")).is_file() for spec in ALL)
