"""People who work on a catalogue: each request as a user of the console makes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract import events, routes, tables
from contract.routes import Route
from functions.catalogue.handler import handle
from functions.relay.handler import handle as relay
from tests.functions.fakes import World
from tests.functions.invoking import USER, Context, Reply, bus_body, call, deliver_changes, queue_event


@dataclass(frozen=True)
class Editor:
    """A user, and what the user does."""

    world: World
    user: str

    def ask(
        self, route: Route, *, body: Any = None, key: str = "", match: str = "", query: Any = (), **path: Any
    ) -> Reply:
        """A request; with an idempotency key, and on condition that the entity tag matches, if one is given."""
        named = {name: str(value) for name, value in path.items()}
        headers = ({"Idempotency-Key": key} if key else {}) | ({"If-Match": match} if match else {})
        claims = {**USER, "sub": self.user, "username": self.user}
        return call(self.world, handle, route, path=named, body=body, query=query, headers=headers, claims=claims)

    def does(self, route: Route, **request: Any) -> Any:
        """A request that succeeds; its answer."""
        reply = self.ask(route, **request)
        assert reply.status < 300, reply.body
        return reply.json if reply.body else None

    def drafts(self, body: Mapping[str, Any], collection: str = "products") -> dict[str, Any]:
        """A new entry, or the next version of one that there is."""
        there = self.ask(routes.GET_ENTRY, collection=collection, id=body["id"])
        if there.status == 404:
            return dict(self.does(routes.NEW_ENTRY, collection=collection, body={"body": body}))
        return dict(self.does(routes.NEW_VERSION, collection=collection, id=body["id"], body={"body": body}))

    def moves(self, move: str, id_: str, version: int, collection: str = "products", **body: Any) -> Reply:
        """submit, approve, reject, withdraw, publish or retire a version."""
        path = {"collection": collection, "id": id_, "n": version}
        return self.ask(_MOVES[move], **path, body=body)


_MOVES = {
    "submit": routes.SUBMIT_VERSION,
    "approve": routes.APPROVE_VERSION,
    "reject": routes.REJECT_VERSION,
    "withdraw": routes.WITHDRAW_VERSION,
    "publish": routes.PUBLISH_VERSION,
    "retire": routes.RETIRE_VERSION,
}


def approved(world: World, body: Mapping[str, Any], collection: str = "products") -> int:
    """A version of this body, drafted by maria and approved by tomek; its number."""
    version = int(Editor(world, "maria").drafts(body, collection)["version"])
    for who, move in (("maria", "submit"), ("tomek", "approve")):
        reply = Editor(world, who).moves(move, body["id"], version, collection)
        assert reply.status == 200, reply.body
    return version


def published(world: World, body: Mapping[str, Any], collection: str = "products") -> int:
    """A published version of this body; its number."""
    version = approved(world, body, collection)
    reply = Editor(world, "tomek").moves("publish", body["id"], version, collection)
    assert reply.status == 200, reply.body
    return version


def product(id_: str = "card", **more: Any) -> dict[str, Any]:
    """A product with nothing about it."""
    return {
        "id": id_,
        "name": {"en": id_.title()},
        "category": "cards",
        "languages": ["en"],
        "content": {"summary": {"en": "A thing to buy."}},
        "channels": {"web": {}},
        **more,
    }


def take_turns(world: World, *, times: int = 1) -> None:
    """What was scheduled is heard of, and what timers that are due have sent is done, each `times` times."""
    for data in [data for name, data in heard(world) if name == events.ENTRY_SCHEDULED.name] * times:
        _hand_over(world, bus_body(events.ENTRY_SCHEDULED.name, {"id": "e", "data": data}))
    due = [name for name, (at, _) in world.timers.by_name.items() if at <= world.clock.now()]
    for name in due:
        _, body = world.timers.by_name[name]
        for _ in range(times):
            _hand_over(world, body)
        world.timers.by_name.pop(name, None)


def _hand_over(world: World, body: Mapping[str, Any]) -> None:
    world.steps.dead = False
    answer = handle.with_ports(world.ports)(queue_event("catalogue-turns", [dict(body)]), Context())
    assert answer == {"batchItemFailures": []}


def heard(world: World) -> list[tuple[str, dict[str, Any]]]:
    """The events that have reached the bus, each once: name and data, in their order."""
    world.steps.dead = False
    assert not deliver_changes(world, relay, (tables.OUTBOX,))
    ours = {event.name for name, event in vars(events).items() if isinstance(event, events.Event)}
    told = {event.id: event for event in world.bus.taken if event.name in ours}
    return [(event.name, json.loads(event.detail)["data"]) for event in told.values()]
