"""Calculators at work: inputs within limits, results in order, schedules, and everything wrong at once."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalogue.calculators import InputProblem, Simulation, simulate
from catalogue.calculators.check import check_calculator
from catalogue.kinds.calculator import Calculator

PAGE = Path("docs/calculators.md")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
D = Decimal


def calculator(
    inputs: list[dict[str, Any]], results: list[dict[str, Any]], limits: Any = (), schedule: Any = None
) -> Calculator:
    named = [{"name": {"en": each["id"]}} | each for each in results]
    filled = [{"name": {"en": each["id"]}} | each for each in inputs]
    body = {"id": "c", "name": {"en": "C"}, "inputs": filled, "results": named, "limits": list(limits)}
    return Calculator.model_validate(body | ({"schedule": schedule} if schedule else {}))


def run(of: Calculator, inputs: dict[str, Any], **more: Any) -> Simulation | tuple[InputProblem, ...]:
    known: dict[str, Any] = {"features": {}, "prices": {}, "customer": {}, "channel": "web", "at": NOON}
    return simulate(of, inputs, **(known | more))


def values(of: Calculator, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = run(of, inputs, **more)
    assert isinstance(found, Simulation), found
    return found.values()


def problems(of: Calculator, inputs: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    found = run(of, inputs, **more)
    assert isinstance(found, tuple), found
    return [(problem.input, problem.code) for problem in found]


def example() -> Calculator:
    """The cash loan of the page."""
    return Calculator.model_validate(yaml.safe_load(PAGE.read_text().split("```yaml\n")[1].split("```")[0]))


def test_the_page_s_loan_comes_to_what_the_page_says() -> None:
    found = run(example(), {})
    assert isinstance(found, Simulation)
    head, row = (PAGE.read_text().splitlines()[index].strip("| ").split(" | ") for index in (-3, -1))
    assert {id_: str(value) for id_, value in found.values().items()} == dict(zip(head, row, strict=True))
    assert found.rows is not None
    assert len(found.rows) == 36
    assert sum(each["principal"] for each in found.rows) == 20_000
    assert found.rows[-1]["balance"] == 0
    assert list(check_calculator(example(), features=[], prices=[])) == []


def test_a_deposit() -> None:
    of = calculator(
        [{"id": "amount", "kind": "money"}, {"id": "start", "kind": "date", "default": "= today()"}],
        [
            {
                "id": "rows",
                "kind": "hidden",
                "value": '= deposit schedule(amount, features.base-rate, start, 12, {capitalisation: "quarterly",'
                ' days: "30/360", tax: features.tax})',
            },
            {"id": "paid-out", "kind": "money", "currency": "PLN", "value": "= rows[-1].balance"},
            {"id": "ends", "kind": "date", "value": "= rows[-1].end"},
        ],
    )
    found = values(of, {"amount": "10000"}, features={"base-rate": 4, "tax": 19})
    # 100.00 - 19.00, then 100.81 - 19.15, 101.63 - 19.31, 102.45 - 19.47
    assert found == {"paid-out": D("10327.96"), "ends": "2027-03-01"}


def test_a_policy_s_premium_and_a_lease() -> None:
    factors = {"small": D("0.9"), "large": D("1.3")}
    of = calculator(
        [
            {"id": "car", "kind": "choice", "choices": ["small", "large"]},
            {"id": "claims", "kind": "number", "min": 0, "step": 1, "default": 0},
            {"id": "in-parts", "kind": "yesNo", "default": False},
        ],
        [
            {
                "id": "premium",
                "kind": "money",
                "currency": "PLN",
                "value": "= prices.base * get value(features.factors, car) * 1.15 ** claims"
                " * (if in-parts then 1.05 else 1)",
            },
            {"id": "part", "kind": "money", "currency": "PLN", "rounding": "up", "value": "= premium / 12"},
        ],
    )
    more: dict[str, Any] = {"prices": {"base": D("800")}, "features": {"factors": factors}}
    assert values(of, {"car": "small"}, **more) == {"premium": D("720.00"), "part": D("60.00")}
    # 800 * 1.3 * 1.3225 * 1.05
    expected = {"premium": D("1444.17"), "part": D("120.35")}
    assert values(of, {"car": "large", "claims": 2, "in-parts": True}, **more) == expected


def test_results_see_what_is_rounded_before_them() -> None:
    of = calculator([], [{"id": "a", "value": "= 2 / 3", "digits": 1}, {"id": "b", "value": "= a * 10"}])
    assert values(of, {}) == {"a": D("0.7"), "b": D("7.0")}


LIMITED = calculator(
    [
        {"id": "amount", "kind": "money", "min": "= features.least", "max": 5000, "step": 100},
        {"id": "months", "kind": "number", "min": 3, "max": "= if customer.vip = true then 60 else 36"},
        {"id": "note", "kind": "text", "required": False},
        {"id": "when", "kind": "date", "required": False},
        {"id": "plan", "kind": "choice", "choices": ["s", 2], "default": "s"},
    ],
    [{"id": "out", "value": "= amount / months", "digits": 2}],
    [{"rule": "= amount / months <= 500", "words": {"en": "Too high an instalment.", "pl": "Za wysoka rata."}}],
)
FEATURES = {"least": 500}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, [("amount", "required"), ("months", "required")]),
        ({"amount": "1_000", "months": " 12 "}, [("amount", "kind"), ("months", "kind")]),
        ({"amount": "\N{FULLWIDTH DIGIT ONE}000", "months": "Infinity"}, [("amount", "kind"), ("months", "kind")]),
        (
            {"amount": 450, "months": 99, "x": 1},
            [("x", "unknown"), ("amount", "min"), ("amount", "step"), ("months", "max")],
        ),
        ({"amount": "many", "months": True}, [("amount", "kind"), ("months", "kind")]),
        ({"amount": "1e99", "months": "NaN"}, [("amount", "kind"), ("months", "kind")]),
        (
            {"amount": 1000, "months": 12, "plan": "xl", "when": "soon", "note": 5},
            [("note", "kind"), ("when", "kind"), ("plan", "choice")],
        ),
        ({"amount": 5000, "months": 3}, [("", "limit")]),
    ],
)
def test_everything_wrong_with_the_inputs_at_once(inputs: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(LIMITED, inputs, features=FEATURES) == expected


def test_limits_depend_on_the_customer_and_say_what_they_are() -> None:
    inputs = {"amount": 1000, "months": 48, "plan": "2"}
    assert values(LIMITED, inputs, features=FEATURES, customer={"vip": True}) == {"out": D("20.83")}
    found = run(LIMITED, inputs, features=FEATURES)
    assert isinstance(found, tuple)
    assert (found[0].bound, found[0].message) == (36, "months is at most 36.")
    together = run(LIMITED, {"amount": 5000, "months": 3}, features=FEATURES)
    assert isinstance(together, tuple)
    assert together[0].words["pl"] == "Za wysoka rata."


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("= x / 0", "No result"),
        ("= instalment(x, 5, 0)", "1 to 20000 payments"),
        ("= instalment(x, 5, 12, {perYears: 1})", "no option per_years"),
        ('= "text"', "a number is expected, not a string"),
        ("= sum(for a in 1..2000, b in 1..2000 return a)", "too many steps"),
    ],
)
def test_a_result_that_cannot_be_computed_says_which_and_why(value: str, words: str) -> None:
    found = run(calculator([{"id": "x", "kind": "number"}], [{"id": "out", "value": value}]), {"x": 1})
    assert isinstance(found, tuple)
    assert (found[0].input, found[0].code) == ("out", "failed")
    assert words in found[0].message


def test_all_expressions_share_one_budget() -> None:
    """Sixty results that each take nearly all steps would keep a function busy for minutes."""
    results = [{"id": f"r{i}", "value": "= count(for a in 1..100000 return a)"} for i in range(60)]
    assert problems(calculator([], results), {})[0][1] == "failed"


def test_schedules_have_an_end() -> None:
    schedule = {"name": {"en": "S"}, "columns": [{"id": "n", "name": {"en": "N"}}]}
    for rows, code in (
        ("= for i in 1..1000 return {n: i}", None),
        ("= for i in 1..1001 return {n: i}", "failed"),
        ("= 1", "failed"),
    ):
        found = run(calculator([], [{"id": "a", "value": "= 1"}], schedule=schedule | {"rows": rows}), {})
        assert isinstance(found, Simulation) is (code is None)


def found_by_check(of: Calculator, **more: Any) -> set[tuple[str, str]]:
    return {(problem.code, problem.pointer) for problem in check_calculator(of, **more)}


def test_everything_wrong_with_a_calculator_at_once() -> None:
    of = calculator(
        [
            {"id": "a", "kind": "number", "min": 5, "max": 1},
            {"id": "a", "kind": "money", "step": 0, "default": "much"},
            {"id": "c-d", "kind": "choice"},
            {"id": "e", "kind": "text", "choices": ["x"], "default": "= customer.name"},
            {"id": "f", "kind": "number", "max": 3, "default": 4},
            {"id": "prices", "kind": "number", "min": "= inputs.a"},
        ],
        [
            {"id": "r", "value": "= later + a +"},
            {"id": "s", "value": "= later + c_d + c-d + unknown", "currency": "XYZ"},
            {"id": "later", "value": "= features.fee + features.none + prices.rate + instalment(a, 1, 2)"},
        ],
        [{"rule": "= later > 1", "words": {"en": "No."}}],
        {
            "name": {"en": "S"},
            "rows": "= loan schedule(a, later, 9)",
            "columns": [{"id": "n", "name": {"en": "N"}}] * 2,
        },
    )
    assert found_by_check(of, features=["fee"], prices=[]) == {
        ("CALC-006", "/inputs/0/min"),
        ("CALC-003", "/inputs/1/id"),
        ("CALC-006", "/inputs/1/step"),
        ("CALC-004", "/inputs/1/default"),
        ("CALC-005", "/inputs/2/choices"),
        ("CALC-005", "/inputs/3/choices"),
        ("CALC-004", "/inputs/4/default"),
        ("CALC-003", "/inputs/5/id"),
        ("CALC-002", "/inputs/5/min"),
        ("CALC-001", "/results/0/value"),
        ("CALC-007", "/results/1/value"),
        ("CALC-002", "/results/1/value"),
        ("CALC-009", "/results/1/currency"),
        ("CALC-002", "/results/2/value"),
        ("CALC-007", "/limits/0/rule"),
        ("CALC-008", "/schedule/columns/1/id"),
    }
