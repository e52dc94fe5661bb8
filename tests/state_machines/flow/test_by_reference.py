"""Values that stand elsewhere change nothing of what a process does: plays end as they do with the values at hand."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.by_reference.values import holds, in_memory, loaded, put_aside, size
from tests.effort import effort
from tests.state_machines.flow.plays import FOLDER, Case, Play, cases

ALL_ASIDE = (0, 4)
"""Limits by which all texts, lists and objects of any length stand elsewhere."""
OTHERWISE = (
    # What is evaluated elsewhere fails there: its own incident, not that of the multi-instance around it.
    "an instance that cannot be evaluated parks its multi-instance, and nothing else stays open",
    # What is too large at hand is not elsewhere.
    "scripts behind a task that make too much of it are an incident, which keeps the task's answer",
)
PLAYED = [
    case
    for family in sorted(FOLDER.glob("*.txt"))
    for case in cases(family.stem)
    if not case.outcome.startswith("refused") and case.name not in OTHERWISE
]


@pytest.mark.parametrize("case", PLAYED[::3], ids=lambda case: f"{case.name}-{case.dialect}")
def test_processes_end_as_they_do_with_small_values(case: Case) -> None:
    case.run(ALL_ASIDE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=5), inner, max_size=6),
    max_leaves=30,
)


@effort(200)
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=8), st.integers(0, 400), st.integers(2, 60))
def test_what_is_put_aside_comes_back(value: dict[str, Any], limit: int, smallest: int) -> None:
    storage = in_memory(limit, smallest)
    aside = put_aside(value, storage.store, limit=limit, smallest=smallest)
    assert loaded(aside, storage.fetch) == value
    assert aside.keys() == value.keys()
    assert put_aside(aside, storage.store, limit=limit, smallest=smallest) == aside or size(aside) > limit
    assert holds(aside) or aside == value


LINES = [{"id": f"line {i}", "amount": i, "note": "ż" * 90} for i in range(5_000)]
ORDER = """
start S; script N n=`count(order.lines)` ; xor x default o
user A in top=`order.lines[-1].id` out last=`order.lines[1].id`
script T total=`order.total + 1`; end E; end F
S -> N -> x -[count(order.lines) > 10]-> A -> T -> E; x -o-> F
"""


FILTERED = """
start S; script M most=`lines[item.amount > 1000]`; user A; script K n=`count(most)`; end E; S -> M -> A -> K -> E
"""


def test_a_value_beyond_what_is_handed_on() -> None:
    play = Play(ORDER)
    play.arn = play.world.start("process", {"order": {"total": 7, "lines": LINES}})
    play.world.run()
    assert play.open() == ["A"], play.world.open()[0].get("cause")
    (wait,) = play.world.open()
    assert len(json.dumps(wait)) < 10_000
    assert play.world.variables_of("A") == {"order": {"total": 7, "lines": LINES}, "n": 5_000, "top": "line 4999"}
    play.act("A")
    assert play.status() == "completed", play.world.open()
    found = play.variables()
    assert (found["n"], found["last"], found["total"]) == (5_000, "line 0", 8)
    assert found["order"]["lines"] == LINES


def test_small_values_enter_no_state_that_evaluates_elsewhere() -> None:
    play = Play(ORDER)
    play.arn = play.world.start("process", {"order": {"total": 7, "lines": LINES[:12]}})
    play.world.run()
    play.act("A")
    assert play.status() == "completed"
    events = play.world.simulator.history(play.arn)
    entered = [e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e]
    assert entered == ["N", "x", "A"]


def test_an_answer_that_is_large_is_mapped_and_the_call_is_not_repeated() -> None:
    play = Play("start S; service A out n=`count(lines)`; end E; S -> A -> E")
    play.act("start")
    play.world.run()
    play.world.do("A", {"lines": LINES})
    assert play.status() == "completed", play.world.open()
    assert play.variables() == {"n": 5_000}
    events = play.world.simulator.history(play.arn)
    scheduled = [e for e in events if e["type"] == "TaskScheduled"]
    assert len(scheduled) == 2


def test_what_is_made_of_large_values_may_be_as_large() -> None:
    play = Play(FILTERED)
    play.arn = play.world.start("process", {"lines": LINES})
    play.world.run()
    assert play.open() == ["A"] and len(play.world.variables_of("A")["most"]) == 3_999
    play.act("A")
    assert play.variables()["n"] == 3_999


def test_instances_of_a_large_collection() -> None:
    play = Play("start S; script L each i of lines collect `ids=i.id` z=`i.amount`; end E; S -> L -> E")
    play.arn = play.world.start("process", {"lines": [{**line, "note": "ż" * 2_000} for line in LINES[:120]]})
    play.world.run()
    assert play.status() == "completed", play.world.open()
    assert play.variables()["ids"] == [f"line {i}" for i in range(120)]
