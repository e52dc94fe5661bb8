"""What Step Functions hands on is at most 256 KiB: branches give what they changed, and too much is an incident."""

import json
from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from state_machines.flow.jsonata import INPUT, MAX_BYTES, MERGE_BRANCHES, asl, bounded, changes
from tests.effort import effort
from tests.state_machines.flow.plays import Play
from tests.state_machines.simulator.machines import ARN, machine, simulate

BLOCK = "start S; and f; and j; user A; user B; user Z; end E; S -> f -> A -> j; f -> B -> j; j -> Z -> E"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2),
    max_leaves=4,
)
SCOPES = st.dictionaries(st.sampled_from(("a", "b", "c d", "e.f")), VALUES, max_size=4)


def run(*states: tuple[str, dict[str, Any]], given: Any) -> Any:
    simulator = simulate(machine(**dict(states)))
    execution = simulator.start(ARN, given)
    simulator.run_until_idle()
    end = simulator.describe(execution)
    return end.output if end.status == "SUCCEEDED" else end.error


def merged(before: dict[str, Any], branches: list[dict[str, Any]]) -> dict[str, Any]:
    """What the rule says, without JSONata."""

    def take(all_: dict[str, Any], branch: dict[str, Any]) -> dict[str, Any]:
        left = {name: value for name, value in all_.items() if name in branch or name not in before}
        return left | {n: v for n, v in branch.items() if n not in before or not same(before[n], v)}

    return reduce(take, branches, before)


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@effort(60)
@given(SCOPES, st.lists(SCOPES, min_size=1, max_size=3))
def test_changes_of_branches_merge_as_whole_scopes_would(before: dict[str, Any], after: list[dict[str, Any]]) -> None:
    branches = [
        {
            "StartAt": f"B{n}",
            "States": {f"B{n}": {"Type": "Pass", "End": True, "Output": asl(changes(f"{INPUT}.b", f"{INPUT}.o[{n}]"))}},
        }
        for n in range(len(after))
    ]
    output = asl(MERGE_BRANCHES.replace(INPUT, f"{INPUT}.b"))
    parallel = {"Type": "Parallel", "Branches": branches, "Output": output, "End": True}
    assert same(run(("P", parallel), given={"b": before, "o": after}), merged(before, after))


def test_a_branch_gives_no_more_than_what_it_changed() -> None:
    play = Play(BLOCK).play(f"start `k={json.dumps('k' * 100_000)}` : A B | A a=1 : B | B b=2 : Z | Z")
    ends = [e for e in play.world.simulator.history(play.arn) if e["type"] == "TaskStateExited"]
    outputs = {e["stateExitedEventDetails"]["name"]: e["stateExitedEventDetails"]["output"] for e in ends}
    assert json.loads(outputs["A"]) == {"set": {"a": 1}}
    assert json.loads(outputs["B"]) == {"set": {"b": 2}}
    assert play.variables().keys() == {"k", "a", "b"}


def many(name: str, bytes_: int, letter: str = "x") -> str:
    """Variables, each of which is so small that it stays at hand, of so many bytes together."""
    each = 900
    text = json.dumps(letter * (each // len(letter.encode())), ensure_ascii=False)
    return " ".join(f"`{name}{n}={text}`" for n in range(bytes_ // each))


def test_what_is_too_large_behind_a_join_is_an_incident() -> None:
    half = MAX_BYTES // 2
    play = Play(BLOCK).play(f"start : A B | A {many('a', half, 'ą')} : B | B {many('b', half, 'ą')} : f!")
    [incident] = play.world.open()
    assert incident["error"] == "States.QueryEvaluationError"
    assert f"more than {MAX_BYTES:,} bytes" in incident["cause"]
    play.world.answer(incident, "skip", {"a": 1})
    play.play("sig none : Z | Z")
    assert play.variables() == {"a": 1}


def test_what_is_too_large_behind_instances_is_an_incident() -> None:
    sketch = "start S; user A each i of items; user Z; end E; S -> A -> Z -> E"
    half = MAX_BYTES // 2
    Play(sketch).play(f"start items=[1,2] : A A | A {many('v', half, 'ó')} : A | A {many('w', half, 'ó')} : A!")


def test_a_call_that_gave_too_much_is_not_repeated() -> None:
    sketch = """
    start S; call K process child in a=`1` out b=`b`; user Z; end E; S -> K -> Z -> E
    process child {
    start s; user B; end e; s -> B -> e
    }
    """
    half = json.dumps("x" * (MAX_BYTES // 2))
    play = Play(sketch, limits=(MAX_BYTES, MAX_BYTES)).play(f'start `k={half}` : B | B k="" `b={half}` : K!')
    [incident] = play.world.open()
    play.world.answer(incident, "retry", {"k": ""})
    play.play("sig none : Z | Z")
    assert play.variables() == {"k": "", "b": json.loads(half)}


def test_sizes_are_counted_in_bytes() -> None:
    for letter, size in (("a", 1), ("ą", 2), ("€", 3), ("\U0001f600", 4)):
        fits, exceeds = (MAX_BYTES - 8 + more for more in (0, size))
        for total, end in ((fits, None), (exceeds, "States.QueryEvaluationError")):
            state = {"Type": "Pass", "Output": asl(bounded(INPUT)), "End": True}
            found = run(("P", state), given={"v": letter * (total // size)})
            assert (found if isinstance(found, str) else None) == end
