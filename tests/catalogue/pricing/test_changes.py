"""Packages and promotions: what they take off, in which order, what stands beside what, and when they are on."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.kinds.package import Package
from catalogue.kinds.price import Price
from catalogue.kinds.promotion import Promotion
from catalogue.pricing import PriceList, Sold, price_list, pricing_context, why_off
from tests.effort import effort

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEE = Price.model_validate({"id": "fee", "name": {"en": "Fee"}, "type": "oneOff", "value": 100, "currency": "PLN"})
CARD = FEE.model_copy(update={"id": "card", "value": Decimal(20)})
SOLD = Sold("account", ("current", "accounts"))


def promotion(id_: str, *changes: dict[str, Any], **more: Any) -> Promotion:
    named = {"id": id_, "name": {"en": id_}, "valid": {}, "changes": list(changes)}
    return Promotion.model_validate(named | more)


def package(*changes: dict[str, Any]) -> Package:
    named = {"id": "pack", "name": {"en": "Pack"}, "category": "accounts", "languages": ["en"]}
    content = {"content": {"summary": {"en": "Pack"}}, "channels": {"web": {}}, "components": [{"product": "account"}]}
    return Package.model_validate(named | content | {"changes": list(changes)})


def priced(*promotions: Promotion, prices: tuple[Price, ...] = (FEE, CARD), **more: Any) -> PriceList:
    context = pricing_context(features={}, customer=more.pop("customer", {}), channel="web")
    return price_list(prices, context, at=NOON, sold=more.pop("sold", SOLD), promotions=promotions, **more)


def off(percent: Any, **more: Any) -> dict[str, Any]:
    return {"effect": "percentOff", "value": percent} | more


STACKS = {"stacks": "= true"}


def test_each_change_is_a_step() -> None:
    found = priced(
        promotion("second", {"effect": "amountOff", "value": 5, "price": "fee"}, **STACKS),
        promotion("first", off(10), priority=5, **STACKS),
        package=package(off(50, product="account", price="fee")),
    )
    fee, card = found.items
    told = [(step.source, step.kind, step.amount) for step in fee.steps]
    assert told == [
        ("fee", "value", Decimal("100.00")),
        ("pack", "percentOff", Decimal("-50.00")),
        ("first", "percentOff", Decimal("-5.00")),
        ("second", "amountOff", Decimal("-5.00")),
    ]
    assert (fee.base, fee.amount, card.amount) == (Decimal("100.00"), Decimal("40.00"), Decimal("18.00"))
    assert found.applied == ("first", "second")


@pytest.mark.parametrize(
    ("target", "concerned"),
    [
        ({"product": "account"}, True),
        ({"product": "loan"}, False),
        ({"category": "accounts"}, True),
        ({"category": "loans"}, False),
        ({"product": "account", "category": "loans"}, False),
        ({"price": "fee"}, True),
        ({"price": "other"}, False),
    ],
)
def test_which_products_and_prices_are_changed(target: dict[str, str], concerned: bool) -> None:
    assert (priced(promotion("p", off(10, **target))).amounts()["fee"] == 90) is concerned


def test_the_first_that_stands_alone_stays_alone() -> None:
    found = priced(promotion("a", off(10)), promotion("b", off(20)), promotion("c", off(30), **STACKS))
    assert (found.applied, dict(found.refused)) == (("a",), {"b": "a", "c": "a"})
    assert found.amounts()["fee"] == 90


def test_one_that_stands_alone_does_not_join_others() -> None:
    found = priced(promotion("a", off(10), **STACKS), promotion("b", off(20)))
    assert (found.applied, dict(found.refused)) == (("a",), {"b": "a"})


def test_rules_of_stacking_know_what_was_applied_and_the_price() -> None:
    found = priced(
        promotion("a", off(10), **STACKS),
        promotion("b", off(20), stacks='= not(list contains(applied, "a"))'),
        promotion("c", off(50), stacks='= list contains(applied, "a") and price < 50 and target.price != "fee"'),
    )
    assert (found.applied, dict(found.refused)) == (("a", "c"), {"b": "b"})
    assert found.amounts() == {"fee": Decimal("90.00"), "card": Decimal("9.00")}


def test_one_for_a_price_that_is_not_charged_stands_in_nobodys_way() -> None:
    unborn = FEE.model_copy(update={"id": "unborn", "value": "= null"})
    found = priced(promotion("a", off(10, price="unborn")), promotion("b", off(20)), prices=(FEE, unborn))
    assert found.applied == ("b",)


def test_a_change_is_computed_from_the_price_and_the_customer() -> None:
    change = {"effect": "set", "value": "= if customer.age < 26 then 0 else price / 2"}
    assert priced(promotion("p", change), customer={"age": 20}).amounts()["fee"] == 0
    assert priced(promotion("p", change), customer={"age": 40}).amounts()["fee"] == 50
    assert priced(promotion("p", change | {"value": "= null"})).amounts()["fee"] == 100
    failed = priced(promotion("p", off("= customer.none")))
    assert (failed.amounts()["fee"], failed.applied) == (100, ())
    assert "no entry 'none'" in failed.items[0].steps[-1].details["problem"]


def test_prices_that_refer_to_others_see_what_is_charged() -> None:
    tenth = Price.model_validate({"id": "t", "name": {"en": "t"}, "type": "share", "value": 10, "of": "= prices.fee",
                                  "currency": "PLN"})  # fmt: skip
    found = priced(promotion("p", off(50, price="fee")), prices=(tenth, FEE))
    assert found.amounts() == {"fee": Decimal("50.00"), "t": Decimal("5.00")}


@pytest.mark.parametrize(
    ("more", "asked", "reason"),
    [
        ({}, {}, None),
        ({"valid": {"from": "2026-03-02T00:00:00Z"}}, {}, "notValid"),
        ({"channels": ["mobile"]}, {}, "channel"),
        ({"segments": ["young"]}, {"segments": ["old"]}, "segment"),
        ({"segments": ["young", "old"]}, {"segments": ["old"]}, None),
        ({"stock": 3}, {"used": 2}, None),
        ({"stock": 3}, {"used": 3}, "soldOut"),
    ],
)
def test_when_a_promotion_is_on(more: dict[str, Any], asked: dict[str, Any], reason: str | None) -> None:
    found = why_off(promotion("p", off(1), **more), **({"channel": "web", "segments": (), "at": NOON} | asked))
    assert found == reason


AMOUNTS = st.decimals(0, 1_000_000, places=4)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["percentOff", "amountOff", "set"]), st.decimals(0, 150, places=3)), max_size=6
)


@given(AMOUNTS, CHANGES, st.sampled_from(["PLN", "JPY", "KWD"]), st.sampled_from(["halfUp", "halfEven", "up", "down"]))
@effort(200)
def test_steps_sum_up_to_a_price_that_is_never_negative(
    value: Decimal, changes: list[tuple[str, Decimal]], currency: str, rounding: str
) -> None:
    stated = FEE.model_copy(update={"value": value, "currency": currency, "rounding": rounding})
    applied = [promotion(f"p{i}", {"effect": e, "value": v}, **STACKS) for i, (e, v) in enumerate(changes)]
    item = priced(*applied, prices=(stated,)).items[0]
    assert sum((step.amount for step in item.steps), Decimal(0)) == item.amount >= 0
    assert item.base + sum(step.amount for step in item.steps[1:]) == item.amount
    assert item.taxed is not None
    assert item.taxed.net + item.taxed.tax == item.taxed.gross == item.amount


def test_promotions_see_the_other_prices() -> None:
    """Rules of stacking see the prices before any promotion, changes those that are charged."""
    found = priced(
        promotion("a", off(50, price="fee"), stacks="= prices.card = 20"),
        promotion("b", {"effect": "set", "value": "= prices.fee / 10", "price": "card"}, stacks="= prices.fee = 100"),
    )
    assert found.amounts() == {"fee": Decimal("50.00"), "card": Decimal("5.00")}


@given(
    st.lists(st.tuples(st.decimals(0, 1000, places=2), CHANGES), min_size=1, max_size=4),
    st.booleans(),
)
@effort(60)
def test_prices_that_read_others_are_changed_as_the_rest_are(
    stated: list[tuple[Decimal, list[tuple[str, Decimal]]]], packaged: bool
) -> None:
    """A price that reads another one makes everything be computed twice; what the others come to is the same."""
    prices = tuple(FEE.model_copy(update={"id": f"p{i}", "value": value}) for i, (value, _) in enumerate(stated))
    changes = [{"effect": e, "value": v, "price": f"p{i}"} for i, (_, each) in enumerate(stated) for e, v in each]
    promotions = [promotion(f"q{i}", change, **STACKS) for i, change in enumerate(changes)]
    more: dict[str, Any] = {"package": package(off(10))} if packaged else {}
    plain = priced(*promotions, prices=prices, **more)
    reader = FEE.model_copy(update={"id": "reader", "value": "= prices.p0"})
    found = priced(*promotions, prices=(reader, *prices), **more)
    assert {item.price.id: item.steps for item in plain.items} == {
        item.price.id: item.steps for item in found.items if item.price.id != "reader"
    }
