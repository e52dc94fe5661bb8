"""Moving an instance: its executions are stopped, and others go on where they stood.

request(): what shall be otherwise is on the instance, with its event, in the caller's transaction
  |
commit            from here on the queue instance-moves finishes what a crash leaves
  |
carry_out(): stop -> read where the tokens stand -> machines -> what telemetry must know -> start -> the mark goes

All of it may be repeated: what is made follows from the histories of what was stopped and from the mark alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from contract import events, tables
from contract.shapes.common import Finding
from functions.deployments.moving.charts import chart_of, enterable_chart_of
from functions.deployments.moving.machines import machine_for
from functions.deployments.moving.runs import Run, read_run, with_children
from functions.runtime import asides, held, moves, starting, waits
from functions.runtime.ports import Ports
from functions.runtime.records import Condition, ConditionFailedError, Item, Put, Update
from functions.runtime.unit import Unit
from functions.runtime.variables import RESERVED
from state_machines.resume.chart import watches
from state_machines.resume.entering import CannotEnterError, Entered, entered
from state_machines.resume.placing import Change, Placed, elements_left, place
from state_machines.resume.token import MOVED, Token
from state_machines.resume.waiting import record_of

MAX_INPUT_BYTES = 250_000
"""Step Functions takes 256 KiB as the input of an execution."""
_STANDS = Condition(present=True, missing=("endedAt", "move"))


@dataclass(frozen=True)
class Order:
    """What shall be otherwise with an instance: `change` in its version, or the move to `version` (0: none).

    All its executions go on in others if `whole`, else those for which something is otherwise.
    """

    instance_id: str
    change: Change = field(default_factory=Change)
    version: int = 0
    by: str = ""
    whole: bool = False

    def dump(self, main: str) -> str:
        """As the instance keeps it that was called by nobody. `main`: the execution that it has now."""
        change = self.change
        return json.dumps(
            {
                "instanceId": self.instance_id,
                "whole": self.whole,
                "cancel": change.cancel,
                "start": change.start,
                "variables": dict(change.variables),
                "mapping": dict(change.mapping),
                "version": self.version,
                "by": self.by,
                "from": main,
            },
            ensure_ascii=False,
        )

    @staticmethod
    def load(text: str) -> tuple["Order", str]:
        """The order, and the execution that the instance had."""
        data = json.loads(text)
        change = Change(tuple(data["cancel"]), tuple(data["start"]), data["variables"], data["mapping"])
        return Order(data["instanceId"], change, data["version"], data["by"], data["whole"]), data["from"]


@dataclass(frozen=True)
class _Step:
    """One execution that goes on: under another name, with its machine and what it is given."""

    run: Run
    name: str
    placed: Placed
    made: Entered
    version: int
    input: dict[str, Any]
    left: list[str]
    """The elements that no token is at any more, each as often as tokens were."""


def caller_of(ports: Ports, instance: Item) -> Item:
    """The instance that called an instance, through all levels; itself, if nobody did.

    Whoever called waits for an execution: so both go on elsewhere together.
    """
    while parent := instance.get("parentId"):
        found = ports.store.get(tables.INSTANCES, parent, starting.INSTANCE)
        if found is None or found.get("endedAt"):
            break
        instance = found
    return instance


def problems(ports: Ports, instance: Item, order: Order) -> list[Finding]:
    """Why the order cannot be carried out, as all stands now; nothing is changed.

    `instance`: that of `caller_of`.
    """
    moving = _Moving(ports, instance, order, instance["execution"])
    runs = moving.runs(ended=False)
    return moving.planned(runs)[1]


def request(ports: Ports, unit: Unit, instance: Item, order: Order) -> Item:
    """Add the order to the unit; answers the instance with it. `instance`: who called, `caller_of`.

    The condition fails if the instance has ended, or is being moved.
    """
    mark = {"move": order.dump(instance["execution"])}
    same = replace(_STANDS, equals={"execution": instance["execution"]})
    unit.add(Update(tables.INSTANCES, instance["pk"], starting.INSTANCE, set=mark, when=same))
    about = {"instanceId": instance["pk"], "processId": instance["processId"], "version": int(instance["version"])}
    unit.emit(events.INSTANCE_MOVED, {**about, "toVersion": order.version or about["version"], "by": order.by})
    return {**instance, **mark}


def carry_out(ports: Ports, instance: Item) -> list[Finding]:
    """Do what the instance's mark says, if it has one; why it could not be done: then it goes on as it stood.

    Raises `UnsettledError` while Step Functions does not tell yet how the executions ended.
    """
    if "move" not in instance:
        return []
    order, main = Order.load(instance["move"])
    return _Moving(ports, instance, order, main).carry_out()


class _Moving:
    def __init__(self, ports: Ports, instance: Item, order: Order, main: str) -> None:
        self.ports, self.instance, self.order, self.main = ports, instance, order, main
        self.charts = cache(lambda process_id, version: chart_of(ports, process_id, version))
        self.machines: dict[str, str] = {}
        self.enterable = cache(lambda process_id, version: enterable_chart_of(ports, process_id, version))

    def carry_out(self) -> list[Finding]:
        """All steps, from the stop to the end of the mark."""
        runs = self.runs(ended=False)
        for run in (each for root in runs for each in root.walk()):
            self._expect_stop(run)
        for root in runs:
            self.ports.machines.stop(root.execution.arn, "The instance goes on in another execution.")
        runs = self.runs(ended=True)
        if runs[0].execution.status != "ABORTED":  # it was quicker, or has failed
            self._unmark({})
            return [_finding("", "The instance has ended by itself.")]
        steps, found = self.planned(runs)
        if found:  # what was possible is so no more: everything goes on as it stood
            self.order = Order(self.order.instance_id, by=self.order.by, whole=True)
            steps, again = self.planned(runs)
            if again:
                raise RuntimeError(f"{self.main} cannot go on: {[each.message for each in again]}")
        self._clear_answered(runs)
        for step in steps:
            self._announce(step)
        for step in (each for each in steps if each.run in runs):
            held.keep_longer(self.ports, step.input)
            self.ports.machines.start(self._machine(step), step.name, step.input)
        self._remove_left(steps)
        first = steps[0]
        machine = {"execution": starting.sibling_arn(self.main, first.name), "version": first.version}
        self._unmark(machine)
        return found

    def runs(self, *, ended: bool) -> list[Run]:
        """The executions that go on elsewhere: handlers beside only if something is otherwise for them."""
        change, called = self.order.change, self.order.instance_id != self.instance["pk"]
        otherwise = self.order.version or change.cancel or change.variables or self.order.whole or called
        names = self._beside() if otherwise else ()
        every = (self.main, *(starting.sibling_arn(self.main, name) for name in names))
        return [read_run(self.ports, execution, self.charts, ended=ended) for execution in every]

    def _beside(self) -> list[str]:
        """The open handlers by the names that they had before this move, if it was begun already."""
        rows = self.ports.store.query(tables.MESSAGES, f"ASIDE#{self.instance['pk']}").items
        names = {arn.rpartition(":")[2] for row in rows for arn in asides.open_in(row, self.main)}
        found = []
        for name in sorted(names):
            told = self.ports.store.get(tables.INSTANCES, self.instance["pk"], f"{starting.MOVED}{name}")
            again = told is not None and told["mark"] == self._mark
            found.append(str(told["from"]) if told is not None and again else name)
        return found

    @property
    def _mark(self) -> str:
        """What tells this move apart."""
        return hashlib.sha256(self.instance.get("move", "").encode()).hexdigest()[:16]

    # What is planned

    def planned(self, runs: Sequence[Run]) -> tuple[list[_Step], list[Finding]]:
        """What goes on for each execution, children before those that wait for them, the instance's own first."""
        steps: list[_Step] = []
        found: list[Finding] = []
        unknown = set(self.order.change.cancel)
        for run in runs:
            unknown -= self._elements(run)
        found += [_finding(e, f"No token is at '{e}': it cannot be cancelled there.") for e in sorted(unknown)]
        for run in runs:
            self._plan(run, steps, found)
        main = [step for step in steps if step.run is runs[0]]
        return [*main, *(step for step in steps if step.run is not runs[0])], found

    def _elements(self, run: Run) -> set[str]:
        """Where the tokens of an execution of this instance are."""
        found = set[str]()
        for each in run.walk():
            if each.instance_id == self.order.instance_id:
                chart = self.charts(each.process_id, each.version)
                for token in (token for root in each.tokens for token in root.walk() if token.state):
                    found |= set(chart.around(chart.element(token.state)))
        return found

    def _plan(self, run: Run, steps: list[_Step], found: list[Finding]) -> _Step | None:
        """Adds what goes on for an execution, after those that it waits for."""

        def child(token: Token) -> dict[str, Any] | None:
            inner = run.children[token.runs]
            if inner.execution.status == "SUCCEEDED":
                return {"result": {"Output": inner.execution.output}}
            if inner.execution.status not in ("RUNNING", "ABORTED"):
                return None
            step = self._plan(inner, steps, found)
            return {"machine": self._machine(step), "name": step.name, "input": step.input} if step else {}

        tokens = with_children(run.tokens, child)
        own = run.instance_id == self.order.instance_id
        change, version = self._change(run) if own else (Change(), run.version)
        charts = self.enterable if change.start else self.charts
        new = charts(run.process_id, version)
        old = new if version == run.version else self.charts(run.process_id, run.version)
        placed = place(tokens, old, new, change)
        found += [_finding(problem.element, problem.message) for problem in placed.problems]
        if placed.problems:
            return None
        try:
            made = entered(new, placed.tokens, placed.records)
        except CannotEnterError as error:
            found.append(_finding("", str(error)))
            return None
        about = {**run.about, "version": version, MOVED: made.moved}
        given = {**run.execution.input, RESERVED: about}
        if len(json.dumps(given, ensure_ascii=False).encode()) > MAX_INPUT_BYTES:
            words = (
                f"The variables of all its tokens have more than {MAX_INPUT_BYTES:,} bytes: they cannot be handed over."
            )
            found.append(_finding("", words))
            return None
        left = elements_left(placed, old, new, change)
        steps.append(step := _Step(run, moves.next_name(run.name), placed, made, version, given, left))
        return step

    def _change(self, run: Run) -> tuple[Change, int]:
        """What is otherwise in one execution of the instance. What begins does so in its own one."""
        start = () if asides.is_aside(run.name) else self.order.change.start
        here = tuple(element for element in self.order.change.cancel if element in self._elements(run))
        return replace(self.order.change, cancel=here, start=start), self.order.version or run.version

    # What is done

    def _machine(self, step: _Step) -> str:
        """The ARN of the step's machine, which is made once."""
        if step.name not in self.machines:
            self.machines[step.name] = machine_for(self.ports, step.run.process_id, step.made.definition)
        return self.machines[step.name]

    def _expect_stop(self, run: Run) -> None:
        """Called instances are stopped with those that wait for them: who sees it shall know why."""
        if run.instance_id == self.instance["pk"]:
            return
        expected = {"moving": self.instance["pk"]}
        still = Condition(present=True, missing=("endedAt",))
        with suppress(ConditionFailedError):
            self.ports.store.write(
                Update(tables.INSTANCES, run.instance_id, starting.INSTANCE, set=expected, when=still)
            )

    def _announce(self, step: _Step) -> None:
        """What telemetry must know before the execution begins; and the records of handlers have its name."""
        instance_id, old = step.run.instance_id, step.run.name
        about = {"from": old, "fromVersion": step.run.version, "left": json.dumps(step.left), "mark": self._mark}
        about |= {"mapping": dict(self.order.change.mapping), "at": self.ports.clock.now().isoformat()}
        told = starting.moved_item(instance_id, step.name, step.version, **about)
        self.ports.store.write(Put(tables.INSTANCES, told))
        if asides.is_aside(old):
            asides.rename(self.ports, instance_id, old, step.name)
        elif instance_id != self.instance["pk"]:
            execution = starting.sibling_arn(step.run.execution.arn, step.name)
            changed = {"execution": execution, "version": step.version, "moved": 1}
            present = Condition(present=True)
            update = Update(
                tables.INSTANCES, instance_id, starting.INSTANCE, set=changed, remove=("moving",), when=present
            )
            self.ports.store.write(update)

    def _remove_left(self, steps: Sequence[_Step]) -> None:
        """The records of waits that are no more: of tokens that were taken away, and of what watched for them."""
        for step in steps:
            if gone := tuple(self._records_left(step)):
                self._remove(step, gone)

    def _remove(self, step: _Step, gone: tuple[str, ...]) -> None:
        """Until it is removed, a record may still be answered."""
        following = starting.sibling_arn(step.run.execution.arn, step.name)
        for wait in self.ports.store.query(tables.WAITS, step.run.instance_id, prefix="wait#").items:
            if wait["sk"].startswith(gone) and wait.get("execution") != following:
                waits.abandon(self.ports, wait)

    def _clear_answered(self, runs: Sequence[Run]) -> None:
        """What was answered before the stop and has its end is not taken over; what waited still, is."""
        arns = {run.execution.arn: run.instance_id for root in runs for run in root.walk()}
        for instance_id in sorted(set(arns.values())):
            for wait in self.ports.store.query(tables.WAITS, instance_id, prefix="wait#").items:
                if "answer" in wait and wait["execution"] in arns:
                    waits.clear(self.ports, wait)

    def _records_left(self, step: _Step) -> Iterator[str]:
        """How the keys begin of the records of tokens that are no more."""
        chart = self.charts(step.run.process_id, step.run.version)
        for token in step.placed.left:
            state = chart.states.get(token.state, {})
            if path := token.record or record_of(state):
                moment = round(datetime.fromisoformat(token.since).timestamp() * 1000)
                yield f"wait#{path}@" if watches(state) else f"wait#{path}@{moment}"

    def _unmark(self, changed: Mapping[str, Any]) -> None:
        done = {**changed, "moved": 1}
        mine = Condition(equals={"move": self.instance["move"]})
        update = Update(tables.INSTANCES, self.instance["pk"], starting.INSTANCE, set=done, remove=("move",), when=mine)
        with suppress(ConditionFailedError):
            self.ports.store.write(update)


def _finding(element: str, words: str) -> Finding:
    return Finding(code="move", message=words, element_id=element or None)
