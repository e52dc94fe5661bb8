"""Releases are atomic: whoever reads between any two calls to AWS sees one revision; whoever is killed has released all
or nothing, and who repeats it releases once."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contract import events, routes, tables
from functions.catalogue.handler import handle as catalogue
from functions.catalogue.shelves import shelf
from functions.market.spec import SPEC as MARKET
from tests.effort import effort
from tests.functions.catalogue.editors import Editor, approved, heard, product, published, take_turns
from tests.functions.crashing import interleaved, survives
from tests.functions.fakes import World
from tests.functions.interleaving import Interleaved

PAIR = ("left", "right")
Pair = Mapping[str, Any]


def pair(number: int) -> list[dict[str, Any]]:
    """Two products that name the same number, and each other."""
    other = dict(zip(PAIR, reversed(PAIR), strict=True))
    relations = {id_: [{"type": "goesWith", "product": other[id_]}] for id_ in PAIR}
    return [product(id_, name={"en": str(number)}, relations=relations[id_]) for id_ in PAIR]


def approved_pair(world: World, number: int) -> dict[str, Any]:
    """The body of the release of both."""
    entries = [{"collection": "products", "id": b["id"], "version": approved(world, b)} for b in pair(number)]
    return {"entries": entries}


def seen(world: World) -> list[str]:
    """What a reader sees: the names of the pair."""
    found = shelf(world.ports(MARKET)).published
    return [json.loads(one.text)["name"]["en"] for (kind, id_), one in sorted(found.items()) if kind == "product"]


def release(world: World, body: Any, key: str) -> int:
    return Editor(world, "tomek").ask(routes.NEW_RELEASE, body=body, key=key).status


@effort(40)
@given(st.data())
def test_a_reader_never_sees_a_mixture(data: st.DataObject) -> None:
    world = World()
    assert release(world, approved_pair(world, 1), "first") == 201
    second = approved_pair(world, 2)
    retired = {"entries": [{**each, "version": 1, "retire": True} for each in second["entries"]]}
    views: list[list[str]] = []
    together = Interleaved(world)
    running = {
        "publish": together.begin("publish", lambda: release(world, second, "second")),
        "retire": together.begin("retire", lambda: release(world, retired, "retire")),
        "read": together.begin("read", lambda: views.append(seen(world))),
    }
    while len(running) > 1:
        name = data.draw(st.sampled_from(sorted(running)))
        running[name].step()
        if running[name].done:
            del running[name]
            if name == "read":
                running["read"] = together.begin("read", lambda: views.append(seen(world)))
    running["read"].finish()
    assert views and all(view in ([], ["1", "1"], ["2", "2"]) for view in views), views
    assert seen(world) in ([], ["2", "2"])


def end(world: World) -> Any:
    """What is left of it: items and events; a timer whose transaction never came does nothing."""
    shown = [i for i in world.store.items(tables.CATALOGUE) if not i["sk"].startswith("LOG#")]
    logs = [i for i in world.store.items(tables.CATALOGUE) if i["sk"].startswith("LOG#")]
    plain = [{k: v for k, v in item.items() if k != "timer"} for item in shown]
    said = [(log["pk"], log["action"], log["by"], log["version"]) for log in logs]
    return plain, said, [(name, data) for name, data in heard(world)]


def rest(world: World) -> None:
    heard(world)


def test_a_release_that_is_killed_is_whole_or_nothing() -> None:
    def build() -> World:
        world = World()
        published(world, product("left", name={"en": "0"}))
        approved_pair(world, 1)
        return world

    entries = [{"collection": "products", "id": id_, "version": n} for id_, n in (("left", 2), ("right", 1))]
    survives(build, lambda world: release(world, {"entries": entries}, "k"), rest=rest, end=end)


def test_what_is_scheduled_and_killed_anywhere_happens_once() -> None:
    def build() -> World:
        world = World()
        approved(world, product())
        return world

    def schedule(world: World) -> None:
        path = {"collection": "products", "id": "card", "n": 1}
        body = {"at": "2027-01-01T00:00:00Z"}
        Editor(world, "tomek").ask(routes.PUBLISH_VERSION, **path, body=body, key="k")

    def turned(world: World) -> None:
        """A year later; a turn that is killed is delivered again."""
        world.clock.at = world.clock.at.replace(year=2027)
        take_turns(world, times=2)
        heard(world)

    survives(build, schedule, rest=turned, end=end)


def test_two_editors_at_once() -> None:
    """Between any two calls of one editor another one saves: one of them is told, and the other's text stands."""

    def build() -> World:
        world = World()
        Editor(world, "maria").drafts(product())
        return world

    statuses: dict[str, int] = {}

    def save(user: str) -> Any:
        def act(world: World) -> None:
            body = {"lock": 1, "body": product(category=user)}
            path = {"collection": "products", "id": "card", "n": 1}
            statuses[user] = Editor(world, user).ask(routes.SAVE_VERSION, **path, body=body).status

        return act

    for step, world in interleaved(build, save("maria"), save("tomek")):
        assert sorted(statuses.values()) == [200, 412], step
        (winner,) = (user for user, status in statuses.items() if status == 200)
        version = Editor(world, "ola").does(routes.GET_VERSION, collection="products", id="card", n=1)
        assert version["body"]["category"] == winner


def test_events_of_a_release_name_its_revision() -> None:
    world = World()
    release(world, approved_pair(world, 1), "k")
    (told,) = (data for name, data in heard(world) if name == events.CATALOGUE_PUBLISHED.name)
    assert told["revision"] == 1 and {ref["id"] for ref in told["refs"]} == set(PAIR)
    assert catalogue.spec.queues[0].name == "catalogue-turns"
