"""Deleting a stack removes the machines that were made at run time, answers CloudFormation, and may be repeated."""

import json
from typing import Any

import pytest

from functions.cleanup.answering import AnswerRefusedError
from functions.cleanup.handler import handle
from functions.cleanup.removing import REMOVE_WITHIN, STOP_WITHIN
from functions.runtime.ports import WebAnswer
from tests.functions.fakes import World
from tests.functions.steps import KilledError

URL = "https://cloudformation.test/answer"


def stack_event(kind: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": URL,
        "StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/dpc-demo/1",
        "RequestId": "request-1",
        "LogicalResourceId": "RunTimeMachines",
    }


def invoke(world: World, kind: str, status: int = 200) -> dict[str, Any]:
    """Invoke the function; answers what CloudFormation was told."""
    world.web.answers.append(WebAnswer(status, {}, b""))
    handle.with_ports(world.ports)(stack_event(kind), None)
    method, url, headers, body = world.web.sent[-1]
    assert (method, url, headers) == ("PUT", URL, {"content-type": ""})
    assert body is not None
    return dict(json.loads(body))


def world_with(machines: int, executions: int) -> World:
    """Machines with running executions."""
    world = World()
    for number in range(machines):
        version = world.machines.deploy(f"process-{number}", {}, description="")
        for execution in range(executions):
            world.machines.start(version, f"instance-{execution}_1", {})
    return world


def statuses(world: World) -> set[str]:
    return {execution.status for execution in world.machines.executions.values()}


def test_machines_go_and_what_runs_on_them_stops() -> None:
    world = world_with(3, 2)
    told = invoke(world, "Delete")
    assert told["Status"] == "SUCCESS"
    assert told["Reason"] == "3 state machines deleted, 6 executions stopped."
    assert (world.machines.versions, statuses(world)) == ({}, {"ABORTED"})


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_nothing_goes_when_the_stack_is_made_or_changed(kind: str) -> None:
    world = world_with(2, 1)
    assert invoke(world, kind)["Status"] == "SUCCESS"
    assert (len(world.machines.versions), statuses(world)) == (2, {"RUNNING"})


def test_the_resource_keeps_its_id_so_that_an_update_never_deletes_it() -> None:
    world = World()
    assert len({invoke(world, kind)["PhysicalResourceId"] for kind in ("Create", "Update", "Delete")}) == 1


def test_the_answer_names_the_request() -> None:
    told = invoke(World(), "Delete")
    sent = stack_event("Delete")
    assert {key: told[key] for key in ("StackId", "RequestId", "LogicalResourceId")} == {
        key: sent[key] for key in ("StackId", "RequestId", "LogicalResourceId")
    }


def test_killed_at_any_moment_a_repetition_removes_the_rest() -> None:
    reference = world_with(2, 2)
    before = len(reference.steps.taken)
    invoke(reference, "Delete")
    for moment in range(before, len(reference.steps.taken)):
        world = world_with(2, 2)
        world.steps.kill_at = moment
        with pytest.raises(KilledError):
            invoke(world, "Delete")
        world.steps.dead = False
        world.web.answers.clear()
        assert invoke(world, "Delete")["Status"] == "SUCCESS"
        assert (world.machines.versions, statuses(world)) == ({}, {"ABORTED"})


def test_a_failure_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_with(1, 0)

    def refuse(_: str) -> None:
        raise PermissionError("states:DeleteStateMachine" + "." * 5_000)

    monkeypatch.setattr(world.machines, "remove", refuse)
    told = invoke(world, "Delete")
    assert told["Status"] == "FAILED"
    assert told["Reason"].startswith("PermissionError: states:DeleteStateMachine")
    assert len(json.dumps(told)) < 4_096


def test_too_many_executions_are_left_to_step_functions_but_all_machines_go(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_with(2, 3)
    stop = world.machines.stop

    def slow(execution: str, cause: str) -> None:
        stop(execution, cause)
        world.clock.advance(seconds=STOP_WITHIN.total_seconds() / 2)

    monkeypatch.setattr(world.machines, "stop", slow)
    assert invoke(world, "Delete")["Reason"] == "2 state machines deleted, 2 executions stopped."
    assert world.machines.versions == {}


def test_when_the_time_is_up_the_stack_is_told_before_lambda_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_with(3, 0)
    remove = world.machines.remove

    def slow(machine: str) -> None:
        remove(machine)
        world.clock.advance(seconds=REMOVE_WITHIN.total_seconds())

    monkeypatch.setattr(world.machines, "remove", slow)
    told = invoke(world, "Delete")
    assert told["Status"] == "FAILED"
    assert "2 of 3 state machines remain" in told["Reason"]
    assert REMOVE_WITHIN.total_seconds() < handle.spec.timeout_s


def test_an_answer_that_is_not_taken_is_an_error_so_that_lambda_repeats() -> None:
    with pytest.raises(AnswerRefusedError, match="403"):
        invoke(World(), "Delete", status=403)
