"""The world around one instance: its machine, its records, its connectors, its clock; correlation as docs/records.md.

Nothing is expected here, and nothing of a scenario's steps is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from state_machines.compilation import CompiledProcess
from state_machines.dmn import Definitions
from state_machines.scenarios.connectors import BPMN_ERROR, UNAVAILABLE, Connectors, bpmn_error
from state_machines.scenarios.model import Answer, Mock
from state_machines.scenarios.result import StoppedError
from state_machines.scenarios.tables import Item, Message, Tables, partition
from state_machines.scenarios.walk import Walk, walk
from state_machines.simulator import (
    ExecutionDescription,
    InvalidExecutionInput,
    InvalidOutput,
    Simulator,
    Started,
    TaskDoesNotExist,
    TaskOutcome,
    TaskRequest,
    TaskTimedOut,
    VirtualClock,
    parse_resource,
)

ARN = "arn:aws:states:eu-central-1:000000000000:stateMachine:process"
MAX_STEPS = 5_000
"""States that are entered and waits that end, in one scenario."""


class World:
    """Runs one instance. Everything that can go wrong with a scenario raises `StoppedError`."""

    def __init__(
        self,
        process: CompiledProcess,
        mocks: Mapping[str, Mock],
        decisions: Mapping[str, Definitions],
        begins: datetime,
        settle: timedelta,
    ) -> None:
        self._process, self._settle, self._begins = process, settle, begins
        self._clock = VirtualClock(begins)
        self._simulator = Simulator({ARN: process.machines["main"]}, self, self._clock)
        self.steps = 0
        self._execution = ""
        self.tables = Tables()
        self.connectors = Connectors(mocks, decisions, self._clock.now)

    # What the machine does

    def call(self, request: TaskRequest) -> TaskOutcome:
        """A Task state's call (`TaskPort`)."""
        resource = parse_resource(request.resource)
        if (resource.type, resource.action) == ("lambda", "invoke"):
            return self.connectors.invoke(request.arguments["Payload"])
        if resource.type == "aws-sdk:dynamodb":
            self.tables.write(resource.action, request.arguments)
            return Started({})
        raise StoppedError("runner", f"Scenarios cannot perform {request.resource}.")

    # What the outside does

    def start(self, variables: Mapping[str, Any], business_key: str, initiator: str) -> None:
        """Begin the instance."""
        reserved = {
            "processId": self._process.id,
            "version": 1,
            "businessKey": business_key,
            "initiator": initiator,
        }
        try:
            self._execution = self._simulator.start(ARN, {**variables, "_dpc": reserved}, "scenario_1")
        except InvalidExecutionInput as error:
            raise StoppedError("step", f"The start variables cannot be taken: {error}.") from error
        self.settle()

    def now(self) -> datetime:
        """The virtual time."""
        return self._clock.now()

    @property
    def started(self) -> bool:
        """Whether there is an instance."""
        return bool(self._execution)

    def waiting(self, *kinds: str) -> list[Item]:
        """The open waits of these kinds, the oldest first."""
        found = [w for w in self.tables.waits.values() if w["kind"] in kinds and self._alive(w["token"])]
        return sorted(found, key=lambda wait: (wait["since"], wait["sk"]))

    def subscriptions(self, kind: str) -> list[Item]:
        """The open subscriptions to messages or signals."""
        prefix = f"{kind.upper()}#"
        open_ = (s for s in self.tables.subscriptions.values() if self._alive(s["token"]))
        return [s for s in open_ if s["pk"].startswith(prefix)]

    def answer(self, wait: Item, event: str, variables: Mapping[str, Any]) -> None:
        """End a wait."""
        try:
            self._simulator.send_task_success(wait["token"], {"event": event, "variables": dict(variables)})
        except InvalidOutput as error:
            raise StoppedError("step", f"The variables cannot be taken: {error}.") from error
        self.tables.end(wait["token"])

    def publish(self, name: str, key: str, variables: Mapping[str, Any], kept: timedelta) -> None:
        """Publish a message: it is matched at once, or kept."""
        self.tables.messages.append(Message(partition("message", name, key), variables, self._clock.now() + kept))

    def broadcast(self, name: str, variables: Mapping[str, Any]) -> None:
        """A signal reaches all who wait for it now."""
        for subscription in self.tables.subscribed(partition("signal", name)):
            self._deliver(subscription, variables)

    # Time

    def advance(self, duration: timedelta) -> None:
        """Let time pass; what becomes due happens at its time."""
        end = self._clock.now() + duration
        self._rest()
        while (due := self._simulator.next_due()) is not None and due <= end:
            self._clock.set(max(due, self._clock.now()))
            self._rest()
        self._clock.set(end)

    def settle(self) -> None:
        """Let happen what needs nobody: all that is due, and the delays and retries of connectors, within limits."""
        end = self._clock.now() + self._settle
        self._rest()
        while self._calling() and (due := self._simulator.next_due()) is not None and due <= end:
            self._clock.set(max(due, self._clock.now()))
            self._rest()

    def _rest(self) -> None:
        """All that is due now, messages and jobs included."""
        moved = True
        while moved:
            while self._simulator.step():
                self.steps += 1
                if self.steps > MAX_STEPS:
                    raise StoppedError("runner", f"The scenario takes more than {MAX_STEPS} steps: is there a loop?")
            moved = self._match() or self._work()

    def _match(self) -> bool:
        """Deliver the oldest message that somebody waits for."""
        now = self._clock.now()
        self.tables.messages = [message for message in self.tables.messages if message.expires > now]
        for at, message in enumerate(self.tables.messages):
            waiting = [s for s in self.tables.subscribed(message.partition) if self._alive(s["token"])]
            if waiting:
                del self.tables.messages[at]
                self._deliver(waiting[0], message.variables)
                return True
        return False

    def _deliver(self, subscription: Item, variables: Mapping[str, Any]) -> None:
        wait = self.tables.waits.get((subscription["instanceId"], subscription["waitSk"]))
        if wait is not None and wait["token"] == subscription["token"] and self._alive(wait["token"]):
            self.answer(wait, subscription["event"], variables)

    def _work(self) -> bool:
        """Do one external job that has a mock, as its worker would."""
        jobs = (job for job in self.waiting("job") if self.connectors.mocked(job["jobType"], job["elementId"]))
        job = next(jobs, None)
        if job is None:
            return False
        answer = self.connectors.answer(job["jobType"], job["elementId"])
        if answer.after:
            raise StoppedError("connector", f"{job['elementId']} is done by a worker: its answer cannot have 'after'.")
        if answer.error:
            self._fail(job, answer)
        else:
            self.answer(job, job["elementId"], answer.result if isinstance(answer.result, dict) else {})
        return True

    def _fail(self, job: Item, answer: Answer) -> None:
        """As a worker fails a job: while tries are left it is fetched again."""
        left = int(job["retries"]) - 1 if answer.error == UNAVAILABLE else 0
        if answer.error != BPMN_ERROR and left > 0:
            job["retries"] = str(left)
            return
        error, cause = ("JobFailed", answer.message) if answer.error != BPMN_ERROR else (BPMN_ERROR, bpmn_error(answer))
        self._simulator.send_task_failure(job["token"], error, cause)
        self.tables.end(job["token"])

    def _alive(self, token: str) -> bool:
        """Whether the machine still waits for the token. Wait states have no heartbeat: asking changes nothing."""
        try:
            self._simulator.send_task_heartbeat(token)
        except (TaskDoesNotExist, TaskTimedOut):
            return False
        return True

    def _calling(self) -> bool:
        """Whether a connector is at work, or about to be tried again."""
        invoking = _invoking(self._process.machines["main"])
        return any(state in invoking for state in self.walk().open_states)

    # What came of it

    def describe(self) -> ExecutionDescription:
        """The execution as it stands."""
        return self._simulator.describe(self._execution)

    def walk(self) -> Walk:
        """What the instance has gone through."""
        return walk(self._simulator.history(self._execution), self._process.source_map)

    @property
    def elapsed(self) -> timedelta:
        """From the start to the end, or until now."""
        return (self.describe().stop or self._clock.now()) - self._begins

    @property
    def variables(self) -> dict[str, Any]:
        """At the end the output; before it what the open waits see, the youngest last; else the last state's input."""
        found = self.describe()
        if found.status == "SUCCEEDED":
            seen = [found.output]
        else:
            waits = self.waiting("user", "message", "job", "incident")
            seen = [json.loads(wait["variables"]) for wait in waits] or [self._last_input()]
        merged = {name: value for one in seen if isinstance(one, dict) for name, value in one.items()}
        return {name: value for name, value in merged.items() if name != "_dpc"}

    def _last_input(self) -> Any:
        history = self._simulator.history(self._execution)
        inputs = [e["stateEnteredEventDetails"] for e in history if e["type"].endswith("StateEntered")]
        return json.loads(inputs[-1].get("input", "{}")) if inputs else {}


def _invoking(definition: Mapping[str, Any]) -> set[str]:
    """The states that call a function, those of branches and items included."""
    found: set[str] = set()
    for name, state in definition["States"].items():
        if state["Type"] == "Task" and "lambda:invoke" in state["Resource"]:
            found.add(name)
        inner = [*state.get("Branches", ()), *filter(None, [state.get("ItemProcessor")])]
        found.update(*(_invoking(part) for part in inner))
    return found
