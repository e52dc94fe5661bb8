"""Rates against published figures and what must hold of any: the examples of the directives, of lenders, and formulas.

The examples of Directive 98/7/EC, Annex III, are those by which the formula of Directive 2008/48/EC, Annex I, was
introduced; the directive rounds half up.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.calculators.finance.days import year_fraction
from catalogue.calculators.finance.loans import Terms, instalment, schedule
from catalogue.calculators.finance.rates import Flow, annual_rate, effective_rate, nominal_rate, present_value
from catalogue.pricing import rounded
from state_machines.feel.temporal import Date, parse_date
from tests.effort import effort

D = Decimal


def rate(*flows: tuple[str, Decimal]) -> Decimal:
    return rounded(annual_rate([Flow(D(amount), years) for amount, years in flows]), 2)


def days(count: int) -> Decimal:
    return D(count) / 365


@pytest.mark.parametrize(
    ("flows", "published"),
    [
        ([("1000", days(0)), ("-1200", days(546))], "12.96"),
        ([("950", days(0)), ("-1200", days(546))], "16.90"),
        ([("1000", days(0)), ("-600", days(365)), ("-600", days(730))], "13.07"),
        ([("1000", D(0)), ("-1200", D("1.5"))], "12.92"),
        ([("950", D(0)), ("-1200", D("1.5"))], "16.85"),
        ([("1000", D(0)), ("-600", D(1)), ("-600", D(2))], "13.07"),
        ([("1000", D(0)), ("-272", D("0.25")), ("-272", D("0.5")), ("-544", D(1))], "13.19"),
    ],
)
def test_the_examples_of_the_directive(flows: list[tuple[str, Decimal]], published: str) -> None:
    assert rate(*flows) == D(published)


def test_a_personal_loan_as_published() -> None:
    """10,000 in 60 instalments of 222.44: 12.7 % (Consumer Finance Association's example of the same formula)."""
    flows = [("-10000", D(0)), *(("222.44", D(month) / 12) for month in range(1, 61))]
    assert rounded(rate(*flows), 1) == D("12.7")


def test_a_mortgage_whose_rate_changes_as_published() -> None:
    """Which?: 125,000 over 25 years, 3.5 % for two years, then 5.5 %, fees of 999: 225,131.92 in all, APRC 5.3 %."""
    first = rounded(instalment(D(125_000), D("3.5"), 300, Terms()), 2)
    owed = list(schedule(D(125_000), D("3.5"), 300, Terms()))[23].balance
    then = rounded(instalment(owed, D("5.5"), 276, Terms()), 2)
    paid = [first] * 24 + [then] * 276
    assert abs(sum(paid) + 999 - D("225131.92")) < 1
    flows = [("124001", D(0)), *((str(-each), D(month) / 12) for month, each in enumerate(paid, start=1))]
    assert rounded(rate(*flows), 1) == D("5.3")


@pytest.mark.parametrize(
    ("start", "end", "convention", "years"),
    [
        ("2025-01-15", "2025-07-15", "ACT/365", D(181) / 365),
        ("2025-01-15", "2025-07-15", "ACT/360", D(181) / 360),
        ("2023-11-01", "2024-05-01", "ACT/ACT", D(61) / 365 + D(121) / 366),
        ("2003-11-01", "2004-05-01", "ACT/ACT", D("0.497724380567")),  # ISDA's memorandum on ACT/ACT
        ("2024-01-31", "2024-02-29", "30/360", D(29) / 360),
        ("2024-01-31", "2024-03-31", "30/360", D(60) / 360),
        ("2024-02-29", "2024-03-31", "30/360", D(32) / 360),
        ("2024-02-29", "2024-03-31", "30E/360", D(31) / 360),
        ("2025-01-31", "2025-02-28", "EU", D(1) / 12),
        ("2025-01-01", "2025-01-15", "EU", D(2) / 52),
        ("2015-01-12", "2015-02-15", "EU", D(1) / 12 + D(3) / 365),
        ("2024-03-01", "2024-03-11", "EU", D(10) / 366),
        ("2026-01-01", "2025-01-01", "EU", D(-1)),
    ],
)
def test_day_counts(start: str, end: str, convention: str, years: Decimal) -> None:
    first, last = parse_date(start), parse_date(end)
    assert first is not None
    assert last is not None
    assert abs(year_fraction(first, last, convention) - years) < D("1e-12")


def test_what_is_no_convention_is_refused() -> None:
    with pytest.raises(ValueError, match="30/360"):
        year_fraction(Date(2026, 1, 1), Date(2026, 2, 1), "30/365")


@pytest.mark.parametrize("flows", [[], [Flow(D(1), D(0))], [Flow(D(1), D(0)), Flow(D(-2), D(0))]])
def test_flows_without_a_rate_are_refused(flows: list[Flow]) -> None:
    with pytest.raises(ValueError, match="a rate needs flows"):
        annual_rate(flows)


AMOUNTS = st.decimals(100, 1_000_000, places=2)
RATES = st.decimals("0", "40", places=2)
COUNTS = st.integers(1, 120)


@given(AMOUNTS, RATES, COUNTS, st.decimals("0", "0.2", places=3))
@effort(60)
def test_at_the_rate_all_flows_are_worth_nothing(amount: Decimal, nominal: Decimal, count: int, fee: Decimal) -> None:
    rows = schedule(amount, nominal, count, Terms())
    flows = [Flow(amount * (1 - fee), D(0)), *(Flow(-row.instalment, D(row.number) / 12) for row in rows)]
    assert abs(present_value(annual_rate(flows), flows)) < D("0.01")


@given(AMOUNTS, RATES, COUNTS)
@effort(60)
def test_without_costs_it_is_the_effective_rate(amount: Decimal, nominal: Decimal, count: int) -> None:
    paid = instalment(amount, nominal, count, Terms())
    flows = [Flow(amount, D(0)), *(Flow(-paid, D(month) / 12) for month in range(1, count + 1))]
    assert abs(annual_rate(flows) - effective_rate(nominal, 12)) < D("1e-12")


@given(AMOUNTS, RATES, COUNTS, st.decimals("0", "0.1", places=3))
@effort(40)
def test_costs_make_it_dearer(amount: Decimal, nominal: Decimal, count: int, fee: Decimal) -> None:
    paid = instalment(amount, nominal, count, Terms())
    payments = [Flow(-paid, D(month) / 12) for month in range(1, count + 1)]
    with_fee = annual_rate([Flow(amount * (1 - fee), D(0)), *payments])
    assert with_fee >= annual_rate([Flow(amount, D(0)), *payments]) - D("1e-12")


@given(st.decimals("-20", "900000", places=2), st.integers(1, 1200))
@effort(60)
def test_any_rate_of_two_flows_is_found(percent: Decimal, weeks: int) -> None:
    years = D(weeks) / 52
    flows = [Flow(D(100), D(0)), Flow(-100 * (1 + percent / 100) ** years, years)]
    if flows[1].amount != -100 or percent == 0:
        assert abs(annual_rate(flows) - percent) < D("1e-9")


@given(RATES, st.integers(1, 365))
@effort(60)
def test_nominal_and_effective_rates_are_two_ways_to_say_one_thing(nominal: Decimal, times: int) -> None:
    assert abs(nominal_rate(effective_rate(nominal, times), times) - nominal) < D("1e-20")
