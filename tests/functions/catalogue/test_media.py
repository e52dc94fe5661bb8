"""Media: announced, uploaded, checked, shown by what is published, and deleted when nothing shows them any more."""

from typing import Any

import pytest

from contract import routes
from contract.buckets import MEDIA
from functions.catalogue.media.items import upload_key
from functions.market.handler import handle as market
from tests.functions.catalogue.editors import Editor, approved, heard, product, published
from tests.functions.catalogue.jobs import arrived, deliver
from tests.functions.fakes import World
from tests.functions.invoking import call

PNG = b"\x89PNG\r\n\x1a\n and what it shows"
SHOWN = {"summary": {"en": "A card."}, "media": {"front": "card-front"}}


@pytest.fixture
def world() -> World:
    return World()


def announce(world: World, **more: Any) -> dict[str, Any]:
    body = {"id": "card-front", "name": {"en": "A card"}, "contentType": "image/png", "size": len(PNG), **more}
    return dict(Editor(world, "maria").does(routes.NEW_MEDIA, body=body))


def upload(world: World, content: bytes = PNG, **more: Any) -> dict[str, Any]:
    made = announce(world, **more)
    key = upload_key({"sortKey": made["id"], "upload": made["upload"]["id"]})
    world.objects.stored[MEDIA.name, key] = content
    deliver(world, arrived(key, content))
    deliver(world, arrived(key, content))
    assert (MEDIA.name, key) not in world.objects.stored
    return dict(Editor(world, "maria").does(routes.GET_MEDIA, id=made["id"]))


def offered(world: World) -> dict[str, Any]:
    reply = call(world, market, routes.GET_OFFER, path={"id": "card"}, query=[("channel", "web")], claims=None)
    assert reply.status == 200, reply.body
    return dict(reply.json["media"])


def test_a_picture_is_told_by_the_market_once_what_shows_it_is_published(world: World) -> None:
    assert upload(world)["status"] == "ready"
    version = approved(world, product(content=SHOWN))
    assert Editor(world, "tomek").moves("publish", "card", version).status == 200
    ((_, key),) = (name for name in world.objects.stored if name[0] == MEDIA.name)
    assert offered(world) == {"front": {"url": f"/{key}", "contentType": "image/png"}}
    assert key.startswith("media/") and len(key.split("/")[1]) == 32


def test_what_was_not_uploaded_cannot_be_published(world: World) -> None:
    draft = Editor(world, "maria").drafts(product(content=SHOWN))
    assert [(f["severity"], f["field"]) for f in draft["findings"]] == [("warning", "/content/media/front")]
    for who, move in (("maria", "submit"), ("tomek", "approve")):
        Editor(world, who).moves(move, "card", 1)
    refused = Editor(world, "tomek").moves("publish", "card", 1)
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "PRODUCT-009")


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>" + b" " * (len(PNG) - 21), PNG + b"more"])
def test_a_file_that_is_not_what_was_announced_is_refused_and_may_be_sent_again(world: World, content: bytes) -> None:
    refused = upload(world, content)
    assert refused["status"] == "refused" and refused["fault"]
    assert not [name for name in world.objects.stored if name[0] == MEDIA.name]
    assert upload(world)["status"] == "ready"


def test_a_picture_never_changes_and_stays_while_it_is_shown(world: World) -> None:
    upload(world)
    maria = Editor(world, "maria")
    again = {"id": "card-front", "name": {"en": "B"}, "contentType": "image/png", "size": 9}
    assert maria.ask(routes.NEW_MEDIA, body=again).status == 409
    published(world, product(content=SHOWN))
    assert maria.ask(routes.DELETE_MEDIA, id="card-front").status == 409
    published(world, product())
    assert maria.ask(routes.DELETE_MEDIA, id="card-front").status == 204
    assert not [name for name in world.objects.stored if name[0] == MEDIA.name]
    assert maria.ask(routes.GET_MEDIA, id="card-front").status == 404
    told = [data for name, data in heard(world) if name == "EntryChanged" and data["collection"] == "media"]
    assert [(data["id"], data["action"], data["by"]) for data in told] == [
        ("card-front", action, "maria") for action in ("upload", "ready", "delete")
    ]


def test_files_that_may_hold_scripts_or_are_too_large_are_refused_at_once(world: World) -> None:
    for wrong in ({"contentType": "image/svg+xml"}, {"size": 11 * 1024 * 1024}, {"name": {"English!": "A"}}):
        body = {"name": {"en": "A"}, "contentType": "image/png", "size": 9, **wrong}
        assert Editor(world, "maria").ask(routes.NEW_MEDIA, body=body).status in (400, 422)
