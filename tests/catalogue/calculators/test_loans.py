"""Instalments and schedules of loans and leases: published formulas, and sums that agree to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.calculators.finance.loans import Row, Terms, instalment, schedule
from catalogue.pricing import rounded
from state_machines.feel.temporal import Date
from tests.effort import effort

D = Decimal


@pytest.mark.parametrize(
    ("amount", "rate", "number", "terms", "published"),
    [
        (200_000, "6.5", 360, Terms(), "1264.14"),
        (100_000, "6", 360, Terms(), "599.55"),
        (10_000, "12", 12, Terms(), "888.49"),
        (10_000, "0", 8, Terms(), "1250.00"),
        (20_000, "8", 5, Terms(per_year=1), "5009.13"),
        (30_000, "6", 36, Terms(balloon=D(10_000)), "658.44"),
        (10_000, "12", 12, Terms(advance=True), "879.69"),
    ],
)
def test_the_annuity_formula(amount: int, rate: str, number: int, terms: Terms, published: str) -> None:
    assert rounded(instalment(D(amount), D(rate), number, terms), 2) == D(published)


def test_a_schedule_to_the_cent() -> None:
    rows = list(schedule(D(1000), D(12), 3, Terms(start=Date(2026, 1, 31))))
    assert [(str(r.date), r.instalment, r.interest, r.principal, r.balance) for r in rows] == [
        ("2026-02-28", D("340.02"), D("10.00"), D("330.02"), D("669.98")),
        ("2026-03-31", D("340.02"), D("6.70"), D("333.32"), D("336.66")),
        ("2026-04-30", D("340.03"), D("3.37"), D("336.66"), D("0.00")),
    ]


def test_interest_by_days() -> None:
    """31, 28 and 31 days of 2026 at 12 % of 365 days."""
    rows = list(schedule(D(1000), D(12), 3, Terms(start=Date(2026, 1, 1), days="ACT/365", kind="decreasing")))
    assert [row.interest for row in rows] == [D("10.19"), D("6.14"), D("3.40")]
    assert [row.principal for row in rows] == [D("333.33"), D("333.33"), D("333.34")]


def test_a_lease_in_advance_with_a_residual_value() -> None:
    rows = list(schedule(D(100_000), D(9), 35, Terms(advance=True, balloon=D(20_000), start=Date(2026, 3, 1))))
    assert (rows[0].interest, str(rows[0].date)) == (D("0.00"), "2026-03-01")
    assert (rows[-1].instalment, str(rows[-1].date), rows[-1].balance) == (D(20_000), "2029-02-01", 0)
    assert abs(rows[-1].interest - rows[-2].balance * D("0.0075")) <= D("0.01")


@pytest.mark.parametrize(
    ("rate", "number", "terms"),
    [
        ("12", 0, Terms()),
        ("-1200", 12, Terms()),
        ("12", 20_001, Terms()),
        ("12", 12, Terms(per_year=0)),
        ("12", 12, Terms(per_year=7, start=Date(2026, 1, 1))),
        ("12", 12, Terms(days="ACT/365")),
        ("12", 12, Terms(days="30/365", start=Date(2026, 1, 1))),
    ],
)
def test_what_cannot_be_computed_is_refused(rate: str, number: int, terms: Terms) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(schedule(D(1000), D(rate), number, terms))


TERMS = st.builds(
    Terms,
    per_year=st.sampled_from([1, 2, 4, 12, 52]),
    balloon=st.sampled_from([D(0), D(0), D("50.55"), D(99)]),
    advance=st.booleans(),
    kind=st.sampled_from(["equal", "decreasing"]),
    start=st.dates().map(lambda day: Date(2000 + day.year % 100, day.month, min(day.day, 28))),
    days=st.sampled_from(["", "ACT/365", "ACT/ACT", "30/360"]),
    digits=st.sampled_from([0, 2, 3]),
    rounding=st.sampled_from(["halfUp", "halfEven", "up", "down"]),
)


@given(st.decimals(100, 1_000_000, places=2), st.decimals(0, 60, places=2), st.integers(1, 200), TERMS)
@effort(150)
def test_every_schedule_pays_back_exactly(amount: Decimal, rate: Decimal, number: int, terms: Terms) -> None:
    rows = list(schedule(amount, rate, number, terms))
    assert sum(row.principal for row in rows) == amount
    assert rows[-1].balance == 0
    balance = amount
    for row in rows:
        assert row.instalment == row.interest + row.principal
        balance -= row.principal
        assert row.balance == balance
    assert len(rows) == number + bool(terms.balloon)


def _amounts(rows: list[Row]) -> list[Decimal]:
    return [row.instalment for row in rows]


@given(st.decimals(1000, 1_000_000, places=2), st.decimals(0, 30, places=2), st.integers(2, 200))
@effort(80)
def test_only_the_last_instalment_differs_and_by_cents(amount: Decimal, rate: Decimal, number: int) -> None:
    *equal, last = _amounts(list(schedule(amount, rate, number, Terms())))
    assert len(set(equal)) == 1
    growth = (1 + rate / 1200) ** number
    assert abs(last - equal[0]) <= D("0.01") * number * growth


@given(
    st.decimals(1000, 1_000_000, places=2),
    st.decimals(0, 30, places=2),
    st.integers(1, 200),
    st.decimals("0.01", 5, places=2),
)
@effort(80)
def test_dearer_with_the_rate_and_smaller_with_the_term(
    amount: Decimal, rate: Decimal, number: int, more: Decimal
) -> None:
    paid = instalment(amount, rate, number, Terms())
    assert instalment(amount, rate + more, number, Terms()) > paid
    assert instalment(amount, rate, number + 1, Terms()) < paid
    assert instalment(amount, rate, number, Terms(balloon=amount / 2)) < paid
