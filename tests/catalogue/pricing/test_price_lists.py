"""What customers pay: every kind of price, with the steps that lead there, taxes and totals."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from catalogue.kinds.price import Price
from catalogue.pricing import Decided, PriceList, Sold, Taxed, price_list, pricing_context, totals
from state_machines.feel import Value

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
D = Decimal


def price(id_: str = "fee", type_: str = "oneOff", **more: Any) -> Price:
    named = {"id": id_, "name": {"en": id_}, "type": type_}
    return Price.model_validate(named | ({} if type_ == "rate" else {"currency": "PLN"}) | more)


def priced(*prices: Price, **more: Any) -> PriceList:
    known: dict[str, Any] = {"features": {}, "customer": {}} | {
        key: more.pop(key) for key in ("features", "customer", "configuration") if key in more
    }
    return price_list(prices, pricing_context(**known), at=NOON, sold=Sold("loan"), **more)


def amount(stated: Price, **more: Any) -> Decimal | None:
    return priced(stated, **more).amounts()[stated.id]


def test_a_number_is_rounded_to_the_currency() -> None:
    assert amount(price(value="10.005")) == D("10.01")
    assert amount(price(value="10.005", rounding="halfEven")) == D("10.00")
    assert amount(price(value="10.5", currency="JPY")) == D("11")
    assert amount(price(value="10.00055", currency="KWD")) == D("10.001")
    assert amount(price(value="10.05", digits=0, rounding="up")) == D("11")
    assert amount(price(type_="rate", value="7.125")) == D("7.125")


def test_an_expression_depends_on_features_customer_and_choice() -> None:
    stated = price(value="= features.annual-fee * configuration.count - (if customer.vip = true then 1 else 0)")
    more = {"features": {"annual-fee": 12}, "configuration": {"count": 3}}
    assert amount(stated, customer={"vip": True}, **more) == D("35.00")


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        (price(value="= null"), "noValue"),
        (price(value="= customer.income * 2"), "failed"),
        (price(value="= 2 * configuration.loan-amount"), "noValue"),
        (price(tiers={"by": "= configuration.kwh", "steps": [{"from": 0, "value": 1}]}), "noValue"),
        (price(value=1, when="= customer.vip"), "condition"),
        (price(value=1, valid={"from": "2026-04-01T00:00:00Z"}), "notValid"),
        (price(value=1, valid={"until": "2026-03-01T12:00:00Z"}), "notValid"),
        (price(decided={"decision": "nowhere"}), "failed"),
    ],
)
def test_a_price_that_does_not_concern_the_customer_says_why(stated: Price, reason: str) -> None:
    found = priced(stated)
    assert found.items == ()
    assert [left.reason for left in found.left_out] == [reason]
    assert found.amounts() == {"fee": None}


STEPS = [{"from": 0, "value": 2}, {"from": 1000, "value": "1.5"}, {"from": 5000, "value": 1}]


def tiered(type_: str, mode: str, **more: Any) -> Price:
    return price(type_=type_, tiers={"by": "= customer.amount", "mode": mode, "steps": STEPS}, **more)


@pytest.mark.parametrize(
    ("type_", "mode", "of", "expected"),
    [
        ("oneOff", "volume", "999.99", "2.00"),
        ("oneOff", "volume", "1000", "1.50"),
        ("oneOff", "graduated", "6000", "9000.00"),  # 1000 * 2 + 4000 * 1.5 + 1000 * 1
        ("share", "graduated", "6000", "90.00"),
        ("share", "volume", "6000", "60.00"),
        ("rate", "graduated", "6000", "1.5"),
        ("rate", "volume", "6000", "1"),
        ("rate", "graduated", "0", "2"),
    ],
)
def test_tiers(type_: str, mode: str, of: str, expected: str) -> None:
    more = {"of": "= customer.amount"} if (type_, mode) == ("share", "volume") else {}
    assert amount(tiered(type_, mode, **more), customer={"amount": D(of)}) == D(expected)


def test_graduated_tiers_tell_each_part() -> None:
    item = priced(tiered("oneOff", "graduated"), customer={"amount": D("6000")}).items[0]
    told = [(step.details["start"], step.details["part"], step.details["value"], step.amount) for step in item.steps]
    assert told == [(0, 1000, 2, D("2000.00")), (1000, 4000, D("1.5"), D("6000.00")), (5000, 1000, 1, D("1000.00"))]


def test_a_volume_tier_can_charge_each_unit_and_below_the_first_nothing_is_charged() -> None:
    steps = [{"from": 10, "value": "= 0.8 * amount"}]
    stated = price(tiers={"by": "= configuration.kwh", "steps": steps})
    assert amount(stated, configuration={"kwh": 100}) == D("80.00")
    assert amount(stated, configuration={"kwh": 9}) is None


def test_shares_of_other_prices_within_bounds() -> None:
    loan = price("amount", value="= configuration.amount")
    commission = price("commission", "share", value=2, of="= prices.amount", minimum=50, maximum=500)
    for configured, expected in (("1000", "50"), ("10000", "200"), ("100000", "500")):
        found = priced(commission, loan, configuration={"amount": D(configured)})
        assert found.amounts()["commission"] == D(expected)
        assert [item.price.id for item in found.items] == ["commission", "amount"]
    told = [(step.kind, step.amount) for step in found.items[0].steps]
    assert told == [("share", D("2000.00")), ("maximum", D("-1500.00"))]


class Table:
    """A decision that answers with what it was asked."""

    def decide(self, decision: str, inputs: Any, at: datetime) -> Decided:
        """A context, or a problem."""
        answer: Value = {"pricing": {"rate": inputs["score"] / 10}}
        return Decided(answer, ("rule 2: good score",)) if decision == "scoring" else Decided(None, problem="gone")


def test_a_decision_says_the_price_and_which_rules_matched() -> None:
    decided = {"decision": "scoring", "inputs": {"score": "= customer.score"}, "result": "pricing.rate"}
    stated = price("margin", "rate", decided=decided)
    found = priced(stated, customer={"score": 45}, decisions=Table()).items[0]
    assert found.amount == D("4.5")
    assert (found.steps[0].source, found.steps[0].details["rules"]) == ("scoring", ("rule 2: good score",))
    other = price("margin", "rate", decided=decided | {"decision": "other"})
    gone = priced(other, customer={"score": 1}, decisions=Table())
    assert [left.why for left in gone.left_out] == ["gone"]


@pytest.mark.parametrize(
    ("value", "tax", "expected"),
    [
        ("123", {"name": {"en": "VAT"}, "rate": 23}, ("100.00", "23.00", "123.00")),
        ("100", {"name": {"en": "VAT"}, "rate": 23, "included": False}, ("100.00", "23.00", "123.00")),
        ("0.99", {"name": {"en": "VAT"}, "rate": 8}, ("0.92", "0.07", "0.99")),
        ("0.99", {"name": {"en": "VAT"}, "rate": 8, "included": False}, ("0.99", "0.08", "1.07")),
        ("5", None, ("5.00", "0.00", "5.00")),
    ],
)
def test_taxes_included_and_added(value: str, tax: Any, expected: tuple[str, str, str]) -> None:
    assert priced(price(value=value, tax=tax)).items[0].taxed == Taxed(*map(D, expected))


def test_totals_by_period_and_currency() -> None:
    found = priced(
        price("setup", value=10),
        price("monthly", "recurring", value=5, period="P1M"),
        price("second", "recurring", value="2.50", period="P1M"),
        price("roaming", value=3, currency="EUR"),
        price("rate", "rate", value=9),
    )
    sums = totals((item, 2) for item in found.items)
    assert {currency: sum_.gross for currency, sum_ in sums.once.items()} == {"PLN": D("20.00"), "EUR": D("6.00")}
    assert {key: sum_.gross for key, sum_ in sums.periodic.items()} == {("PLN", "P1M"): D("15.00")}
