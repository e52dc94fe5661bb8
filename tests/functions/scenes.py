"""Scenes that several tests need: a published process, an instance that waits as its machine writes it, the platform
at rest."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from contract import events, queues, tables
from functions.correlation.handler import handle as correlation
from functions.correlation.keys import message_partition, signal_partition, starts_partition
from functions.instances.handler import handle as instances
from functions.relay.handler import handle as relay
from functions.runtime import registry, starting
from functions.runtime.records import Item, Put
from tests.functions.fakes import World
from tests.functions.invoking import Context, bus_body, deliver_changes, queue_event

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:dpc-demo-p-{}:{}"


def published(
    world: World, process_id: str = "loan", version: int = 1, starts: Iterable[str] = (), *, single: bool = False
) -> None:
    """A process in the registry, with the messages that start it; `single`: one instance at a time of a key."""
    starts = list(starts)
    item = {
        "pk": registry.key("process", process_id),
        "id": process_id,
        "version": version,
        "name": process_id.title(),
        "sha256": "x",
        "deployedAt": "2026-11-22T08:00:00+00:00",
        "machine": MACHINE.format(process_id, version),
        "messageStarts": starts,
    }
    current = {**item, "sk": "CURRENT", "kind": "process", "sortKey": process_id}
    world.store.write(
        Put(tables.REGISTRY, {**item, "sk": registry.version_key(version)}), Put(tables.REGISTRY, current)
    )
    for name in starts:
        trigger = {"pk": starts_partition(name), "sk": process_id, "version": version, "single": single}
        world.store.write(Put(tables.MESSAGES, trigger))


def running(
    world: World, instance_id: str, process_id: str = "loan", *, business_key: str = "", **variables: Any
) -> Item:
    """An instance in the read model and its execution."""
    machine = MACHINE.format(process_id, 1)
    item: Item = {
        "pk": instance_id,
        "sk": starting.INSTANCE,
        "entity": "instance",
        "processId": process_id,
        "version": 1,
        "status": "active",
        "startedAt": world.clock.now().isoformat(),
        "startVariables": json.dumps(variables),
        "machine": machine,
        "initiator": "",
        "execution": starting.execution_arn(machine, starting.execution_name(instance_id)),
        **({"businessKey": business_key} if business_key else {}),
    }
    world.store.write(Put(tables.INSTANCES, item))
    starting.launch(world.ports(instances.spec), item)
    return item


def waiting(
    world: World,
    instance: Mapping[str, Any],
    element: str = "Signed",
    *,
    kind: str = "message",
    messages: Mapping[str, str] | None = None,
    signals: Iterable[str] = (),
    variables: Mapping[str, Any] | None = None,
    **more: Any,
) -> Item:
    """A wait record with its subscriptions, as a machine writes them in one transaction. `messages`: name to key."""
    now = world.clock.now()
    since = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    wanted = [("message", name, key) for name, key in (messages or {}).items()] + [("signal", n, "") for n in signals]
    wait: Item = {
        "pk": instance["pk"],
        "sk": f"wait#{element}@{int(now.timestamp() * 1000)}",
        "kind": kind,
        "elementId": element,
        "elementName": element,
        "elementType": "receiveTask",
        "processId": instance["processId"],
        "version": 1,
        "businessKey": instance.get("businessKey", ""),
        "token": world.machines.wait_token(instance["execution"]),
        "execution": instance["execution"],
        "since": since,
        "timeoutAt": "",
        "variables": json.dumps({**(variables or {}), "_dpc": {"processId": instance["processId"]}}),
        "exact": "true",
        "events": json.dumps([{"kind": k, "name": n, "elementId": element, "key": key} for k, n, key in wanted]),
        **more,
    }
    puts = [Put(tables.WAITS, wait)]
    for k, name, key in wanted:
        pk = message_partition(name, key) if k == "message" else signal_partition(name)
        item = {"pk": pk, "sk": f"SUB#{since}#{instance['pk']}#{element}", "instanceId": instance["pk"]}
        item |= {"waitSk": wait["sk"], "token": wait["token"], "event": element}
        puts.append(Put(tables.MESSAGES, {**item, "processId": instance["processId"], "since": since}))
    world.store.write(*puts)
    return wait


def walked(world: World, execution: str, states: Iterable[tuple[str, Any, Any]], previous: int = 0) -> None:
    """States that an execution has passed one after the other: name, input and output; without one it stands there."""
    history = world.machines.histories[execution]

    def happened(kind: str, key: str, details: Mapping[str, Any]) -> None:
        event = {"id": len(history) + 1, "type": kind, "previousEventId": previous, key: details}
        history.append({**event, "timestamp": world.clock.now()})

    for name, given, gives in states:
        happened("TaskStateEntered", "stateEnteredEventDetails", {"name": name, "input": json.dumps(given)})
        previous = len(history)
        if gives is not None:
            happened("TaskStateExited", "stateExitedEventDetails", {"name": name, "output": json.dumps(gives)})
            previous = len(history)


def forked(world: World, execution: str, fork: str, before: Any, *branches: Iterable[tuple[str, Any, Any]]) -> None:
    """A Parallel that an execution has entered now, its branches, and an error that cuts it off."""
    history = world.machines.histories[execution]
    walked(world, execution, [(fork, before, None)])
    history[-1]["type"] = "ParallelStateEntered"
    entered = len(history)
    history.append({"id": entered + 1, "type": "ParallelStateStarted", "previousEventId": entered})
    for branch in branches:
        walked(world, execution, branch, entered + 1)
    details = {"name": fork, "output": json.dumps(before)}
    left = {"id": len(history) + 1, "type": "ParallelStateExited", "previousEventId": len(history)}
    history.append({**left, "timestamp": world.clock.now(), "stateExitedEventDetails": details})


def come_to_rest(world: World) -> None:
    """Everything that streams, relay and queues still have to do is done."""
    while world.store.changes:
        failed = deliver_changes(world, correlation, (tables.WAITS, tables.MESSAGES))
        failed += deliver_changes(world, relay, (tables.OUTBOX,))
        assert not failed
        world.store.changes = [c for c in world.store.changes if c.table in _STREAMED]
        heard = [e for e in world.bus.taken if e.name in _REQUESTS and e.id not in _seen(world)]
        bodies = [bus_body(event.name, json.loads(event.detail)) for event in heard]
        event = queue_event(queues.INSTANCE_REQUESTS.name, bodies)
        if bodies:
            answer = instances.with_ports(world.ports)(event, Context())
            assert answer == {"batchItemFailures": []}
        _seen(world).update(e.id for e in heard)


def names_of(world: World) -> list[str]:
    """The events that reached the bus, once per id."""
    return sorted({event.id: event.name for event in world.bus.taken}.values())


_STREAMED = (tables.WAITS, tables.MESSAGES, tables.OUTBOX)
_REQUESTS = (events.INSTANCE_REQUESTED.name, events.INSTANCE_CANCELLED.name)


def _seen(world: World) -> set[str]:
    return world.__dict__.setdefault("_handed_over", set())
