"""What customers are offered: by channel, time, segment, relation and what they look for, in their language."""

from typing import Any

import pytest

from contract.routes import COMPARE_OFFERS, EXPLAIN_OFFER, GET_OFFER, LIST_OFFERS, Route
from functions.market.handler import handle
from tests.functions.fakes import World
from tests.functions.invoking import call
from tests.functions.market.releasing import release
from tests.functions.market.shop import DAY, PACKAGE, SOURCES, STUDENT, ask, opened, product


@pytest.fixture(scope="module")
def world() -> World:
    return opened()


def listed(world: World, **query: str) -> list[str]:
    return [offer["id"] for offer in ask(world, LIST_OFFERS, **query).json["items"]]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["day", "night"]),
        ({"channel": "web", "customer": '{"age": 20}'}, ["day", "night", "starter", "student"]),
        ({"channel": "mobile", "customer": '{"age": 20}'}, ["day", "night", "student"]),
        ({"channel": "branch", "customer": '{"age": 20}'}, []),
        ({"channel": "web", "customer": '{"age": null}'}, ["day", "night"]),
        ({"channel": "web", "customer": '{"products": ["day"]}'}, ["day"]),
        ({"channel": "web", "customer": '{"products": ["night"]}'}, ["night"]),
        ({"category": "night-power"}, ["night"]),
        ({"category": "power"}, ["day", "night"]),
        ({"category": "gas"}, []),
        ({"language": "pl", "q": "NOCNA zolc"}, ["night"]),
        ({"language": "en", "q": "nocna"}, []),
        ({"feature": "source:WIND"}, ["night"]),
        ({"feature": "unit-price:0.90"}, ["day"]),
        ({"channel": "mobile", "feature": "unit-price:0.85"}, ["day"]),
        ({"channel": "web", "feature": "unit-price:0.85"}, []),
        ({"feature": "green:false"}, ["day"]),
    ],
)
def test_who_is_offered_what(world: World, query: dict[str, str], ids: list[str]) -> None:
    assert listed(world, **query) == ids


def test_time_passes(world: World) -> None:
    later = opened()
    later.clock.advance(days=20)
    assert listed(later, channel="web") == ["night"]


def test_an_offer_in_its_channel_and_language(world: World) -> None:
    offer = ask(world, GET_OFFER, id_="day", channel="mobile", language="pl-PL", customer='{"age": 20}').json
    assert (offer["name"], offer["language"], offer["actions"]) == ("Taryfa dzienna", "pl", ["view"])
    assert [(f["id"], f["value"], f.get("labels")) for f in offer["features"]] == [
        ("unit-price", 0.85, None), ("source", "COAL", ["węgiel"]), ("green", False, None)
    ]  # fmt: skip
    assert offer["content"] == {"banner": "20% taniej"}
    assert [(p["id"], p["left"]) for p in offer["promotions"]] == [("spring", 2)]
    (fee,) = offer["prices"]
    assert (fee["value"], fee["base"], [step["source"] for step in fee["steps"]]) == (
        "10.00",
        "12.50",
        ["fee", "spring"],
    )
    package = ask(world, GET_OFFER, id_="starter", channel="web", customer='{"age": 20}').json
    assert [(c["productId"], c["minimum"], c["available"]) for c in package["components"]] == [
        ("student", 1, True), ("day", 0, True)
    ]  # fmt: skip
    assert ask(world, GET_OFFER, id_="starter", channel="web").code == "not-found"


def test_pages_hold_every_offer_once(world: World) -> None:
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = ask(world, LIST_OFFERS, limit="1", channel="web", customer='{"age": 20}', cursor=cursor).json
        seen += [offer["id"] for offer in page["items"]]
        cursor = page["cursor"]
    assert seen == ["day", "night", "starter", "student"]
    assert ask(world, LIST_OFFERS, cursor="!").code == "invalid-request"


def test_a_code_is_found_by_those_above_it(world: World) -> None:
    parents = {"WIND": "AIR", "AIR": "GREEN"}
    items = [{**item, "parent": parents.get(item["code"])} for item in SOURCES["items"]]
    items += [{"code": code, "name": {"en": code}, "parent": parents.get(code)} for code in ("AIR", "GREEN")]
    release(world.store, {("dictionary", "sources"): {**SOURCES, "items": items}})
    assert [listed(world, channel="web", feature=f"source:{code}") for code in ("GREEN", "AIR", "WIND")] == [
        ["night"]
    ] * 3
    assert listed(world, channel="web", feature="source:COAL") != ["night"]
    release(world.store, {("dictionary", "sources"): SOURCES})


def test_what_the_components_of_a_package_cost_in_it(world: World) -> None:
    cheaper = {"product": "day", "price": "fee", "effect": "percentOff", "value": "40"}
    release(world.store, {("package", "starter"): {**PACKAGE, "changes": [cheaper]}})
    day, student = (
        ask(world, GET_OFFER, id_=id_, channel="web", language="en", customer='{"age": 20}').json
        for id_ in ("starter", "student")
    )
    shown = {each["productId"]: each["prices"] for each in day["components"]}
    assert [(price["id"], price["base"], price["value"]) for price in shown["day"]] == [("fee", "12.50", "7.50")]
    assert shown["student"] == student["prices"]
    release(world.store, {("package", "starter"): PACKAGE})


@pytest.mark.parametrize("route", [GET_OFFER, COMPARE_OFFERS])
def test_a_variant_that_there_is_not_is_refused(world: World, route: Route) -> None:
    asked = {"id_": "day"} if route is GET_OFFER else {"ids": "day,night"}
    refused = ask(world, route, **asked, variant="none")
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "/variant")


def test_a_comparison_marks_what_differs(world: World) -> None:
    answer = ask(world, COMPARE_OFFERS, ids="day,night", language="en").json
    groups = {g["id"]: {r["id"]: (r["values"], r["differs"]) for r in g["rows"]} for g in answer["groups"]}
    assert list(groups) == ["cost", "origin", "prices"]
    assert groups["origin"] == {"source": (["coal", "wind"], True), "green": ([False, True], True)}
    assert groups["cost"] == {"unit-price": ([0.9, 0.5], True)}
    assert not groups["prices"]["fee"][1]
    assert ask(world, COMPARE_OFFERS, ids="day,student").code == "not-found"


def why(world: World, id_: str, **query: str) -> tuple[bool, dict[str, Any]]:
    answer = ask(world, EXPLAIN_OFFER, id_=id_, **query).json
    failed = {check["step"]: check["words"] for check in answer["checks"] if not check["passed"]}
    assert answer["offered"] == (not failed)
    return answer["offered"], failed | {p["about"]: p["words"] for p in answer["promotions"] if not p["passed"]}


def test_why_something_is_not_offered(world: World) -> None:
    later = opened()
    later.clock.advance(days=20)
    assert "branch" in why(world, "day", channel="branch")[1]["channel"]
    assert "until 2026-12-01" in why(later, "day", channel="web")[1]["time"]
    assert "ma ponad 25 lat" in why(world, "student", channel="web", language="pl")[1]["segment"]
    assert "has day" in why(world, "night", customer='{"products": ["day"]}')[1]["relation"]
    assert "student" in why(world, "starter", channel="web")[1]["component"]
    assert "for mobile" in why(world, "day", channel="web")[1]["spring"]
    assert why(world, "day", channel="mobile", customer='{"age": 20}') == (True, {})


def test_answers_may_be_cached_unless_a_customer_is_named(world: World) -> None:
    first = ask(world, LIST_OFFERS, channel="web")
    assert first.headers["Cache-Control"] == "public, max-age=30"
    headers = {"if-none-match": f'"x", W/{first.headers["ETag"]}'}
    again = call(world, handle, LIST_OFFERS, query=[("channel", "web")], headers=headers)
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert ask(world, LIST_OFFERS, customer='{"age": 3}').headers["Cache-Control"] == "private, no-cache"
    other = opened()
    release(other.store, {("product", "day"): {**DAY, "name": {"pl": "Inna", "en": "Other"}}})
    assert call(other, handle, LIST_OFFERS, query=[("channel", "web")], headers=headers).status == 200


def test_a_rule_over_features_and_a_required_product() -> None:
    world = opened()
    flat = product("flat", "Flat", "Stała", segment="= features.green = customer.green", features=[])
    extra = product("extra", "Extra", "Ekstra", relations=[{"type": "requires", "product": "student"}])
    release(world.store, {("product", "flat"): flat, ("product", "extra"): extra})
    assert "flat" in listed(world, customer='{"green": false}')
    assert "flat" not in listed(world, customer="{}")
    assert "extra" in listed(world, channel="web")
    release(world.store, {("product", "student"): {**STUDENT, "channels": {"branch": {}}}})
    assert "extra" not in listed(world, channel="web")
    assert "extra" in listed(world, channel="web", customer='{"products": ["student"]}')
