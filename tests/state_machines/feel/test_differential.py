"""The two readers of a tree agree: what evaluate gives is what the JSONata gives, always, or there is no JSONata."""

from pathlib import Path
from typing import Any

from hypothesis import event, example, given
from hypothesis import strategies as st

from state_machines.feel import (
    evaluate,
    evaluate_unary_tests,
    parse,
    parse_unary_tests,
    to_json,
    to_jsonata,
    to_jsonata_condition,
    to_jsonata_unary_tests,
)
from state_machines.feel.types import DATE, NUMBER, Type, context_of
from tests.effort import effort

from .jsonata_runner import run_jsonata
from .strategies import anything, expressions, inputs, leaves

TYPICAL = Path(__file__).with_name("typical.txt").read_text().splitlines()
DECLARED = {
    **dict.fromkeys(("amount", "rate", "total", "discount", "price", "quantity", "count"), NUMBER),
    "birthday": DATE,
    "order": context_of({"date": DATE, "dueDate": DATE, "total": NUMBER}),
}
"""What the forms of a process declare."""


def identical(left: Any, right: Any) -> bool:
    """Equal with types: True is not 1. Doubles may differ in the sixteenth digit."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) <= 1e-15 * max(abs(left), abs(right))
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(identical, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(identical(value, right[key]) for key, value in left.items())
    return type(left) is type(right) and left == right


HUGE = {"a": 10000144344380077980247916544, "b": -1.25e30}
"""Numbers whose digits end left of the point: rounding them is of no use, and must do no harm."""


@effort(1000)
@given(expressions, inputs)
@example("sum([a, b]) + a", HUGE)
@example("a * 1.5 - b / 3 + a ** 2 + modulo(a, 7)", HUGE)
@example("[decimal(a, 2), floor(b), round half up(b, 3), round down(a, 1), round up(b, 1), mean([a, b])]", HUGE)
def test_values_and_conditions_agree(text: str, data: dict[str, Any]) -> None:
    node = parse(text)
    expected = evaluate(node, data)
    value, condition = to_jsonata(node), to_jsonata_condition(node)
    event(f"value {value.verdict}")
    if value.verdict == "native":
        got = run_jsonata(value.jsonata, data)
        assert identical(got, to_json(expected)), (value.jsonata, got, to_json(expected))
    if condition.verdict == "native":
        assert run_jsonata(condition.jsonata, data) is (expected is True), condition.jsonata


@effort(600)
@given(
    st.lists(leaves, min_size=1, max_size=3), st.booleans(), st.sampled_from(["", "<", ">=", "!="]), anything, inputs
)
def test_unary_tests_agree(tests: list[str], negated: bool, operator: str, value: Any, data: dict[str, Any]) -> None:
    text = ", ".join([f"{operator} {tests[0]}", *tests[1:]])
    node = parse_unary_tests(f"not({text})" if negated else text)
    translation = to_jsonata_unary_tests(node, "$value")
    if translation.verdict == "native":
        expected = evaluate_unary_tests(node, value, data) is True
        assert run_jsonata(translation.jsonata, data, value=value) is expected, translation.jsonata


def test_long_chains_stay_shallow() -> None:
    """The evaluator of Step Functions recurses about 100 levels; brackets are what makes it recurse here."""
    for text in (" and ".join(f"a > {i}" for i in range(300)), " + ".join(["a"] * 300), "a in (" + "1," * 300 + "2)"):
        translation = (
            to_jsonata_condition(parse(f"({text}) = 900")) if "+" in text else to_jsonata_condition(parse(text))
        )
        assert translation.verdict == "native"
        depth = deepest = 0
        for character in translation.jsonata:
            depth += {"(": 1, ")": -1}.get(character, 0)
            deepest = max(deepest, depth)
        assert deepest <= 28
        expected = evaluate(parse(f"({text}) = 900") if "+" in text else parse(text), {"a": 3})
        assert run_jsonata(translation.jsonata, {"a": 3}) is (expected is True)


def test_declared_types_open_more() -> None:
    types = {"debt": NUMBER, "income": NUMBER, "due": DATE, "person": context_of({"age": NUMBER})}
    for text, data, expected in [
        ("debt / income > 0.4", {"debt": 1, "income": 2}, True),
        ("debt / income = 3", {"debt": 0.3, "income": 0.1}, True),
        ("debt / income > 0.4", {"debt": 1, "income": 0}, False),
        ("modulo(debt, income) = 1", {"debt": -5, "income": 3}, True),
        ('due < date("2024-03-01")', {"due": "2024-02-29"}, True),
        ('due < date("2024-03-01")', {}, False),
        ("person.age >= 18", {"person": {"age": 18}}, True),
        ("person.age >= 18", {"person": None}, False),
    ]:
        translation = to_jsonata_condition(parse(text), types=types)
        assert translation.verdict == "native", (text, translation.reason)
        assert run_jsonata(translation.jsonata, data) is expected, text
    assert "declared" in to_jsonata(parse('due < date("2024-03-01")')).reason


@effort(100)
@given(st.lists(st.one_of(st.integers(-99, 99), st.decimals(-99, 99, places=2).map(float), anything), max_size=4))
def test_means_agree(numbers: list[Any]) -> None:
    translation = to_jsonata(parse("mean(l)"))
    expected = to_json(evaluate("mean(l)", {"l": numbers}))
    got = run_jsonata(translation.jsonata, {"l": numbers})
    assert identical(got, expected), translation.jsonata


def test_variables_live_where_the_caller_says() -> None:
    node = parse("some i in items satisfies i > low")
    translation = to_jsonata_condition(node, variables=lambda name: f"$order.`{name}`", bound={"low": "$low"})
    assert "$states" not in translation.jsonata
    assert run_jsonata(translation.jsonata, {}, order={"items": [1, 5]}, low=4) is True


def _left(types: dict[str, Type]) -> dict[str, str]:
    """What neither a value nor a condition says in JSONata, and why."""
    reasons = {text: to_jsonata(parse(text), types=types).reason for text in TYPICAL}
    conditions = {text: to_jsonata_condition(parse(text), types=types).reason for text in TYPICAL}
    return {text: reason for text, reason in reasons.items() if reason and conditions[text]}


def test_nearly_everything_that_processes_ask_is_native() -> None:
    """Whether anything is declared or not."""
    assert len(_left(DECLARED)) <= 0.02 * len(TYPICAL), _left(DECLARED)
    assert len(_left({})) <= 0.05 * len(TYPICAL), _left({})
