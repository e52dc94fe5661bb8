"""Yields of deposits: compound interest, day counts, tax withheld."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.calculators.finance.deposits import DepositRow, DepositTerms, deposit
from catalogue.pricing import rounded
from state_machines.feel.temporal import Date
from tests.effort import effort

D = Decimal
START = Date(2025, 1, 1)


def rows(amount: str, rate: str, months: int, terms: DepositTerms, start: Date = START) -> list[DepositRow]:
    return list(deposit(D(amount), D(rate), start, months, terms))


@pytest.mark.parametrize(
    ("capitalisation", "periods"), [("monthly", 12), ("quarterly", 4), ("halfYearly", 2), ("yearly", 1), ("end", 1)]
)
def test_capitalisation_is_the_compound_formula(capitalisation: str, periods: int) -> None:
    """10,000 at 6 % for a year: P * (1 + r / m) ^ m, e.g. 10,616.78 with monthly interest (30/360)."""
    terms = DepositTerms(capitalisation=capitalisation, days="30/360", digits=10)
    expected = 10_000 * (1 + D("0.06") / periods) ** periods
    assert rounded(rows("10000", "6", 12, terms)[-1].balance, 2) == rounded(expected, 2)


def test_daily_capitalisation() -> None:
    """10,000 at 5 % for 365 days: 10,000 * (1 + 0.05 / 365) ^ 365 = 10,512.67."""
    terms = DepositTerms(capitalisation="daily", digits=10)
    found = rows("10000", "5", 12, terms)
    assert len(found) == 365
    assert rounded(found[-1].balance, 2) == D("10512.67")


def test_three_months_with_tax_withheld() -> None:
    """10,000 at 4 % for 90 of 365 days: 98.63 interest, 19 % tax 18.74."""
    found = rows("10000", "4", 3, DepositTerms(tax=D(19)))
    assert [(str(r.end), r.interest, r.tax, r.balance) for r in found] == [
        ("2025-04-01", D("98.63"), D("18.74"), D("10079.89"))
    ]
    assert rows("10000", "4", 3, DepositTerms(tax=D(19), tax_rounding="up"))[0].tax == D("18.74")
    assert rows("10000", "4", 3, DepositTerms(tax=D(19), tax_digits=0))[0].tax == 19


@pytest.mark.parametrize(
    ("convention", "interest"), [("ACT/365", "98.90"), ("ACT/360", "100.28"), ("ACT/ACT", "98.65"), ("30/360", "99.17")]
)
def test_day_counts_across_a_leap_day(convention: str, interest: str) -> None:
    """10,000 at 4 %: from 2023-12-01 31 days of an ordinary year, 59 + 1 of a leap year until 2024-03-01 and so on."""
    by_hand = {
        "ACT/365": D(400) * 91 / 365,
        "ACT/360": D(400) * 91 / 360,
        "ACT/ACT": D(400) * 31 / 365 + D(400) * 60 / 366,
        "30/360": D(400) * 90 / 360,
    }
    found = rows("10000", "4", 3, DepositTerms(days=convention), Date(2023, 12, 1))[0].interest
    assert found == rounded(by_hand[convention], 2)


def test_the_last_period_is_cut_short() -> None:
    found = rows("1000", "12", 7, DepositTerms(capitalisation="quarterly", days="30/360"))
    assert [str(row.end) for row in found] == ["2025-04-01", "2025-07-01", "2025-08-01"]
    assert [row.interest for row in found] == [D("30.00"), D("30.90"), D("10.61")]


@pytest.mark.parametrize(
    ("months", "terms"),
    [(0, DepositTerms()), (1201, DepositTerms()), (12, DepositTerms("weekly")), (1200, DepositTerms("daily"))],
)
def test_what_cannot_be_computed_is_refused(months: int, terms: DepositTerms) -> None:
    with pytest.raises(ValueError, match=r"."):
        rows("1000", "4", months, terms)


@given(
    st.decimals(1, 1_000_000, places=2),
    st.decimals(0, 30, places=2),
    st.integers(1, 60),
    st.sampled_from(["monthly", "quarterly", "halfYearly", "yearly", "end"]),
    st.decimals(0, 40, places=1),
)
@effort(80)
def test_balances_grow_by_interest_less_tax(
    amount: Decimal, rate: Decimal, months: int, capitalisation: str, tax: Decimal
) -> None:
    found = list(deposit(amount, rate, START, months, DepositTerms(capitalisation=capitalisation, tax=tax)))
    balance = amount
    for row in found:
        assert 0 <= row.tax <= row.interest
        balance += row.interest - row.tax
        assert row.balance == balance
    assert [row.start for row in found[1:]] == [row.end for row in found[:-1]]


@given(st.decimals(1000, 1_000_000, places=2), st.decimals("0.1", 30, places=2), st.integers(1, 60))
@effort(40)
def test_more_often_is_never_less(amount: Decimal, rate: Decimal, months: int) -> None:
    ways = [DepositTerms(each, days="30/360", digits=12) for each in ("end", "yearly", "quarterly", "monthly")]
    balances = [list(deposit(amount, rate, Date(2025, 1, 15), months, way))[-1].balance for way in ways]
    assert balances == sorted(balances)
