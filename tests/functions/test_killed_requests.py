"""The crash rule for requests that their own modules do not play: killed before and after each call and done again,
each has its whole effect once. `test_every_request_is_killed_somewhere` says that none is left out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from contract import routes, tables
from contract.routes import Route
from functions.access.handler import handle as access
from functions.deployments.handler import handle as deployments
from functions.market.handler import handle as market
from functions.runtime.handler import Handler
from functions.runtime.records import Put
from tests.functions.catalogue.editors import Editor, approved, product, published
from tests.functions.catalogue.editors import handle as catalogue
from tests.functions.crashing import end_of, survives
from tests.functions.deployments.bundles import XML
from tests.functions.deployments.test_moving_killed import SOURCE, standing
from tests.functions.fakes import World
from tests.functions.invoking import USER, call
from tests.functions.market.releasing import release
from tests.functions.market.shop import opened
from tests.functions.market.test_quotes import LOAN
from tests.functions.scenes import come_to_rest
from tests.functions.scenes import published as deployed

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
  <decision id="fee" name="fee"><variable name="fee" typeRef="number"/>
    <literalExpression><text>10</text></literalExpression></decision></definitions>"""


@dataclass(frozen=True)
class Killed:
    """A request by somebody, in a world that `build` makes, to what `place` finds there."""

    route: Route
    handler: Handler
    build: Callable[[], World]
    body: Any = None
    place: Callable[[World], Mapping[str, Any]] = lambda world: {}
    who: str = "tomek"
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, world: World) -> None:
        path = {name: str(value) for name, value in self.place(world).items()}
        claims = {**USER, "sub": self.who, "username": self.who}
        key = {"idempotency-key": "once"} if self.route.idempotent else {}
        headers = {**key, **self.headers}
        reply = call(world, self.handler, self.route, path=path, body=self.body, headers=headers, claims=claims)
        assert reply.status < 300 or (reply.status == 404 and self.route.method == "DELETE"), reply.body


def drafted(state: str = "draft") -> Callable[[], World]:
    """A product in this state; the version before it is published."""

    def build() -> World:
        world = World()
        published(world, product())
        if state == "approved":
            approved(world, product(name={"en": "New"}))
        elif state != "published":
            maria = Editor(world, "maria")
            maria.drafts(product(name={"en": "New"}))
            if state == "review":
                maria.moves("submit", "card", 2)
        return world

    return build


def at(version: int) -> Callable[[World], Mapping[str, Any]]:
    """That version of the product."""
    return lambda world: {"collection": "products", "id": "card", "n": version}


def quotable() -> World:
    world = opened()
    deployed(world, "sell-energy")
    release(world.store, {("product", "loan"): LOAN})
    return world


def quoted(percent: int = 0) -> Callable[[], World]:
    """A quote; one with a discount above the limit waits for an approval."""

    def build() -> World:
        world = quotable()
        discounts = [{"reason": "a good customer", "percent": percent}] if percent else []
        body = {"channel": "web", "lines": [{"productId": "loan", "discounts": discounts}]}
        claims = {**USER, "sub": "maria", "username": "maria"}
        assert call(world, market, routes.NEW_QUOTE, body=body, claims=claims).status == 201
        return world

    return build


def the_quote(world: World) -> Mapping[str, Any]:
    return {"id": world.store.items(tables.QUOTES)[0]["pk"]}


def with_instance() -> World:
    world = World()
    item = {"pk": "i1", "sk": "INSTANCE", "entity": "instance", "processId": "p", "startedAt": "2026-11-22T09:00:00Z"}
    world.store.write(Put(tables.INSTANCES, item))
    return world


def linked() -> World:
    world = with_instance()
    assert call(world, access, routes.NEW_CASE_LINK, body={"instanceId": "i1"}).status == 201
    return world


def two_versions() -> World:
    """An instance that waits in a process of which there is a newer version."""
    world = standing()
    changed = SOURCE.replace(b'id="E"', b'id="E" name="Done"')
    assert changed != SOURCE
    assert call(world, deployments, routes.DEPLOY, body=changed, headers=XML).status == 201
    come_to_rest(world)
    return world


def the_instance(world: World) -> Mapping[str, Any]:
    return {"id": next(i["pk"] for i in world.store.items(tables.INSTANCES) if i["sk"] == "INSTANCE")}


def with_picture() -> World:
    world = World()
    body = {"id": "view", "name": {"en": "A view"}, "contentType": "image/gif", "size": 20}
    Editor(world, "maria").does(routes.NEW_MEDIA, body=body)
    return world


PICTURE = {"id": "view", "name": {"en": "A view"}, "contentType": "image/gif", "size": 20}
LINES = {"channel": "web", "lines": [{"productId": "loan", "count": 2}]}
MIGRATION = {"processId": "process", "fromVersion": 1, "toVersion": 2}
REQUESTS = (
    Killed(routes.NEW_ENTRY, catalogue, World, {"body": product()}, lambda _: {"collection": "products"}),
    Killed(routes.NEW_VERSION, catalogue, drafted("published"), {"body": product()}, at(1)),
    Killed(routes.SAVE_VERSION, catalogue, drafted(), {"lock": 1, "body": product(name={"en": "Newer"})}, at(2)),
    Killed(routes.DELETE_VERSION, catalogue, drafted(), None, at(2), who="maria"),
    Killed(routes.SUBMIT_VERSION, catalogue, drafted(), {}, at(2), who="maria"),
    Killed(routes.WITHDRAW_VERSION, catalogue, drafted("review"), {"reason": "too soon"}, at(2), who="maria"),
    Killed(routes.APPROVE_VERSION, catalogue, drafted("review"), {}, at(2)),
    Killed(routes.REJECT_VERSION, catalogue, drafted("review"), {"reason": "no"}, at(2)),
    Killed(routes.RETIRE_VERSION, catalogue, drafted("published"), {"reason": "old"}, at(1)),
    Killed(routes.NEW_IMPORT, catalogue, World, {}),
    Killed(routes.NEW_EXPORT, catalogue, drafted("published"), {"collections": ["products"]}),
    Killed(routes.NEW_MEDIA, catalogue, World, PICTURE),
    Killed(routes.DELETE_MEDIA, catalogue, with_picture, None, lambda _: {"id": "view"}),
    Killed(routes.SAVE_CUSTOMER, market, opened, {"features": {"age": 40}}, lambda _: {"id": "ada"}),
    Killed(routes.NEW_QUOTE, market, quotable, LINES),
    Killed(routes.CHANGE_QUOTE, market, quoted(), {**LINES, "version": 1}, the_quote),
    Killed(routes.APPROVE_QUOTE, market, quoted(30), {"version": 1}, the_quote),
    Killed(routes.REJECT_QUOTE, market, quoted(30), {"version": 1, "reason": "no"}, the_quote),
    Killed(routes.LINK_QUOTE, access, quoted(), {}, the_quote),
    Killed(routes.DEPLOY_DECISIONS, deployments, World, TABLE, headers=XML),
    Killed(routes.NEW_CASE_LINK, access, with_instance, {"instanceId": "i1"}),
    Killed(routes.REVOKE_CASE_LINK, access, linked, None, lambda w: {"id": w.store.items(tables.LINKS)[0]["pk"]}),
    Killed(routes.RESTART_INSTANCE, deployments, standing, {"start": ["B"]}, the_instance),
    Killed(routes.NEW_MIGRATION, deployments, two_versions, MIGRATION),
)


_PREPARED = re.compile("'sk': '(LOCK|MOVED#|I#)")
"""What nothing refers to until the transaction: a lock that runs out, a machine for moves, lines of a migration."""


def end(world: World) -> dict[str, Any]:
    """All that anybody sees of a world."""
    shown = end_of(world)
    seen = {item: count for item, count in shown["items"].items() if not _PREPARED.search(item)}
    return {**shown, "items": seen}


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: one.route.key)
def test_killed_anywhere_and_done_again_it_has_happened_once(request_: Killed) -> None:
    survives(request_.build, request_, end=end)


ANSWERED_ALONE = {
    routes.EVALUATE_DECISION, routes.EVALUATE_DECISION_BATCH, routes.COMPARE_DECISION, routes.SIMULATE_OFFER,
}  # fmt: skip
"""Requests that change nothing, or only note what they answered."""


def test_every_request_is_killed_somewhere() -> None:
    here = {one.route for one in REQUESTS} | ANSWERED_ALONE
    played = re.compile(r"survives\(|kill_everywhere\(|interleaved\(")
    texts = [text for file in Path(__file__).parent.rglob("*.py") if played.search(text := file.read_text())]
    for name, route in vars(routes).items():
        if isinstance(route, Route) and route.method != "GET" and route not in here:
            assert any(re.search(rf"\b{name}\b", text) for text in texts), f"nothing kills {route.key}"
