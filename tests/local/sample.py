"""A small platform of its own for the host's tests: one function, one machine, no product code."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from contract import events, queues, tables
from contract.auth import CaseLink, Public, Scope
from contract.functions import FunctionSpec
from contract.routes import Route
from contract.shapes.common import Request, Shape
from contract.tenant import Tenant, UserItem
from functions.runtime.batches import QueueRecord, StreamRecord
from functions.runtime.calls import Answer, Call
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports, PublishedEvent
from functions.runtime.records import Put
from local.platform import Options, Platform
from local.server import Server, bind


class Note(Request):
    text: str


class Kept(Shape):
    id: str
    caller: str = ""


KEEP = Route("POST", "/notes", Scope("processes:write"), "Keep a note", body=Note, answer=Kept, status=201)
READ = Route("GET", "/notes/{id}", CaseLink("instances:read"), "Read a note")
OPEN = Route("GET", "/open", Public(per_second=1, burst=2), "Anybody may")
START = Route("POST", "/starts/{name}", Scope("instances:start"), "Start the machine")
ANSWER = Route("POST", "/answers", Scope("instances:operate"), "Answer the token of a note", body=Note)
UPLOAD = Route("POST", "/links", Scope("documents:read"), "Links to an object")

MACHINE = {
    "QueryLanguage": "JSONata",
    "StartAt": "Call",
    "States": {
        "Call": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": "dpc-sample-machinist", "Payload": "{% $states.input %}"},
            "Output": "{% $merge([$states.input, $states.result.Payload]) %}",
            "Catch": [{"ErrorEquals": ["Broken"], "Next": "Failed", "Output": "{% $states.errorOutput %}"}],
            "Next": "Wait",
        },
        "Wait": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken",
            "Arguments": {
                "TableName": "dpc-sample-waits",
                "Item": {
                    "pk": {"S": "{% $states.context.Execution.Name %}"},
                    "sk": {"S": "wait#1"},
                    "token": {"S": "{% $states.context.Task.Token %}"},
                },
            },
            "TimeoutSeconds": 60,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "TooLate"}],
            "Next": "Done",
        },
        "TooLate": {"Type": "Pass", "Output": {"late": True}, "End": True},
        "Failed": {"Type": "Pass", "End": True},
        "Done": {"Type": "Pass", "End": True},
    },
}


class Broken(Exception):  # noqa: N818
    """Fails a task by this name."""


def keep(ports: Ports, call: Call) -> Kept:
    ports.store.write(Put(tables.WAITS, {"pk": call.body.text, "sk": "note", "kind": "note"}))
    ports.bus.publish([PublishedEvent(call.body.text, events.ELEMENT_PASSED.name, '{"data": 1}', ports.clock.now())])
    return Kept(id=call.body.text, caller=call.caller.user)


def read(ports: Ports, call: Call) -> Answer:
    return Answer({"id": call.path["id"], "user": call.caller.user})


def start(ports: Ports, call: Call) -> Answer:
    arn = ports.machines.deploy("sample", MACHINE, description="1")
    return Answer({"arn": ports.machines.start(arn, call.path["name"], {"asked": call.path["name"]}), "machine": arn})


def answer(ports: Ports, call: Call) -> Answer:
    item = ports.store.get(tables.WAITS, call.body.text, "wait#1")
    assert item is not None
    ports.machines.answer(item["token"], {"answered": call.body.text})
    return Answer({})


def links(ports: Ports, call: Call) -> Answer:
    from datetime import timedelta

    from contract import buckets

    put = ports.objects.presign_put(buckets.BUNDLES, "uploads/ą b.bpmn", content_type="text/x", expires=timedelta(60))
    get = ports.objects.presign_get(
        buckets.BUNDLES, "uploads/ą b.bpmn", filename="ą.txt", content_type="text/plain", expires=timedelta(60)
    )
    return Answer({"put": put.url, "get": get})


SEEN: list[Any] = []
"""What the functions below were called with."""
TOGETHER = threading.Barrier(3)
"""Where calls of machines that were started as `together...` wait for each other."""
FAIL: set[str] = set()
"""Item keys and message bodies at which they fail."""


def on_stream(ports: Ports, record: StreamRecord) -> None:
    key = (record.new or record.old or {})["pk"]
    SEEN.append((record.change, key))
    if key in FAIL:
        raise RuntimeError(key)


def on_queue(ports: Ports, record: QueueRecord) -> None:
    SEEN.append(("queue", record.body.get("detail-type") or record.body))
    if "queue" in FAIL:
        raise RuntimeError("queue")


def on_call(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    if event.get("source") == "aws.events":
        SEEN.append("schedule")
        return {}
    if event["asked"] == "broken":
        raise Broken("it broke")
    if event["asked"].startswith("together"):
        TOGETHER.wait(timeout=20)
    return {"called": True}


def authorize(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    if event["identitySource"] != ["Bearer link"]:
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": {"claims": '{"username": "linked"}'}}


ROUTER = FunctionSpec(
    "router",
    "tests.local.sample.route",
    routes=(KEEP, READ, OPEN, START, ANSWER, UPLOAD),
    queues=(queues.ELEMENT_EVENTS,),
)
MACHINIST = FunctionSpec(
    "machinist", "tests.local.sample.work", streams=(tables.WAITS,), machines=True, every_minutes=5
)
LOGGER = FunctionSpec("logger", "tests.local.sample.log", logs=True)
GUARD = FunctionSpec("guard", "tests.local.sample.guard", authorizer=True)

route = Handler(
    ROUTER,
    routes={KEEP: keep, READ: read, OPEN: lambda p, c: Answer({}), START: start, ANSWER: answer, UPLOAD: links},
    queues={queues.ELEMENT_EVENTS.name: on_queue},
)
work = Handler(MACHINIST, streams={tables.WAITS: on_stream}, direct=on_call)
log = Handler(LOGGER, logs=lambda p, lines: SEEN.extend(("log", line.message["type"]) for line in lines))
guard = Handler(GUARD, direct=authorize)


TENANT = Tenant(
    name="sample",
    title="Sample",
    demo_users=(UserItem(name="anna", title="Anna", groups=("designer",)),),
)


@contextmanager
def running(data: Path | None = None, *, virtual: bool = True) -> Iterator[tuple[Platform, httpx.Client]]:
    """The sample platform over HTTP, with a client that may do everything."""
    SEEN.clear()
    FAIL.clear()
    listener = bind(0)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    specs = (ROUTER, MACHINIST, LOGGER, GUARD)
    try:
        platform = Platform(Options(TENANT, specs, origin=origin, virtual=virtual, data=data))
    except BaseException:
        listener.close()
        raise
    platform.start()
    try:
        with Server(platform, listener), httpx.Client(base_url=origin) as client:
            token = client.post("/_local/token", json={"scopes": ["*"]}).json()["token"]
            client.headers["authorization"] = f"Bearer {token}"
            yield platform, client
    finally:
        platform.stop()
