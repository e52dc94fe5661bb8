"""Expressions of the catalogue: values, nulls and errors apart, ids with hyphens, one parse, no end without budget."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from catalogue.expressions import Context, entries_read, holds, spoken, syntax_problem, value_of, variables_read

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GIVEN: dict[str, Any] = {
    "customer": {"age": 30, "born": None, "postal-code": "00-001"},
    "features": spoken({"early-repayment": True, "rate": Decimal("9.90")}),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("= customer.age + 1", Decimal(31)),
        ("  =features.rate*2", Decimal("19.80")),
        ("= features.early-repayment", True),
        ("= features.early_repayment and customer.age-1 = 29", True),
        ('= customer.postal-code + "!"', "00-001!"),
        ("= customer.born", None),
    ],
)
def test_values(text: str, value: object) -> None:
    outcome = value_of(text, Context(GIVEN))
    assert (outcome.value, outcome.warnings) == (value, ())


def test_null_and_errors_are_told_apart() -> None:
    context = Context(GIVEN)
    assert value_of("= null", context).kind == "null"
    assert value_of("= 1", context).kind == "value"
    missing, broken = value_of("= customer.income * 2", context), value_of("= 1 +", context)
    assert (missing.kind, broken.kind) == ("error", "error")
    assert "no entry 'income' (line 1, column 3)" in missing.why
    assert "line 1" in broken.why


def test_what_has_no_end_is_an_error_soon() -> None:
    before = time.process_time()
    outcome = value_of("= count(for a in 1..1000000, b in 1..1000000 return a * b)", Context({}))
    assert outcome.kind == "error"
    assert "too many steps" in outcome.why
    assert time.process_time() - before < 5


def test_the_moment_is_the_clock() -> None:
    assert value_of('= now() = @"2026-03-01T12:00:00Z"', Context({}), at=NOON).value is True
    assert value_of("= today()", Context({})).kind == "error"


def test_inner_contexts_see_the_outer_ones_and_leave_them_alone() -> None:
    outer = Context(GIVEN)
    inner = outer.inner({"prices": {"card-fee": 5}})
    assert value_of("= prices.card-fee + customer.age", inner).number == 35
    assert value_of("= prices.card-fee", outer).kind == "error"


def test_rules_hold_only_where_true() -> None:
    context = Context(GIVEN)
    assert holds(None, context)
    assert holds("= customer.age >= 18", context)
    assert not holds("= customer.income > 0", context)
    assert not holds("= customer.age +", context)


def test_what_is_read_without_evaluating() -> None:
    assert syntax_problem("= if x then") is not None
    assert syntax_problem("= a.b-c(d)") is None
    assert variables_read("= prices.fee + sum(for i in rates return i * x)") == {"prices", "rates", "x"}
    assert list(entries_read("= prices.b-c - prices.a", "prices", frozenset({"b-c"}))) == ["a", "b-c"]
    assert list(entries_read("= prices.a-b", "prices", frozenset({"a"}))) == ["a"]


def test_many_evaluations_are_cheap() -> None:
    """Ten thousand products ask fifty things of one customer: an evaluation is microseconds, not a parse."""
    context = Context(GIVEN)
    value_of("= customer.age >= 18 and customer.age < 65", context)
    before = time.process_time()
    for _ in range(10_000):
        value_of("= customer.age >= 18 and customer.age < 65", context)
    assert time.process_time() - before < 1
