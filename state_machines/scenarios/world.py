"""The world around one instance: machines, records, connectors, the clock.

Nothing is expected here, and nothing of a scenario's steps is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from state_machines.by_reference.asking import evaluate
from state_machines.by_reference.evaluating import NotEvaluatedError
from state_machines.by_reference.values import in_memory, loaded
from state_machines.compilation import CompiledProcess
from state_machines.dmn import Definitions
from state_machines.scenarios.connectors import BPMN_ERROR, UNAVAILABLE, Connectors, bpmn_error
from state_machines.scenarios.correlation import Correlation
from state_machines.scenarios.model import Answer, Mock
from state_machines.scenarios.result import StoppedError
from state_machines.scenarios.tables import Row, Tables
from state_machines.scenarios.walk import Walk, joined, walk
from state_machines.simulator import (
    Completed,
    ExecutionDescription,
    Failed,
    InvalidExecutionInput,
    InvalidOutput,
    Simulator,
    SimulatorError,
    TaskOutcome,
    TaskRequest,
    VirtualClock,
    parse_resource,
)

PREFIX = "arn:aws:states:eu-central-1:000000000000:stateMachine:"
INSTANCE = "scenario"
MAX_STEPS = 5_000
"""States that are entered and waits that end, in one scenario."""


class World:
    """Runs one instance, and those that it calls. Whatever can go wrong with a scenario raises `StoppedError`."""

    def __init__(
        self,
        process: CompiledProcess,
        mocks: Mapping[str, Mock],
        decisions: Mapping[str, Definitions],
        begins: datetime,
        settle: timedelta,
        beside: Mapping[str, CompiledProcess],
    ) -> None:
        """`beside`: the processes that it may call, by id."""
        self._process, self._settle, self._begins = process, settle, begins
        self._processes = {**beside, process.id: process}
        self._clock = VirtualClock(begins)
        machines = {PREFIX + id_: one.machines["main"] for id_, one in self._processes.items()}
        self._simulator = Simulator(machines, self, self._clock)
        self.steps = 0
        self._execution = ""
        self._jobs: dict[str, tuple[datetime, Answer]] = {}
        """External jobs that a worker has taken on, by token: when it is done with it, and how."""
        self.tables = Tables()
        self._values = in_memory()
        self.connectors = Connectors(mocks, decisions, self._clock.now)
        self._correlation = Correlation(
            self.tables, self._clock.now, self._hand_over, self._alive, self._simulator.stop, self._simulator.history
        )

    # What the machine does

    def call(self, request: TaskRequest) -> TaskOutcome:
        """A Task state's call (`TaskPort`)."""
        resource, arguments = parse_resource(request.resource), request.arguments
        if (resource.type, resource.action) == ("lambda", "invoke"):
            return self._invoke(arguments["Payload"])
        if resource.type == "aws-sdk:dynamodb":
            if arguments.get("TableName") == "${dpc:table:registry}":
                return self._published(arguments["Key"]["pk"]["S"], arguments["Key"]["sk"]["S"])
            return self.tables.perform(resource.action, arguments)
        if resource.action == "stopExecution":
            self._simulator.stop(arguments["ExecutionArn"])
            return Completed({})
        if resource.action == "sendTaskSuccess":
            self._simulator.send_task_success(arguments["TaskToken"], json.loads(arguments["Output"]))
            return Completed({})
        raise StoppedError("runner", f"Scenarios cannot perform {request.resource}.")

    def _invoke(self, payload: Mapping[str, Any]) -> TaskOutcome:
        if payload["connector"] == "dpc:evaluate":
            return self._evaluated(payload)
        if self._correlation.serves(payload["connector"]):
            return Completed({"Payload": self._correlation.invoke(payload)})
        outcome = self.connectors.invoke({**payload, "input": self.whole(payload["input"])})
        if not isinstance(outcome, Completed):
            return outcome
        answered: Any = outcome.output
        return replace(outcome, output={**answered, "Payload": self._values.shape_aside(answered["Payload"])})

    def _evaluated(self, payload: Mapping[str, Any]) -> TaskOutcome:
        """A state that has met a value which stands elsewhere."""
        execution = payload["context"]["execution"]
        definition, history = self._simulator.definition(execution), self._simulator.history(execution)
        now = int(self._clock.now().timestamp() * 1000)
        try:
            return Completed({"Payload": evaluate(payload, definition, history, self._values, now)})
        except NotEvaluatedError as error:
            return Failed("ConnectorRejected", str(error))

    def whole(self, value: Any) -> Any:
        """A value with what of it stands elsewhere."""
        return loaded(value, self._values.fetch)

    def _published(self, pk: str, sk: str) -> TaskOutcome:
        """What the registry says of a process: all are there in one version, deployed together."""
        process = self._processes.get(pk.removeprefix("PROCESS#"))
        if process is None or sk not in ("CURRENT", "V#00000001", f"TAG#{process.version_tag}"):
            return Completed({})
        together = {id_: {"arn": PREFIX + id_, "version": 1} for id_ in self._processes}
        item = {"machine": {"S": PREFIX + process.id}, "version": {"N": "1"}, "together": {"S": json.dumps(together)}}
        return Completed({"Item": item})

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
            self._execution = self._simulator.start(
                PREFIX + self._process.id, {**self._values.parts_aside(variables), "_dpc": reserved}, f"{INSTANCE}_1"
            )
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

    def waiting(self, *kinds: str) -> list[Row]:
        """The open waits of these kinds, the oldest first."""
        found = [wait for wait in self.tables.waits() if wait.get("kind") in kinds and self._alive(wait["token"])]
        return sorted(found, key=lambda wait: (wait["since"], wait["sk"]))

    def subscriptions(self, kind: str) -> list[Row]:
        """The open subscriptions to messages or signals."""
        return [row for row in self.tables.subscriptions(f"{kind.upper()}#") if self._alive(row["token"])]

    def answer(self, wait: Row, event: str, variables: Mapping[str, Any]) -> None:
        """End a wait."""
        try:
            self._hand_over(wait, event, self._values.parts_aside(dict(variables)))
        except InvalidOutput as error:
            raise StoppedError("step", f"The variables cannot be taken: {error}.") from error

    def _hand_over(self, wait: Row, event: str, variables: Mapping[str, Any]) -> None:
        self._simulator.send_task_success(wait["token"], {"event": event, "variables": dict(variables)})
        self.tables.end(wait["token"], keep="closed" in wait and event != "closed")

    def publish(self, name: str, key: str, variables: Mapping[str, Any], kept: timedelta) -> None:
        """Publish a message: it is matched at once, or kept."""
        self._correlation.publish(name, key, self._values.parts_aside(dict(variables)), kept)

    def broadcast(self, name: str, variables: Mapping[str, Any]) -> None:
        """A signal reaches all who wait for it now."""
        self._correlation.broadcast(name, self._values.parts_aside(dict(variables)))

    # Time

    def advance(self, duration: timedelta) -> None:
        """Let time pass; what becomes due happens at its time."""
        end = self._clock.now() + duration
        self._rest()
        while (due := self._next_due()) is not None and due <= end:
            self._clock.set(max(due, self._clock.now()))
            self._rest()
        self._clock.set(end)

    def settle(self) -> None:
        """Let happen what needs nobody: all that is due, and the delays and retries of connectors, within limits."""
        end = self._clock.now() + self._settle
        self._rest()
        while self._calling() and (due := self._next_due()) is not None and due <= end:
            self._clock.set(max(due, self._clock.now()))
            self._rest()

    def _next_due(self) -> datetime | None:
        moments = [self._simulator.next_due(), *(due for due, _ in self._jobs.values())]
        return min((moment for moment in moments if moment is not None), default=None)

    def _rest(self) -> None:
        """All that is due now, messages and jobs included."""
        moved = True
        while moved:
            while self._simulator.step():
                self.steps += 1
                if self.steps > MAX_STEPS:
                    raise StoppedError("runner", f"The scenario takes more than {MAX_STEPS} steps: is there a loop?")
            moved = self._correlation.move() or self._work()

    def _work(self) -> bool:
        """Finish one external job that a worker has taken on, or take on one that has a mock."""
        waiting = {job["token"]: job for job in self.waiting("job")}
        self._jobs = {token: taken for token, taken in self._jobs.items() if token in waiting}
        done = next((token for token, (due, _) in self._jobs.items() if due <= self._clock.now()), None)
        if done is not None:
            self._finish(waiting[done], self._jobs.pop(done)[1])
            return True
        free = (job for token, job in waiting.items() if token not in self._jobs)
        job = next((job for job in free if self.connectors.mocked(job["jobType"], job["elementId"])), None)
        if job is None:
            return False
        answer = self.connectors.answer(job["jobType"], job["elementId"])
        self._jobs[job["token"]] = self._clock.now() + answer.after, answer
        return True

    def _finish(self, job: Row, answer: Answer) -> None:
        if answer.error:
            self._fail(job, answer)
        else:
            self.answer(job, job["elementId"], answer.result if isinstance(answer.result, dict) else {})

    def _fail(self, job: Row, answer: Answer) -> None:
        """As a worker fails a job: while tries are left it is fetched again."""
        left = int(job["retries"]) - 1 if answer.error == UNAVAILABLE else 0
        if answer.error != BPMN_ERROR and left > 0:
            self.tables.set(job, "retries", {"N": str(left)})
            return
        error, cause = ("JobFailed", answer.message) if answer.error != BPMN_ERROR else (BPMN_ERROR, bpmn_error(answer))
        self._simulator.send_task_failure(job["token"], error, cause)
        self.tables.end(job["token"])

    def _alive(self, token: str) -> bool:
        """Whether the machine still waits for the token. Wait states have no heartbeat: asking changes nothing."""
        try:
            self._simulator.send_task_heartbeat(token)
        except SimulatorError:
            return False
        return True

    def _calling(self) -> bool:
        """Whether a connector or worker is at work, or about to be tried again."""
        return bool(self._jobs) or any(
            state in _invoking(process.machines["main"])
            for found in self._simulator.executions(status="RUNNING")
            for process in [self._process_of(found)]
            for state in walk(self._simulator.history(found.arn), process.source_map).open_states
        )

    def _process_of(self, execution: ExecutionDescription) -> CompiledProcess:
        return self._processes[execution.machine_arn.removeprefix(PREFIX)]

    # What came of it

    def describe(self) -> ExecutionDescription:
        """The execution as it stands."""
        return self._simulator.describe(self._execution)

    def walk(self) -> Walk:
        """What the instance has gone through, what ran in executions aside at the end."""
        own = [found.arn for found in self._simulator.executions() if found.name.startswith(f"{INSTANCE}_")]
        return joined(walk(self._simulator.history(arn), self._process.source_map) for arn in own)

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
            seen = [json.loads(wait["variables"]) for wait in waits if wait["pk"] == INSTANCE] or [self._last_input()]
        merged = self.whole({name: value for one in seen if isinstance(one, dict) for name, value in one.items()})
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
