"""Everything wrong with prices and their changes, at once, each with its place."""

from typing import Any

import pytest

from catalogue.kinds.price import Price
from catalogue.kinds.promotion import Promotion
from catalogue.pricing.check import check_prices, check_promotion


def found(*prices: dict[str, Any], **more: Any) -> set[tuple[str, str]]:
    named = [{"id": "fee", "name": {"en": "Fee"}, "type": "oneOff", "currency": "PLN"} | each for each in prices]
    return {(p.code, p.pointer) for p in check_prices([Price.model_validate(each) for each in named], **more)}


@pytest.mark.parametrize(
    ("price", "problem"),
    [
        ({"value": 1, "tiers": {"by": "= 1", "steps": [{"from": 0, "value": 1}]}}, ("PRICE-001", "/prices/0")),
        ({}, ("PRICE-001", "/prices/0")),
        ({"value": "= 1 +"}, ("PRICE-002", "/prices/0/value")),
        ({"value": "= prices.other"}, ("PRICE-003", "/prices/0")),
        ({"value": "= prices.fee"}, ("PRICE-004", "/prices/0")),
        (
            {"tiers": {"by": "= 1", "steps": [{"from": 5, "value": 1}, {"from": 5, "value": 1}]}},
            ("PRICE-005", "/prices/0/tiers/steps/1/from"),
        ),
        ({"value": 1, "minimum": 2, "maximum": 1}, ("PRICE-006", "/prices/0/minimum")),
        ({"value": 1, "currency": "XYZ"}, ("PRICE-007", "/prices/0/currency")),
        ({"value": 1, "type": "share"}, ("PRICE-008", "/prices/0")),
        ({"value": 1, "of": "= 2"}, ("PRICE-008", "/prices/0/of")),
        ({"value": "= feature.rate"}, ("PRICE-009", "/prices/0/value")),
        ({"value": "= amount"}, ("PRICE-009", "/prices/0/value")),
        ({"value": "= features.speed"}, ("PRICE-009", "/prices/0/value")),
        ({"decided": {"decision": "d", "inputs": {"x": "= y"}}}, ("PRICE-009", "/prices/0/decided/inputs/x")),
        (
            {"value": 1, "valid": {"from": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}},
            ("PRICE-010", "/prices/0/valid"),
        ),
        ({"value": 1, "tax": {"name": {"en": "VAT"}, "rate": -1}}, ("PRICE-011", "/prices/0/tax/rate")),
    ],
)
def test_each_problem(price: dict[str, Any], problem: tuple[str, str]) -> None:
    assert found(price, features=["rate"]) == {problem}


def test_all_problems_at_once_and_none_of_good_prices() -> None:
    broken = found({"value": "= 1 +", "minimum": 2, "maximum": 1}, {"id": "b", "value": "= prices.nope"})
    assert broken == {("PRICE-002", "/prices/0/value"), ("PRICE-006", "/prices/0/minimum"), ("PRICE-003", "/prices/1")}
    good = {"value": "= features.base-rate + features.base_rate + count(customer.cards[active = true])"}
    assert found(good, {"id": "card-fee", "value": "= prices.fee * 2"}, features=["base-rate"]) == set()
    assert found({"value": "= features.base-rate * 2"}) == set()


def test_every_circle_is_named() -> None:
    circle = [{"id": a, "value": f"= prices.{b}"} for a, b in (("a", "b"), ("b", "a"), ("c-d", "e"), ("e", "c-d"))]
    problems = list(check_prices([Price.model_validate({"name": {"en": "x"}, "type": "rate"} | p) for p in circle]))
    assert [p.code for p in problems] == ["PRICE-004", "PRICE-004"]
    assert "a → b → a" in problems[0].message or "b → a → b" in problems[0].message


def test_changes_of_promotions() -> None:
    named = {"id": "p", "name": {"en": "P"}, "valid": {"from": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}}
    changes = [
        {"effect": "percentOff", "value": 101},
        {"effect": "set", "value": "= price +"},
        {"effect": "amountOff", "value": "= amount"},
        {"effect": "amountOff", "value": "= price / 2 + count(applied)"},
    ]
    promotion = Promotion.model_validate(named | {"changes": changes, "stacks": "= applie"})
    assert {(p.code, p.pointer) for p in check_promotion(promotion)} == {
        ("PRICE-011", "/changes/0/value"),
        ("PRICE-002", "/changes/1/value"),
        ("PRICE-009", "/changes/2/value"),
        ("PRICE-009", "/changes/3/value"),
        ("PRICE-009", "/stacks"),
        ("PRICE-010", "/valid"),
    }
