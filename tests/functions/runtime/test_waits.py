"""Settling a claimed wait: who asks twice, too late, or before the history has it."""

import json

import pytest

from contract import tables
from contract.functions import FunctionSpec
from functions.runtime import waits
from functions.runtime.ports import Ports
from functions.runtime.waits import Claim, UnsettledError
from tests.functions.fakes import World
from tests.functions.scenes import running, waiting


def claimed() -> tuple[World, Ports, Claim]:
    world = World()
    wait = waiting(world, running(world, "i1"), "Fill", kind="user")
    claim = waits.claim(wait, event="Fill", variables={"a": 1}, claim_id="c1")
    world.store.write(claim.write)
    return world, world.ports(FunctionSpec("probe", "none")), claim


def test_settling_is_safe_to_repeat() -> None:
    world, ports, claim = claimed()
    assert waits.settle(ports, claim.wait) and waits.settle(ports, claim.wait)
    assert list(world.machines.answers.values()) == [{"event": "Fill", "variables": {"a": 1}, "claim": "c1"}]
    assert world.store.items(tables.WAITS) == []


def test_an_answer_that_the_history_does_not_have_yet_is_not_taken_for_lost() -> None:
    """Somebody else has just answered with the same claim: the token is gone, and TaskSucceeded is on its way."""
    world, ports, claim = claimed()
    world.machines.answer(claim.wait["token"], json.loads(claim.wait["answer"]))
    event = world.machines.histories[claim.wait["execution"]].pop()
    with pytest.raises(UnsettledError):
        waits.settle(ports, claim.wait)
    assert waits.settle_or_leave(ports, claim.wait) and world.store.items(tables.WAITS)
    world.machines.histories[claim.wait["execution"]].append(event)
    assert waits.settle(ports, claim.wait) and world.store.items(tables.WAITS) == []


def test_a_wait_that_ended_otherwise_is_lost() -> None:
    world, ports, claim = claimed()
    world.machines.time_out(claim.wait["token"])
    assert not waits.settle(ports, claim.wait) and world.store.items(tables.WAITS) == []
    world, ports, claim = claimed()
    world.machines.stop(claim.wait["execution"], "cancelled")
    assert not waits.settle(ports, claim.wait)
    world, ports, claim = claimed()
    world.machines.tokens.clear()
    world.machines.histories.clear()
    assert not waits.settle(ports, claim.wait)
