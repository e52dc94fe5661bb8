"""The token game and the compiled machines play the same process: who waits, what is known and the end agree."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import note
from hypothesis import strategies as st

from tests.state_machines.flow.game.knowledge import Values
from tests.state_machines.flow.game.model import Scope
from tests.state_machines.flow.game.play import Game
from tests.state_machines.flow.game.sketched import LISTS, Sketcher
from tests.state_machines.flow.game.state import AmbiguousError, Part
from tests.state_machines.flow.plays import Play
from tests.state_machines.flow.showing import iso

MAX_STEPS = 16
MAX_TOKENS = 8


@dataclass
class Match:
    """A game and the machines, moved together; `told` are the steps as a play writes them."""

    scope: Scope
    dialect: str
    lost: list[bool] = field(default_factory=list)
    """Which arrivals at joins are not answered, though they are written; the last comes first."""
    game: Game = field(init=False)
    play: Play = field(init=False)
    told: list[str] = field(default_factory=list)

    def sketch(self) -> str:
        return Sketcher(self.dialect).process(self.scope)

    def begin(self) -> None:
        seven = self.dialect == "camunda7"
        for body in (node.body for node in self.scope.every() if node.body and seven):
            body.chosen = ()  # a word of the other dialect
        counted = dict.fromkeys(self.scope.numbers(), 0)
        self.game = Game(self.scope, counted, self.dialect, self.flags() if seven else ())
        self.play = Play(self.sketch(), self.dialect)
        self.play.world.lost = list(self.lost)
        known: dict[str, Any] = {"n": 0, **LISTS, **counted}
        if seven:
            known |= dict.fromkeys(self.flags(), False)  # JUEL knows no variable that is not there
        written = " ".join(f"{name}={json.dumps(value, separators=(',', ':'))}" for name, value in known.items())
        self._act(f"start{'@' * bool(self.scope.begins)}{self.scope.begins} {written}")
        self._later()

    def flags(self) -> list[str]:
        found = (each for node in self.scope.every() for each in node.definitions if each.event == "condition")
        return [each.name for each in found if not each.reads]

    def _later(self) -> None:
        """A second passes: who waits now hears the next signal, and nobody hears the last one again.

        Where answers are lost, it is so much that the writes have been tried again.
        """
        self.play.world.run()
        seconds = 600 if self.lost else 1
        self.game.wait(seconds)
        self._act(f"+{seconds}s")
        self.play.world.restart()
        self.compare()

    def _act(self, action: str) -> None:
        self.told.append(action)
        self.play.act(action)
        self.play.world.run()

    def waiting(self) -> list[dict[str, Any]]:
        return [wait for wait in self.play.world.open() if wait["kind"] in ("user", "job", "incident")]

    def compare(self) -> None:
        waits = [wait for wait in self.waiting() if wait.get("error") != "Deadlock" or not self.game.stuck]
        found = Counter(wait["elementId"] + "!" * (wait["kind"] == "incident") for wait in waits)
        awaited = Counter(part.node.id + "!" * part.parked for part in self.game.parts())
        assert found == awaited, f"{found - awaited} too many, {awaited - found} missing, {self.told}"
        for part in self.game.parts():
            if not undoes(part):
                assert self.found(part), f"nobody knows at {part.node.id} {expected(part)}: {self.records(part)}"

    def records(self, part: Part) -> list[dict[str, Any]]:
        waits = [wait for wait in self.waiting() if wait["elementId"] == part.node.id]
        return [{n: v for n, v in json.loads(w["variables"]).items() if n not in ("_dpc", *LISTS)} for w in waits]

    def found(self, part: Part) -> list[dict[str, Any]]:
        """The waits that may be a part: those that know what it knows."""
        waits = [wait for wait in self.waiting() if wait["elementId"] == part.node.id]
        waits = [wait for wait in waits if (wait["kind"] == "incident") == part.parked]
        return [wait for wait in waits if self.fits(part, known(json.loads(wait["variables"])))]

    def fits(self, part: Part, variables: dict[str, Any]) -> bool:
        """What a part knows, or newer: what a token beside it has written, but never what has been overwritten."""
        checked = {n: v for n, v in expected(part).items() if n not in self.game.state.unsure}
        newer = {n for n, v in part.knows.now.items() if variables.get(n) not in (None, *part.knows.before[n])}
        return all(variables.get(name) in values or name in newer for name, values in checked.items())

    def steps(self) -> list[tuple[Any, ...]]:
        """What can happen next."""
        game, found = self.game, list[tuple[Any, ...]]()
        parts = game.parts()
        for i, part in enumerate(parts):
            alone = [p.node.id for p in parts].count(part.node.id) == 1 or len(self.found(part)) == 1
            if alone and part.parked:
                found.append(("retry", i))
            elif alone:
                found.append(("do", i))
                if part.node.kind == "service":
                    found += [("fail", i, code) for code in ("X1", "X2") if game.caught(i, code)]
                    found += [("park", i, "X3")] if game.caught(i, "X3") is False else []
        heard = Counter((each.definition.event, each.definition.name) for each in game.listening())
        for (event, name), times in heard.items():
            if (event == "message" and times == 1) or event == "signal":
                found.append((event, name))
        every = [each.definition for each in game.listening()]
        waited = [each for each in every if each.event == "condition" and not each.reads]
        found += [("condition", name) for each in waited for name in dict.fromkeys([each.name, each.of or each.name])]
        if game.due() is not None:
            found.append(("wait", game.due()))
        return found

    def step(self, chosen: tuple[Any, ...], number: int) -> None:
        """One step of both. AmbiguousError: the standard does not say what comes of it."""
        game, at = self.game, len(self.told)
        match chosen:
            case ("do", i):
                part = game.parts()[i]
                wait, name = self.found(part)[0], part.node.id
                game.do(i, at, number)
                self.told.append(f"{name} {name}={at} n={number}")
                self.play.world.answer(wait, name, {name: at, "n": number})
            case ("fail", i, code):
                part = game.parts()[i]
                wait = self.found(part)[0]
                game.fail(i, code)
                self.told.append(f"fail {part.node.id} {code}")
                self.play.world.fail(wait, code)
            case ("park", i, code):
                part = game.parts()[i]
                wait = self.found(part)[0]
                game.park(i, parked=True)
                self.told.append(f"fail {part.node.id} {code}")
                self.play.world.fail(wait, code)
            case ("retry", i):
                part = game.parts()[i]
                wait = self.found(part)[0]
                game.park(i, parked=False)
                self.told.append(f"retry {part.node.id}")
                self.play.world.answer(wait, "retry", {})
            case ("message", name):
                game.send("message", name, f"v_{name}", at)
                self._act(f"msg {name} v_{name}={at}")
            case ("signal", name):
                variable = f"v_{name}_{at}"  # several may hear it: nobody overwrites it
                game.send("signal", name, variable, at)
                self.told.append(f"sig {name} {variable}={at}")
                # Who hears it begins to wait later than it was thrown.
                thrown = self.play.world.clock.now() - timedelta(milliseconds=1)
                self.play.world.broadcast(name, {variable: at}, iso(thrown))
            case ("condition", name):
                game.write(name)
                self._act(f"set {name}=true")
            case ("wait", seconds):
                game.wait(seconds)
                self._act(f"+{seconds}s")
        self._later()

    def end(self) -> None:
        game, play = self.game, self.play
        seen = play.completed()
        nodes = {node.id for node in self.scope.walk() if (node.kind, node.event) != ("boundary", "compensate")}
        found, awaited = (Counter({n: c for n, c in each.items() if n in nodes}) for each in (seen, +game.state.seen))
        if len(play.world.executions) > 1:  # what goes on in an execution of its own has completed where it began
            found -= found - awaited & Counter(run.owner.node.id for run in game.state.root.runs() if run.owner)
        assert found == awaited, f"{found - awaited} too often, {awaited - found} too seldom"
        strays = set[str]().union(*map(play.world.strays, play.world.executions))
        assert not strays, f"shown as active in what is not: {strays}"
        if game.state.over:
            assert play.status() == "completed"
            assert not play.world.tables["waits"], play.world.tables["waits"].keys()
            variables = known(play.variables())
            wrong = {
                n: (variables.get(n), v) for n, v in game.state.root.known().now.items() if variables.get(n) not in v
            }
            assert not {n for n in wrong if n not in game.state.unsure}, wrong
        else:
            over = game.stuck and not (game.parts() or game.listening())
            parked = any(wait["kind"] == "incident" for wait in play.world.open())  # perhaps in what it calls
            assert play.status() == "incident" or (play.status() == "active" and (parked or not over))


def known(variables: dict[str, Any]) -> dict[str, Any]:
    """Variables as the game knows them."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in variables.items()}


def expected(part: Part) -> Values:
    """What a part knows, with the numbers of the instances that it is in."""
    marks: Values = {}
    around: Part | None = part
    while around and around.node.takes is None:
        if around.node.repeat in ("each", "sequence") and not around.node.counted:
            marks[f"i_{around.node.id}"] = frozenset({around.index})
        around = around.token.run.owner
    return {**(part.around if part.parked else part.knows).now, **marks}  # an incident shows what is known around


def undoes(part: Part | None) -> bool:
    """Whether it compensates something: then it knows what was known there."""
    return part is not None and (
        part.node.undoes or (part.node.kind, part.node.event) == ("esub", "compensate") or undoes(part.token.run.owner)
    )


def played(match: Match, data: st.DataObject) -> Match:
    """One step after the other, until nothing can happen or it is enough."""
    note(f"{match.dialect}: {match.sketch()}")
    try:
        match.begin()
        for _ in range(MAX_STEPS):
            steps = match.steps()
            if not steps or len(match.waiting()) > MAX_TOKENS:
                break
            match.step(data.draw(st.sampled_from(steps)), data.draw(st.integers(0, 3)))
        match.end()
    except AmbiguousError:
        pass
    finally:
        note(" | ".join(match.told))
    return match
