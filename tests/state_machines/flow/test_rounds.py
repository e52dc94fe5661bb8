"""Loops go on past the 25,000 events of an execution, wherever they stand, and nobody sees it."""

from typing import Any

import pytest

from state_machines.asl.limits import HISTORY_EVENTS
from state_machines.compile import compile_bpmn
from state_machines.flow.lower import rounds
from tests.state_machines.flow.plays import Play
from tests.state_machines.flow.sketch import Sketch

LOOP = "start S; xor j; {work}; xor x default o; user Z; end E; S -> j -> A -> x -[n < {rounds}]-> j; x -o-> Z -> E"


def test_ten_thousand_rounds() -> None:
    play = Play(LOOP.format(work="script A n=`n+1`", rounds=10_000)).play("start n=0 : Z | Z")
    assert (play.status(), play.variables()["n"]) == ("completed", 10_000)
    assert play.completed()["A"] == 10_000
    events = [len(play.world.simulator.history(arn)) for arn in play.world.executions]
    assert sum(events) > HISTORY_EVENTS * 0.8
    assert max(events) < HISTORY_EVENTS / 5


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every second round is another execution's."""
    monkeypatch.setattr(rounds, "EVENTS", 0)
    monkeypatch.setattr(rounds, "EVENTS_OF_ITEM", 0)


PLAYS = {
    "user task": (
        LOOP.format(work="user A", rounds=3),
        "start n=0 : A | A n=1 : A | A n=2 : A | A n=3 : Z | Z :",
        {"A": 3, "j": 3, "Z": 1},
    ),
    "in a branch": (
        """start S; and f; and g; user A; user B; xor x default o; xor j; end E
        S -> f -> j -> A -> x -[n < 3]-> j; x -o-> g -> E; f -> B -> g""",
        "start n=0 : A B | A n=1 : A B | A n=2 : A B | B b=1 : A | A n=3 a=1 :",
        {"A": 3, "B": 1, "g": 1},
    ),
    "around a fork": (
        """start S; and f; and g; user A; user B; xor x default o; xor j; end E
        S -> j -> f -> A -> g; f -> B -> g -> x -[n < 3]-> j; x -o-> E""",
        "start n=0 : A B | A n=1 : B | B : A B | A n=2 : B | B : A B | A n=3 : B | B :",
        {"A": 3, "B": 3, "g": 3},
    ),
    "left by a message": (
        """start S; end E; S -> P -> E
        sub P {
        start s; user A; xor x default o; xor j; end d; s -> j -> A -> x -[n < 9]-> j; x -o-> d
        }
        boundary M on P message m; user H; end Y; M -> H -> Y""",
        "start n=0 : A | A n=1 : A | A n=2 : A | A n=3 : A | msg m : H | H :",
        {"A": 3, "-P": 0, "Y": 1},
    ),
    "left by an error in a branch": (
        """start S; end E; S -> P -> E
        sub P {
        start s; and f; user A; user B; xor x default o; xor j; xor k default p; and g; end d; end X error e
        s -> j -> f -> A -> k -[n = 2]-> X; k -p-> g; f -> B -> g -> x -[n < 9]-> j; x -o-> d
        }
        boundary M on P error e; user H; end Y; M -> H -> Y""",
        "start n=0 : A B | A n=1 : B | B : A B | A n=2 : H | H :",
        {"A": 2, "B": 1, "X": 1, "Y": 1},
    ),
    "in turn, with results": (
        "start S; user A sequence i of items; end E; S -> A -> E",
        "start items=[1,2,3,4] : A | A a=1 : A | A : A | A a=3 : A | A :",
        {"A": 4},
    ),
    "instances that loop": (
        """start S; end E; S -> P -> E
        sub P each i of items {
        start s; user A; xor x default o; xor j; end d; s -> j -> A -> x -[n < 3]-> j; x -o-> d
        }""",
        "start n=0 items=[1,2] : A A | A n=1 : A A | A n=2 : A A | A n=3 : A | A n=1 : A | A n=3 :",
        {"A": 5, "P": 2},
    ),
    "a loop in a loop": (
        """start S; user A; user B; xor i; xor j; xor x default o; xor y default p; end E
        S -> i -> j -> A -> x -[a < 2]-> j; x -o-> B -> y -[b < 2]-> i; y -p-> E""",
        "start a=0 b=0 : A | A a=1 : A | A a=2 : B | B b=1 a=0 : A | A a=1 : A | A a=2 : B | B b=2 :",
        {"A": 4, "B": 2},
    ),
    "an incident in a later round": (
        "start S; xor j; user A; xor x; end E; S -> j -> A -> x -[n < 3]-> j; x -[n = 3]-> E",
        "start n=0 : A | A n=1 : A | A n=2 : A | A n=7 : x! | x n=3 :",
        {"A": 3, "E": 1},
    ),
}


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("name", PLAYS)
def test_a_loop_goes_on_elsewhere(name: str) -> None:
    sketch, steps, wanted = PLAYS[name]
    play = Play(sketch).play(steps)
    assert play.status() == "completed"
    assert len(play.world.executions) > 1
    assert not play.world.tables["waits"]
    seen = play.completed()
    assert {key: seen[key.removeprefix("-")] for key in wanted} == wanted


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty waiting instances are a share."""
    monkeypatch.setattr(rounds, "EVENTS_AT_ONCE", 1)


EACH = """start S; user A each i of items {more}; user Z; end E; S -> A -> Z -> E
boundary M on A message m; user H; end Y; M -> H -> Y"""
ITEMS = "start `items=" + str([*range(90)]).replace(" ", "") + "`"


@pytest.mark.usefixtures("shared")
def test_more_instances_than_an_execution_has_events_for() -> None:
    play = Play(EACH.format(more="collect all=`[i, done]`")).play(f"{ITEMS} : {'A ' * 90}")
    assert len(play.world.executions) == 4
    for place, wait in enumerate(play.world.open()):
        play.world.answer(wait, "A", {"done": place, "last": wait["sk"].rpartition("#")[2]})
    play.play("sig none : Z | Z")
    assert play.variables()["last"] == "89"
    assert [i for i, done in play.variables()["all"]] == [*range(90)]
    assert play.completed()["A"] == 90
    assert not play.world.tables["waits"]


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    ("more", "steps", "end"),
    [("", "A done=1 | msg m : H | H :", "Y"), ("until `nrOfCompletedInstances>1`", "A | A : Z | Z :", "E")],
)
def test_shares_are_left_early(more: str, steps: str, end: str) -> None:
    play = Play(EACH.format(more=more)).play(f"{ITEMS} : {'A ' * 90} | {steps}")
    assert (play.status(), play.completed()[end]) == ("completed", 1)
    assert not play.world.tables["waits"]


def test_first_rounds_cost_one_state_more() -> None:
    [process] = compile_bpmn(Sketch(LOOP.format(work="user A", rounds=3), "camunda8").bytes()).processes
    report: Any = process.report
    [loop] = report["loops"]
    assert loop["elementId"] == "x"
    assert loop["roundsAtOnce"] > 50
    assert report["transitionsOnHappyPath"] == 4
