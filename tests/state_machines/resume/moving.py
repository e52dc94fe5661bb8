"""Moves executions on the small platform: stops them, and lets their tokens go on in machines made for that.

It does in a few lines what the functions do (docs/records.md, "Going on elsewhere"), as a second opinion on it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from state_machines.asl.lint import lint
from state_machines.compile import compile_bpmn, compile_entries
from state_machines.history import RESERVED, place_of
from state_machines.resume.chart import Chart
from state_machines.resume.entering import Entered, entered
from state_machines.resume.placing import Change, Placed, place
from state_machines.resume.standing import standing
from state_machines.resume.token import MOVED, Branch, Token
from tests.state_machines.flow.platform import PREFIX, Platform
from tests.state_machines.flow.plays import Play
from tests.state_machines.flow.sketch import WORD, Sketch

RUNS = "startExecution.sync"


class Mover:
    """Moves executions of one platform."""

    def __init__(self, world: Platform) -> None:
        self.world, self.count = world, 0
        self.entered: list[Entered] = []

    def move_all(self) -> dict[str, str]:
        """Moves all that runs, each to the version in which it runs; by the old ARN, the new one."""
        running = [each for each in self.world.simulator.executions() if each.status == "RUNNING"]
        names = {name for each in running for name in self._runs(each.arn)}
        roots = [each.arn for each in running if each.name not in names]
        for each in running:
            self.stop(each.arn)
        return {arn: self._start(self._within(arn)) for arn in roots}

    def change(self, arn: str, change: Change, source: bytes, to: bytes) -> tuple[str, Placed]:
        """Moves an execution of the process `process`; where to (empty: nowhere), and what became of its tokens."""
        for each in (arn, *self._running_in(arn)):
            self.stop(each)
        machine, new = self._chart(arn), chart(to)
        placed = place(self.tokens(arn), new if source == to else machine, new, change)
        if placed.problems:
            return "", placed
        made = self.made(new, self._with_children(placed.tokens), placed.records)
        self._forget(placed.left)
        if source != to:
            self.deploy(to)
        return self._start(self._request(arn, made)), placed

    def stop(self, arn: str) -> None:
        self.world.moved.add(arn)
        self.world.simulator.stop(arn)

    def tokens(self, arn: str) -> tuple[Token, ...]:
        return standing(self.world.simulator.history(arn), self._chart(arn).definition, arn)

    def made(self, machine: Chart, tokens: tuple[Token, ...], records: Mapping[str, str] | None = None) -> Entered:
        """The machine in which tokens go on, in which there is nothing to find fault with."""
        made = entered(machine, tokens, records)
        assert lint(made.definition) == ()
        self.entered.append(made)
        return made

    def deploy(self, source: bytes) -> None:
        """What starts from now on is of this version."""
        for process in compile_bpmn(source).processes:
            self.world.processes[process.id] = process
            self.world.simulator.register(PREFIX + process.id, process.machines["main"])

    def _chart(self, arn: str) -> Chart:
        process = self.world.processes[self.world.executions[arn]]
        return Chart(process.machines["main"], process.source_map)

    def _runs(self, arn: str) -> list[str]:
        """The names of the executions that one has run, or runs."""
        scheduled = (event.get("taskScheduledEventDetails", {}) for event in self.world.simulator.history(arn))
        return [
            json.loads(each["parameters"])["Name"] for each in scheduled if each.get("resource", "").startswith(RUNS)
        ]

    def _running_in(self, arn: str) -> list[str]:
        """The executions that one waits for, and those that these wait for."""
        names, every = set(self._runs(arn)), self.world.simulator.executions()
        found = [each.arn for each in every if each.name in names and each.status == "RUNNING"]
        return [*found, *(inner for each in found for inner in self._running_in(each))]

    def _within(self, arn: str) -> dict[str, Any]:
        """What is to be started in place of an execution, with what it runs."""
        machine = self._chart(arn)
        placed = place(self.tokens(arn), machine, machine, Change())
        assert placed.problems == () == placed.left
        return self._request(arn, self.made(machine, self._with_children(placed.tokens)))

    def _with_children(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        return tuple(
            replace(
                token,
                child=self._child(token.runs) if token.runs else None,
                branches=tuple(Branch(each.place, self._with_children(each.tokens)) for each in token.branches),
            )
            for token in tokens
        )

    def _child(self, arn: str) -> dict[str, Any]:
        found = self.world.simulator.describe(arn)
        if found.status == "SUCCEEDED":
            return {"result": {"Output": found.output}}
        return self._within(arn)

    def _request(self, arn: str, made: Entered) -> dict[str, Any]:
        """What starts the execution that goes on in place of one."""
        self.count += 1
        old, process = self.world.simulator.describe(arn), self.world.executions.pop(arn)
        machine = f"{PREFIX}{process}:{self.count + 1}"
        self.world.simulator.register(machine, made.definition)
        began: Any = old.input
        instance, _, tail = old.name.partition("_")
        fresh = hashlib.sha256(old.name.encode()).hexdigest()[: len(tail)]
        name = f"{instance}_{int(tail) + 1 if tail.isdigit() else fresh}"
        for record in self.world.records.values():  # of handlers aside, by their executions
            if (state := record.pop(f"h|{old.name}", None)) is not None:
                record[f"h|{name}"] = state
                before = record.pop(f"w|{old.name}", {"S": tail})["S"]
                record[f"w|{name}"] = {"S": f"{before}.{tail}"}
        return {"machine": machine, "name": name, "input": given(began, made)}

    def _start(self, request: dict[str, Any]) -> str:
        arn = self.world.simulator.start(request["machine"], request["input"], request["name"])
        self.world.executions[arn] = request["input"]["_dpc"]["processId"]
        self.world.run()
        return arn

    def _forget(self, left: tuple[Token, ...]) -> None:
        """Removes the records of tokens that are no more."""
        for token in left:
            record = f"wait#{token.record}@"
            for wait in list(self.world.tables["waits"].values()):
                place = wait["sk"].partition("@")[2].partition("#")[2]
                if (
                    wait["sk"].startswith(record)
                    and place == place_of(token.given)
                    and (wait["since"] == token.since or wait["kind"] == "scope")
                ):
                    self.world.remove(wait)


def given(began: Mapping[str, Any], made: Entered) -> dict[str, Any]:
    """The input of the execution that goes on in place of one that began with this."""
    return {**began, RESERVED: {**began[RESERVED], MOVED: made.moved}}


def chart(source: bytes, process: str = "process") -> Chart:
    """A process as tokens are put into it."""
    machine = compile_entries(source, process)
    assert machine is not None
    return Chart(machine.definition, machine.source_map)


class MovedPlay(Play):
    """A play in which everything that runs is moved after some of the steps, by their places; None: after each."""

    def __init__(
        self,
        sketch: str,
        dialect: str = "camunda8",
        moves: frozenset[int] | None = None,
        limits: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(sketch, dialect, limits)
        self.mover, self.moves, self.steps = Mover(self.world), moves, 0

    def act(self, action: str) -> None:
        super().act(action)
        self.world.run()
        if self.arn and (self.moves is None or self.steps in self.moves):
            self.arn = self.mover.move_all().get(self.arn, self.arn)
        self.steps += 1


class ChangedPlay(Play):
    """A play whose tokens are put elsewhere: `modify -A +B y=1`, and `migrate A>A2` to the second of its sketches.

    A minus cancels what is at an element, a plus puts a token before one, `>` says what one is called now.
    """

    def __init__(self, sketch: str, dialect: str = "camunda8") -> None:
        before, _, after = sketch.partition("\nto\n")
        super().__init__(before, dialect)
        self.mover, self.to = Mover(self.world), Sketch(after or before, dialect).bytes()
        self.problems: tuple[str, ...] = ()

    def act(self, action: str) -> None:
        word, *rest = WORD.findall(action)
        if word not in ("modify", "migrate"):
            super().act(action)
            return
        change = Change(
            cancel=tuple(each[1:] for each in rest if each.startswith("-")),
            start=tuple(each[1:] for each in rest if each.startswith("+")),
            variables={n: json.loads(v) for n, _, v in (each.partition("=") for each in rest if "=" in each)},
            mapping=dict(each.split(">") for each in rest if ">" in each),
        )
        arn, placed = self.mover.change(self.arn, change, self.source, self.to if word == "migrate" else self.source)
        self.problems = tuple(f"{problem.element}: {problem.message}" for problem in placed.problems)
        self.arn, self.source = arn or self.arn, self.to if word == "migrate" else self.source
