"""Plays: sketches of processes, what happens to them step by step, and what comes of it.

`## name [dialects]`, the sketch, `--`, the steps, `==` and the outcome. A step is `A x=1` (the task is done with
variables; `A@2`: the second of those that wait), `msg M`, `sig G`, `+10m` (time passes), `fail A CODE` (the job raises
an error), `retry A x=1` and `skip A` (the incident there is tried again, or left behind), `set x=1` or `start@S` (by
the event `S`), and after ` :` the elements that are open then, incidents with a `!`. The outcome: elements that
completed (`A`, `A*2`), that did not (`-A`), variables at the end (`x=1`, JSON), and first a status other than
`completed`; or `refused` and words of the diagnostics.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self

import pytest

from state_machines.asl.lint import lint
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from state_machines.dmn import read_dmn
from state_machines.library import Library
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.sketch import WORD, Sketch

FOLDER: Final = Path(__file__).parent / "plays"
UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


GRADE: Final = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="grade" name="Grade">
<decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="x"><text>n</text>
</inputExpression></input><output id="o" name="mark"/>
<rule id="r"><inputEntry id="i1"><text>&lt; 2</text></inputEntry><outputEntry id="o1"><text>1</text></outputEntry>
</rule>
<rule id="s"><inputEntry id="i2"><text>-</text></inputEntry><outputEntry id="o2"><text>2</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
"""The decision `grade`, which plays may call: 1 of an `n` below 2, else 2."""


class RefusedError(Exception):
    """The compiler's diagnostics."""


class Play:
    """A sketch's processes on a platform, moved by steps."""

    def __init__(self, sketch: str, dialect: str = "camunda8", limits: tuple[int, int] | None = None) -> None:
        self.source = Sketch(sketch, dialect).bytes()
        compilation = compile_bpmn(self.source, library=Library(decisions={"grade": read_dmn(GRADE.encode())}))
        if has_errors(compilation.diagnostics):
            errors = [d for d in compilation.diagnostics if d.severity == "error"]
            raise RefusedError([f"{d.code} {d.element_id}: {d.message}" for d in errors])
        for process in compilation.processes:
            assert lint(process.machines["main"]) == ()
        self.world = Platform(compilation.processes, limits=limits)
        self.arn = ""

    def play(self, steps: str) -> Self:
        """Plays `start x=1 : A B | A y=2 : B`; asserts what is open after each step that says it."""
        done: list[str] = []
        for step in steps.replace("\n", " ").split("|"):
            action, colon, wanted = step.partition(" :")
            done.append(action.strip())
            self.act(action.strip())
            self.world.run()
            if colon:
                found, awaited = self.open(), sorted(wanted.split())
                assert found == awaited, f"after {done}: {found}, not {awaited}"
        return self

    def act(self, action: str) -> None:
        word, *rest = WORD.findall(action)
        values = {n: json.loads(v) for n, _, v in (r.replace("`", "").partition("=") for r in rest if "=" in r)}
        names = [r for r in rest if "=" not in r]
        if word.startswith("start"):
            self.arn = self.world.start("process", values, "1", self.trigger(word.partition("@")[2]))
        elif word.startswith("+"):
            self.world.pass_time(timedelta(**{UNITS[word[-1]]: float(word[1:-1])}))
        elif word == "msg":
            self.world.publish(names[0], "1", values)
        elif word == "sig":
            self.world.broadcast(names[0], values)
        elif word == "set":
            self.world.write(self.arn, **values)
        elif word in ("retry", "skip"):
            world = self.world
            world.answer(next(w for w in world.open("incident") if w["elementId"] == names[0]), word, values)
        elif word == "fail":
            self.world.fail(next(w for w in self.world.open() if w["elementId"] == names[0]), names[1])
        else:
            element, _, place = word.replace("`", "").partition("@")
            self.world.do(element, values, int(place or 1) - 1)

    def trigger(self, element: str) -> str:
        """What an instance is told that a start event other than the plain one has started."""
        triggers = self.world.processes["process"].triggers
        return next((t.key for t in triggers if t.element_id == element), "") if element else ""

    def open(self) -> list[str]:
        return sorted(w["elementId"] + ("!" if w["kind"] == "incident" else "") for w in self.world.open())

    def status(self) -> str:
        return self.world.status(self.arn)

    def variables(self) -> dict[str, Any]:
        return self.world.variables(self.arn)

    def completed(self) -> Counter[str]:
        """How often each element has completed, in all executions."""
        return sum((self.world.completed(arn) for arn in self.world.executions), Counter[str]())


@dataclass(frozen=True)
class Case:
    """One play in one dialect."""

    name: str
    dialect: str
    sketch: str
    steps: str
    outcome: str

    def run(self, limits: tuple[int, int] | None = None) -> None:
        if self.outcome.startswith("refused"):
            with pytest.raises(RefusedError, match=self.outcome.removeprefix("refused ")):
                Play(self.sketch, self.dialect)
        else:
            self.check(Play(self.sketch, self.dialect, limits).play(self.steps))

    def check(self, play: Play, *, counts: bool = True) -> None:
        """Whether the outcome has come. `counts`: also how often each element completed, and inside of what it ran."""
        wanted = WORD.findall(self.outcome)
        status = wanted.pop(0) if wanted and wanted[0] in ("active", "incident", "failed") else "completed"
        assert play.status() == status, (play.status(), play.open(), play.world.simulator.describe(play.arn).cause)
        strays = set[str]().union(*map(play.world.strays, play.world.executions)) if counts else set[str]()
        assert not strays, strays
        seen = play.completed() if counts else Counter[str]()
        for word in wanted:
            name, equals, value = word.replace("`", "").partition("=")
            if equals:
                found = play.variables()
                assert found.get(name) == json.loads(value), found
            elif counts:
                element, _, times = name.removeprefix("-").partition("*")
                count = 0 if name.startswith("-") else int(times or 1)
                assert seen[element] == count, f"{element} completed {seen[element]} times, not {count}: {dict(seen)}"
        if status == "completed":
            assert not play.world.tables["waits"], play.world.tables["waits"].keys()


def cases(family: str, folder: Path = FOLDER) -> Iterator[Case]:
    for block in re.split(r"^## ", (folder / f"{family}.txt").read_text(), flags=re.M)[1:]:
        head, _, rest = block.partition("\n")
        name, _, dialects = head.partition(" [")
        sketch, steps, outcome = re.split(r"^(?:--|==)", rest, flags=re.M)
        for dialect in dialects.rstrip("]").split() or ["camunda8"]:
            yield Case(name, dialect, sketch, steps.strip(), outcome.strip())
