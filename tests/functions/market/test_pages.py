"""Content: pages by channel, time and segment; previews; and that nothing unpublished is ever told."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contract import tables
from contract.routes import (
    COMPARE_OFFERS,
    EXPLAIN_OFFER,
    GET_OFFER,
    GET_PAGE,
    LIST_OFFERS,
    LIST_PAGES,
    PREVIEW_OFFER,
    PREVIEW_PAGE,
)  # fmt: skip
from functions.catalogue.keys import BY_NAME, entry_key, version_key
from functions.runtime.records import Put
from tests.effort import effort
from tests.functions.fakes import World
from tests.functions.market.releasing import release
from tests.functions.market.shop import ALL, DAY, Body, ask, named, opened

HOME: Body = {
    "id": "home",
    "name": named("Home", "Start"),
    "type": "page",
    "slot": "home",
    "languages": ["en", "pl"],
    "blocks": [
        {"type": "text", "text": named("Welcome", "Witamy")},
        {"type": "products", "products": ["day", "student"], "packages": ["starter"]},
    ],
}
BANNER: Body = {
    "id": "young-banner",
    "name": named("For you", "Dla ciebie"),
    "type": "banner",
    "slot": "home",
    "priority": 5,
    "languages": ["en"],
    "segments": ["young"],
    "channels": ["mobile"],
    "valid": {"until": "2026-12-01T00:00:00Z"},
}


def test_pages_are_for_a_channel_a_time_and_a_segment() -> None:
    world = opened()
    release(world.store, {("page", "home"): HOME, ("page", "young-banner"): BANNER})

    def shown(**query: str) -> list[str]:
        return [page["id"] for page in ask(world, LIST_PAGES, slot="home", **query).json["items"]]

    assert shown(channel="mobile", customer='{"age": 20}') == ["young-banner", "home"]
    assert shown(channel="mobile") == shown(channel="web", customer='{"age": 20}') == ["home"]
    first = ask(world, LIST_PAGES, limit="1", channel="mobile", customer='{"age": 20}').json
    second = ask(world, LIST_PAGES, channel="mobile", customer='{"age": 20}', cursor=first["cursor"]).json
    assert [p["id"] for p in first["items"] + second["items"]] == ["young-banner", "home"]
    home = ask(world, GET_PAGE, id_="home", channel="web", language="pl").json
    assert [block["text"] for block in home["blocks"]] == ["Witamy", ""]
    assert [head["name"] for head in home["blocks"][1]["offers"]] == ["Taryfa dzienna"]
    world.clock.advance(days=20)
    assert shown(channel="mobile", customer='{"age": 20}') == ["home"]


def draft(world: World, kind: str, body: Body, version: int) -> None:
    item = {"pk": entry_key(BY_NAME[kind], body["id"]), "sk": version_key(version), "body": json.dumps(body)}
    world.store.write(Put(tables.CATALOGUE, item))


def test_a_draft_is_previewed_on_the_shelf_as_it_is() -> None:
    world = opened()
    draft(world, "product", {**DAY, "name": named("Sun", "Słońce")}, 7)
    draft(world, "page", HOME, 1)
    draft(world, "product", {"id": "day"}, 8)
    assert ask(world, PREVIEW_OFFER, id_="day", version="7", language="pl").json["name"] == "Słońce"
    assert ask(world, GET_OFFER, id_="day", language="pl").json["name"] == "Taryfa dzienna"
    assert ask(world, PREVIEW_PAGE, id_="home", version="1").json["blocks"][1]["offers"][0]["name"] == "Taryfa dzienna"
    assert ask(world, GET_PAGE, id_="home").code == "not-found"
    unfinished = ask(world, PREVIEW_OFFER, id_="day", version="8")
    assert unfinished.code == "validation-failed"
    assert "/category" in [error["field"] for error in unfinished.json["errors"]]
    assert ask(world, PREVIEW_OFFER, id_="day", version="9").code == "not-found"


KEYS = [*ALL, ("page", "home"), ("page", "young-banner")]
ASKED: list[tuple[Any, dict[str, str]]] = [
    (LIST_OFFERS, {}),
    (LIST_PAGES, {}),
    *((GET_PAGE, {"id_": id_}) for kind, id_ in KEYS if kind == "page"),
    *((route, {"id_": id_}) for route in (GET_OFFER, EXPLAIN_OFFER) for kind, id_ in KEYS if kind[:2] in ("pr", "pa")),
    (COMPARE_OFFERS, {"ids": "day,night"}),
]  # fmt: skip


def marked(body: Body, mark: str) -> Body:
    """The body with a mark in each text that people read."""
    text = json.dumps(body, ensure_ascii=False)
    return dict(json.loads(re.sub(r'"(en|pl)": "', lambda found: f"{found.group()}{mark} ", text)))


@effort(40)
@given(st.data())
def test_nothing_of_a_version_that_is_not_published_is_told(data: st.DataObject) -> None:
    """Whatever was published, replaced, retired and drafted: every text of an answer is of a live version."""
    world, bodies, live = World(), {**ALL, ("page", "home"): HOME, ("page", "young-banner"): BANNER}, dict[Any, str]()
    for number in range(3):
        changes: dict[tuple[str, str], Body | None] = {}
        for key in KEYS:
            mark = f"<{key[0]}-{key[1]}-{number}>"
            body = marked(bodies[key], mark)
            match data.draw(st.sampled_from(["publish", "retire", "draft", "leave"]), label=mark):
                case "publish":
                    changes[key], live[key] = body, mark
                case "retire" if key in live:
                    changes[key] = live.pop(key, None) and None
                case "draft":
                    draft(world, key[0], body, 50 + number)
        if changes:
            release(world.store, changes)
        for route, about in ASKED:
            reply = ask(world, route, customer='{"age": 20}', language="pl", **about)
            told = set(re.findall(r"<[a-z0-9-]+>", reply.body.decode()))
            assert reply.status in (200, 404) and told <= set(live.values()), (route.path, about)
