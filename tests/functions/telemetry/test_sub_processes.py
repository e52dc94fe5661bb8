"""What the read model shows of sub-processes: entered, and then completed or cancelled, with the activities in them."""

from collections import Counter

import pytest

from state_machines.flow.lower import rounds
from tests.state_machines.flow.plays import Play

INSIDE = """start S; user Z; end E; S -> P -> Z -> E
sub P {
start ps; sub Q {
start qs; user A; end qe {end}; qs -> A -> qe
}
user C; end pe; ps -> Q -> C -> pe
{inside}
}
{outside}
"""
HANDLED = "user Y; B -> Y; boundary B on P"
HANDLER = "esub H {\nstart hs START; user Y; end he; hs -> Y -> he\n}"

CASES = {
    "completed": ("", "", "", "A | C | Z", "P:completed Q:completed A:completed C:completed Z:completed"),
    "boundary timer": ("", "", f"{HANDLED} timer PT1H", "+2h | Y", "P:cancelled Q:cancelled A:cancelled Y:completed"),
    "boundary message": (
        "",
        "",
        f"{HANDLED} message M",
        "msg M | Y",
        "P:cancelled Q:cancelled A:cancelled Y:completed",
    ),
    "boundary error": ("error X", "", f"{HANDLED} error X", "A | Y", "P:cancelled Q:cancelled A:completed Y:completed"),
    "event sub-process, message": (
        "",
        HANDLER.replace("START", "message M"),
        "",
        "msg M | Y | Z",
        "P:completed Q:cancelled A:cancelled H:completed Y:completed Z:completed",
    ),
    "event sub-process, error": (
        "error X",
        HANDLER.replace("START", "error X"),
        "",
        "A | Y | Z",
        "P:completed Q:cancelled A:completed H:completed Y:completed Z:completed",
    ),
    "terminate inside": (
        "terminate",
        "",
        "",
        "A | C | Z",
        "P:completed Q:completed A:completed C:completed Z:completed",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_sub_processes_are_entered_and_left(name: str) -> None:
    end, inside, outside, steps, wanted = CASES[name]
    sketch = INSIDE.replace("{end}", end).replace("{inside}", inside).replace("{outside}", outside)
    play = Play(sketch).play(f"start | {steps}")
    assert play.status() == "completed"
    assert shown(play, "PQHACYZ") == wanted.split()


OTHERS = {
    "terminate beside": (
        "start S; and F; user A; end T terminate; S -> F -> A -> T; F -> Q; sub Q {\nuser D\n}",
        "A",
        "A:completed Q:cancelled D:cancelled",
    ),
    "one instance of several throws": (
        "start S; sub P each i of 2 {\nstart ps; user A; end X error E; ps -> A -> X\n}\n"
        "boundary B on P error E; user Y; S -> P; B -> Y",
        "A | Y",
        "P:cancelled A:completed P:cancelled A:cancelled Y:completed",
    ),
    "some instances have completed": (
        "start S; sub P sequence i of 3 {\nuser A\n}\nboundary B on P timer PT1H; user Y; S -> P; B -> Y",
        "A | +2h | Y",
        "P:completed A:completed P:cancelled A:cancelled Y:completed",
    ),
    "a transaction is left when all is undone": (
        "start S; tx P {\nstart s; user A; boundary K on A compensate by U; user U undo; end X cancel; s -> A -> X\n}\n"
        "boundary B on P cancel; user Y; S -> P; B -> Y",
        "A | U | Y",
        "P:cancelled A:completed U:completed Y:completed",
    ),
    "a call in a sub-process": (
        "start S; sub Q {\ncall P process other\n}\nboundary B on Q timer PT1H; user Y; S -> Q; B -> Y\n"
        "process other {\nstart os; user A; os -> A\n}",
        "+2h | Y",
        "Q:cancelled P:cancelled Y:completed A:cancelled",
    ),
    "a handler beside": (
        "start S; sub P {\nuser A\nesub H {\nstart hs message M non; sub Q {\nuser Y\n}\nhs -> Q\n}\n}\n"
        "boundary B on P message N; user Z; S -> P; B -> Z",
        "msg M | msg N | Z",
        "P:cancelled A:cancelled Z:completed H:cancelled Q:cancelled Y:cancelled",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_active_in_a_sub_process_is_cancelled_with_it(name: str) -> None:
    sketch, steps, wanted = OTHERS[name]
    play = Play(sketch).play(f"start | {steps}")
    assert play.status() == "completed"
    assert shown(play, "PQHADUYZ") == wanted.split()


def test_a_sub_process_is_active_while_a_token_is_in_it() -> None:
    play = Play(INSIDE.replace("{end}", "").replace("{inside}", "").replace("{outside}", "")).play("start")
    assert shown(play, "PQA") == ["P:active", "Q:active", "A:active"]


def test_a_loop_that_goes_on_elsewhere_shows_each_run_of_a_sub_process_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "EVENTS", 60)
    sketch = """start S; end E; S -> P -> E; boundary B on P error X; B -> P
    sub P {
    start s; user A; xor G default out; end e; end x error X; s -> A -> G -out-> e; G -[again]-> x
    }"""
    play = Play(sketch).play("start | " + "A again=true | " * 30 + "A again=false")
    assert play.status() == "completed" and len(play.world.executions) > 1
    ends = Counter(shown(play, "PA"))
    handed_over = ends["P:completed"] - 1
    assert ends["A:completed"] == 31 == ends["P:completed"] + ends["P:cancelled"]
    assert 0 < handed_over < len(play.world.executions), ends


def shown(play: Play, names: str) -> list[str]:
    """The passages of all executions in the order in which they began."""
    passages = (each for arn in play.world.executions for each in play.world.passages(arn))
    return [f"{element}:{state}" for element, state in passages if element in names]
