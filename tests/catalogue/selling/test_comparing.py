"""A comparison shows what customers can look at: pictures where they are served, not how editors call them."""

import json
from datetime import UTC, datetime

from catalogue.selling.asker import Asker
from catalogue.selling.comparing import compare
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.offering import offer
from catalogue.selling.shelf import Published, Shelf
from tests.functions.catalogue.editors import product

FRONT = {"url": "https://cdn.test/media/1/front.png", "contentType": "image/png"}


def card(id_: str, **more: object) -> Published:
    name = {"en": "Picture"}
    features = [
        {"id": "front", "kind": "image", "name": name, "value": "front"},
        {"id": "papers", "kind": "attachment", "name": name, "value": ["front", "gone"]},
    ]
    return Published("product", id_, 1, json.dumps(product(id_, features=features)), **more)  # type: ignore[arg-type]


def test_pictures_are_compared_by_their_addresses() -> None:
    cards = [card("a", media={"front": FRONT}), card("b")]
    shelf = Shelf(1, {("product", one.id): one for one in cards})
    eligibility = Eligibility(shelf, Asker("web", "en", {}, datetime(2026, 11, 22, tzinfo=UTC)), {})
    found = compare(eligibility, cards, [offer(eligibility, one) for one in cards], "")
    rows = {row["id"]: row for group in found["groups"] for row in group["rows"]}
    assert (rows["front"]["values"], rows["front"]["differs"]) == ([FRONT, None], True)
    assert rows["papers"]["values"] == [[FRONT], []]
