"""Nets of any shape against the token game: which elements pass how often, in any order of what waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import effort
from tests.state_machines.flow.game.building.nets import nets
from tests.state_machines.flow.game.model import Node, Scope
from tests.state_machines.flow.match import Match, played


def net(edges: dict[str, str], **kinds: str) -> Scope:
    """Nodes are tasks, or what `kinds` says; `End...` and `Start` are what they are called."""
    found = Scope()
    for name in dict.fromkeys(("Start", *edges, *(target for targets in edges.values() for target in targets.split()))):
        kind = "end" if name.startswith("End") else "start" if name == "Start" else "user"
        found.add(Node(name, kinds.get(name, kind)))
    for source, targets in edges.items():
        for target in targets.split():
            found.connect(source, target)
    return found


IDIOM = {"Start": "Fork", "Fork": "A B", "A": "Inner", "Inner": "C D", "B": "D", "C": "E", "D": "Work", "Work": "E"}


@effort(15)
@given(st.data(), st.lists(st.booleans(), max_size=4))
def test_the_last_to_arrive_goes_on(data: st.DataObject, lost: list[bool]) -> None:
    scope = net({**IDIOM, "E": "Last", "Last": "End"}, **dict.fromkeys(("Fork", "Inner", "D", "E"), "and"))
    match = played(Match(scope, "camunda8", lost), data)
    assert match.game.state.over
    assert {"A", "B", "C", "Work", "Last"} <= set(match.play.variables())


def in_turn(scope: Scope) -> Match:
    """What waits is done, always the first, until nothing waits."""
    match = Match(scope, "camunda8")
    match.begin()
    while match.game.parts():
        match.step(("do", 0), 0)
    match.end()
    return match


def test_a_join_that_waits_for_ever_is_an_incident() -> None:
    gates = {"Fork": "and", "J": "and"}
    edges = {"Start": "Fork", "Fork": "A B", "A": "J J", "B": "J End", "J": "End2"}
    assert in_turn(net(edges, **gates)).play.status() == "completed"
    edges = {"Start": "Fork", "Fork": "A B C", "A": "J", "B": "M", "C": "M", "M": "J", "J": "End"}
    match = in_turn(net(edges, **gates))
    assert match.game.stuck
    platform = match.play.world
    (incident,) = platform.open("incident")
    assert incident["error"] == "Deadlock"
    platform.answer(incident, "skip", {})
    assert platform.run().status(match.play.arn) == "completed"


@pytest.mark.parametrize("last", ["End", "J1"])
def test_one_token_may_set_off_several_joins(last: str) -> None:
    """Two inclusive joins wait for the token that ends, or comes to one of them: each goes on by itself."""
    edges = {"Start": "Fork", "Fork": "A B C", "A": "J1", "B": "J2", "C": "X", "X": f"{last} J2 J1"}
    scope = net(
        {**edges, "J1": "W1", "J2": "W2", "W1": "End1", "W2": "End2"},
        **{"Fork": "and", "J1": "or", "J2": "or", "X": "xor"},
    )
    match = in_turn(scope)
    assert match.game.state.seen["W1"] == match.game.state.seen["W2"] == 1
    assert match.play.status() == "completed"
    assert len(match.play.world.of_instance(match.play.arn)) > 2
    assert {"A", "B", "C", "W1", "W2"} <= set(match.play.variables())


@effort(25)
@given(nets(cycles=False, events=False), st.data())
def test_random_nets(scope: Scope, data: st.DataObject) -> None:
    played(Match(scope, "camunda8"), data)


@effort(25)
@given(nets(cycles=True, events=False), st.data())
def test_random_nets_with_ways_back(scope: Scope, data: st.DataObject) -> None:
    played(Match(scope, "camunda8"), data)


@effort(25)
@given(nets(cycles=True, events=True), st.data())
def test_random_nets_with_events_beside_tasks(scope: Scope, data: st.DataObject) -> None:
    played(Match(scope, "camunda8"), data)
