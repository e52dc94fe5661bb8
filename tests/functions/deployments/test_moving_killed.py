"""Moving tokens, killed before and after each call to AWS and done again: the instance goes on once, in one place."""

import json
from collections.abc import Mapping
from typing import Any

from contract import events, queues, routes, tables
from functions.deployments.handler import handle
from functions.instances.handler import handle as instances
from functions.runtime.starting import INSTANCE
from tests.functions.crashing import survives
from tests.functions.deployments.bundles import XML, new_world
from tests.functions.fakes import World
from tests.functions.invoking import Context, bus_body, call, queue_event
from tests.functions.scenes import come_to_rest, waiting
from tests.state_machines.flow.sketch import Sketch

SOURCE = Sketch("start S; user A; user B; end E; S -> A -> B -> E", "camunda8").bytes()


def standing(kind: str = "user", messages: Mapping[str, str] | None = None) -> World:
    """An instance that waits at A."""
    world = new_world()
    assert call(world, handle, routes.DEPLOY, body=SOURCE, headers=XML).status == 201
    started = call(world, instances, routes.START_INSTANCE, path={"id": "process"}, body={"variables": {"x": 1}})
    assert started.status == 201
    come_to_rest(world)
    instance = world.store.get(tables.INSTANCES, started.json["id"], INSTANCE)
    assert instance is not None
    execution, now = instance["execution"], world.clock.now()
    given = json.dumps(world.machines.executions[execution].input)
    begun = {"executionStartedEventDetails": {"input": given}}
    entered = {"stateEnteredEventDetails": {"name": "A", "input": given}}
    wait = waiting(world, instance, "A", kind=kind, messages=messages or {})
    record = {"resource": "putItem.waitForTaskToken", "parameters": json.dumps([wait["token"], wait["sk"]])}
    world.machines.histories[execution] = [
        {"id": 1, "type": "ExecutionStarted", "previousEventId": 0, "timestamp": now, **begun},
        {"id": 2, "type": "TaskStateEntered", "previousEventId": 0, "timestamp": now, **entered},
        {"id": 3, "type": "TaskScheduled", "previousEventId": 2, "taskScheduledEventDetails": record},
    ]
    come_to_rest(world)
    return world


def modify(world: World) -> Any:
    """The request, with a key by which it is known again."""
    (instance,) = (item for item in world.store.items(tables.INSTANCES) if item["sk"] == INSTANCE)
    body = {"cancel": ["A"], "start": ["B"], "variables": {"y": 2}}
    path, headers = {"id": instance["pk"]}, {"idempotency-key": "once"}
    return call(world, handle, routes.MODIFY_INSTANCE, path=path, body=body, headers=headers)


def rest(world: World) -> None:
    """What the queue of moves still has to do, as often as it is told."""
    come_to_rest(world)
    moves = [event for event in world.bus.taken if event.name == events.INSTANCE_MOVED.name]
    bodies = [bus_body(event.name, json.loads(event.detail)) for event in moves]
    if bodies:
        answer = handle.with_ports(world.ports)(queue_event(queues.INSTANCE_MOVES.name, bodies), Context())
        assert answer == {"batchItemFailures": []}
    come_to_rest(world)


def end(world: World) -> dict[str, Any]:
    """Where the instance goes on, and what is left of where it was."""
    (instance,) = (item for item in world.store.items(tables.INSTANCES) if item["sk"] == INSTANCE)
    executions = world.machines.executions
    begun = [dict(e.input["_dpc"]["moved"]["t0"]) for e in executions.values() if "moved" in e.input["_dpc"]]
    return {
        "executions": sorted((arn.rpartition("_")[2], e.status) for arn, e in executions.items()),
        "now": (instance["execution"].rpartition("_")[2], "move" in instance),
        "waits": [item["elementId"] for item in world.store.items(tables.WAITS)],
        "tokens": [(token["state"], token["given"]["x"], token["given"]["y"]) for token in begun],
        "told": sorted(
            item["sk"].rpartition("_")[2] for item in world.store.items(tables.INSTANCES) if "MOVED" in item["sk"]
        ),
    }


def test_a_token_moves_once_wherever_it_is_killed() -> None:
    world = standing()
    assert modify(world).status == 200
    rest(world)
    assert end(world) == {
        "executions": [("1", "ABORTED"), ("2", "RUNNING")],
        "now": ("2", False),
        "waits": [],
        "tokens": [("B_entry", 1, 2)],
        "told": ["2"],
    }
    survives(standing, modify, rest=rest, end=end)
