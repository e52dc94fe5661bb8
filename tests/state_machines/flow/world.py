"""A world around compiled machines: wait records, functions, messages, a clock; and the path that was walked."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from state_machines.compilation import CompiledProcess
from state_machines.scenarios import leaving
from state_machines.simulator import Completed, Failed, Simulator, Started, TaskOutcome, TaskRequest, VirtualClock

ARN = "arn:aws:states:eu-central-1:000000000000:stateMachine:process"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
Function = Callable[[dict[str, Any]], Any]


class FunctionError(Exception):
    """What a function of the world raises: the error's name, and Lambda's errorMessage."""

    def __init__(self, error: str, message: str = "") -> None:
        super().__init__(error)
        self.error, self.message = error, message


class World:
    """Runs one instance at a time of one compiled process."""

    def __init__(self, process: CompiledProcess, functions: Mapping[str, Function] | None = None) -> None:
        self.process = process
        self.functions = dict(functions or {})
        self.waits: dict[tuple[str, str], dict[str, str]] = {}
        self.messages: dict[tuple[str, str], dict[str, str]] = {}
        self.calls: list[dict[str, Any]] = []
        self.clock = VirtualClock(START)
        self.simulator = Simulator({ARN: process.machines["main"]}, self, self.clock)
        self.execution = ""

    # What the machine does

    def call(self, request: TaskRequest) -> TaskOutcome:
        arguments: Any = request.arguments
        if request.resource.endswith("lambda:invoke"):
            if arguments["Payload"]["connector"] == "dpc:leave-scope":
                given = arguments["Payload"]["input"]
                prefixes = tuple(f"wait#{path}@" for path in given["waits"])
                self.waits = {key: item for key, item in self.waits.items() if not key[1].startswith(prefixes)}
                return Completed(
                    {"Payload": {"variables": leaving.written(arguments["Payload"], self.simulator.history, set())}}
                )
            if arguments["Payload"]["connector"] == "dpc:read-scope":
                told = leaving.read(arguments["Payload"], self.simulator.history, [])
                return Completed({"Payload": {"variables": told}})
            return self._invoke(arguments["Payload"])
        for kind, write in self._writes(arguments, request.resource):
            table = self.waits if write["TableName"] == "${dpc:table:waits}" else self.messages
            item = {
                name: value for name, typed in write.get("Item", write.get("Key")).items() for value in typed.values()
            }
            assert all(isinstance(value, str) for value in item.values()), item
            if kind == "Put":
                table[item["pk"], item["sk"]] = item
            else:
                assert (item["pk"], item["sk"]) in table, f"nothing to delete at {item}"
                del table[item["pk"], item["sk"]]
        return Started({})

    def _writes(self, arguments: Any, resource: str) -> list[tuple[str, Any]]:
        if "transactWriteItems" in resource:
            return [entry for item in arguments["TransactItems"] for entry in item.items()]
        return [("Delete" if "deleteItem" in resource else "Put", arguments)]

    def _invoke(self, payload: dict[str, Any]) -> TaskOutcome:
        self.calls.append(payload)
        try:
            return Completed({"Payload": self.functions[payload["connector"]](payload), "StatusCode": 200})
        except FunctionError as error:
            return Failed(error.error, json.dumps({"errorType": error.error, "errorMessage": error.message}))

    # What the outside does

    def start(self, variables: Mapping[str, Any] | None = None, business_key: str = "") -> "World":
        reserved = {"processId": self.process.id, "version": 3, "businessKey": business_key, "initiator": ""}
        self.execution = self.simulator.start(ARN, {**(variables or {}), "_dpc": reserved}, "inst-1_1")
        self.simulator.run_until_idle()
        return self

    def open(self) -> list[str]:
        """The elements that wait, incidents with a `!`."""
        return sorted(w["elementId"] + ("!" if w["kind"] == "incident" else "") for w in self.waits.values())

    def record(self, element: str, kind: str = "") -> dict[str, str]:
        found = [
            w
            for w in self.waits.values()
            if w["elementId"] == element and (w["kind"] == kind or (not kind and w["kind"] != "incident"))
        ]
        assert len(found) == 1, (element, self.open())
        return found[0]

    def answer(self, element: str, variables: Mapping[str, Any] | None = None, event: str = "") -> "World":
        return self._answer(self.record(element), event or element, variables or {})

    def resolve(self, element: str, action: str, variables: Mapping[str, Any] | None = None) -> "World":
        return self._answer(self.record(element, "incident"), action, variables or {})

    def refuse(self, element: str, error: str, cause: Any = None) -> "World":
        wait = self.record(element)
        self.simulator.send_task_failure(wait["token"], error, json.dumps(cause))
        del self.waits[wait["pk"], wait["sk"]]
        self.simulator.run_until_idle()
        return self

    def publish(self, kind: str, name: str, key: str = "", variables: Mapping[str, Any] | None = None) -> int:
        """Answers every subscription of a message or signal; how many there were."""
        encoded, encoded_key = (quote(text, safe="!'()*-._~") for text in (name, key))
        pk = f"SIGNAL#{encoded}" if kind == "signal" else f"MESSAGE#{encoded}#{encoded_key}"
        found = [item for item in self.messages.values() if item["pk"] == pk]
        for item in found:
            wait = self.waits["inst-1", item["waitSk"]]
            assert wait["token"] == item["token"]
            self._answer(wait, item["event"], variables or {})
        return len(found)

    def _answer(self, wait: dict[str, str], event: str, variables: Mapping[str, Any]) -> "World":
        self.simulator.send_task_success(wait["token"], {"event": event, "variables": dict(variables)})
        del self.waits[wait["pk"], wait["sk"]]
        self.messages = {key: item for key, item in self.messages.items() if item.get("token") != wait["token"]}
        self.simulator.run_until_idle()
        return self

    def pass_time(self, **duration: float) -> "World":
        self.simulator.advance(timedelta(**duration))
        return self

    def restart(self) -> "World":
        """The simulator as another process finds it after a stop."""
        self.simulator = Simulator.restore(self.simulator.dump(), self, self.clock)
        return self

    # What came of it

    @property
    def status(self) -> str:
        found = self.simulator.describe(self.execution)
        assert found.status != "FAILED", (found.error, found.cause)
        return str(found.status)

    @property
    def variables(self) -> dict[str, Any]:
        output: Any = self.simulator.describe(self.execution).output
        return {name: value for name, value in output.items() if name != "_dpc"}

    def walk(self) -> list[str]:
        """Elements and flows as telemetry sees them: history and source map alone. `!` marks what did not complete."""
        return replay(self.simulator.history(self.execution), self.process.source_map)

    def counts(self) -> Counter[str]:
        return Counter(self.walk())


def replay(history: list[dict[str, Any]], source: Mapping[str, Any]) -> list[str]:
    """Folds a history with a source map, as docs/records.md says."""
    events = {event["id"]: event for event in history}
    entries = [event for event in history if event["type"].endswith("StateEntered")]
    followers = {previous["id"] for event in entries if (previous := _before(events, event)) is not None}
    open_elements: dict[int, str] = {}  # by the event that entered a state
    walked: list[str] = []
    for event in history:
        if event["type"].endswith("StateEntered"):
            previous, name = _before(events, event), _name(event)
            state = source["states"][name]
            if state["role"] == "element":
                open_elements[event["id"]] = state["element"]
            if previous is None:
                walked += _path(source["start"])
                continue
            transition = source["transitions"][_name(previous)][name]
            if previous["type"].endswith("StateExited"):
                before = open_elements.pop(_entry(events, previous), "")
                if before and transition["outcome"] == "continues":
                    open_elements.setdefault(event["id"], before)
                elif before:
                    walked.append(before + ("" if transition["outcome"] == "completed" else "!"))
            walked += _path(transition["path"])
        elif event["type"].endswith("StateExited") and event["id"] not in followers:
            before = open_elements.pop(_entry(events, event), "")
            walked += ([before] if before else []) + _path(source["ends"][_name(event)]["path"])
    return walked


def _entry(events: Mapping[int, Any], exited: dict[str, Any]) -> int:
    """The entry of the state that an event leaves; a failed evaluation breaks the chain of events."""
    at, name = exited, _name(exited)
    while at is not None and not (at["type"].endswith("StateEntered") and _name(at) == name):
        at = events.get(at["previousEventId"])
    if at is not None:
        return int(at["id"])
    return max(
        key
        for key, event in events.items()
        if key < exited["id"] and event["type"].endswith("StateEntered") and _name(event) == name
    )


def _path(path: list[dict[str, str]]) -> list[str]:
    marks = {"element": "", "flow": "", "cancelled": "!"}
    return [value + marks[kind] for passed in path for kind, value in passed.items() if kind in marks]


_BEGINS = ("ParallelStateStarted", "MapIterationStarted")


def _before(events: Mapping[int, Any], event: dict[str, Any]) -> dict[str, Any] | None:
    """The exit of the state before, or the start of the Parallel around."""
    at = events.get(event["previousEventId"])
    while at is not None and not (at["type"].endswith("StateExited") or at["type"] in _BEGINS):
        at = events.get(at["previousEventId"])
    if at is not None and at["type"] == "MapIterationStarted":
        name = at["mapIterationStartedEventDetails"]["name"]
        return max(
            (e for e in events.values() if e["id"] < at["id"] and e["type"] == "MapStateEntered" and _name(e) == name),
            key=lambda e: int(e["id"]),
        )
    if at is not None and at["type"] == "ParallelStateStarted":
        at = events[at["previousEventId"]]
    return at


def _name(event: dict[str, Any]) -> str:
    details = event.get("stateExitedEventDetails") or event["stateEnteredEventDetails"]
    return str(details["name"])
