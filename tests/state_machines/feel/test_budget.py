"""No expression from outside hangs, exhausts memory or raises anything but what is documented."""

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.feel import FeelError, evaluate_strictly, evaluate_with_warnings, to_json
from state_machines.feel.juel import parse_juel
from tests.effort import effort

from .strategies import expressions, inputs

SECONDS = 10
"""Processor time that the worst expression may take; about a second where nothing else runs."""


def doubled(depth: int, times: int = 2) -> str:
    """A value that shares its parts: `times ** depth` leaves in a short text."""
    entries = [f"a{i}: [{', '.join([f'a{i - 1}'] * times)}]" for i in range(1, depth)]
    return "{a0: [1], " + ", ".join(entries) + "}"


X, Y = "x" * 40_000, "y" * 40_000
COUNT = "for i in 1..100000 return"
TYPE = "list<" * 14 + "number" + ">" * 14
TOO_MUCH = [
    doubled(40),
    f"flatten({doubled(40)}.a39)",
    f"{doubled(40)}.a39 = {doubled(40)}.a39",
    f"string({doubled(40)})",
    f"{doubled(14, 10)}.a13 instance of {TYPE}",
    f"distinct values([{doubled(40)}])",
    f"{doubled(40)}.a39 in [{doubled(40)}.a39]",
    "{a0: [1], " + ", ".join(f"a{i}: [a{i - 1}]" for i in range(1, 2000)) + "}",
    f"for i in 1..400000 return {'+'.join(['i'] * 2000)}",
    "for a in 1..1000, b in 1..1000, c in 1..1000 return a",
    "some a in 1..1000, b in 1..1000, c in 1..1000 satisfies a < 0",
    "for i in 1..10**33 return i",
    f"{COUNT} string(10 ** 6000)",
    f'{COUNT} substring("{X}", 1)',
    f'string join({COUNT} "{X}")',
    f'replace("{X}", "x", "{Y}")',
    f"({COUNT} i)[item in ({COUNT} i)]",
    "for i in 1..30000 return append(partial, i)",
    "{f: function(x) f(x), r: f(1)}.r",
    "{f: function(x) if x > 50 then x else f(x + 1) + f(x + 1), r: f(1)}.r",
    "(function(f) f(f))(function(f) f(f))",
    "(10 ** 6000) ** 6000",
    "exp(10000000)",
    "0 ** -1",
    '@"P1D" * 10 ** 6000',
    '@"2020-01-01" + @"P1Y" * 10 ** 60',
    "[1, 2, 3][10 ** 6000]",
    f'number("1{"0" * 90_000}")',
    "1" * 90_000,
    "1" + " = 1" * 5000,
    "1" + " in 1" * 5000,
    "1" + " between 1 and 2" * 3000,
    "{" + ", ".join(f"a b{i}: a b{max(i - 1, 0)}" for i in range(4000)) + "}",
]


@pytest.mark.parametrize("text", TOO_MUCH, ids=lambda text: text[:40])
def test_what_is_too_much_becomes_null(text: str) -> None:
    started = process_time()
    result = evaluate_with_warnings(text, {})
    assert result.value is None
    assert result.warnings
    assert process_time() - started < SECONDS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1" + "+1" * 4_000, 4_001),
        ("true" + " and true" * 8_000, True),
        ("count(for i in 1..20000 return i * i + 1)", 20_000),
        ("sum(for i in 1..300, j in 1..100 return i)", 4_515_000),
        ('matches("' + "a" * 30 + 'b", "(a+)+$")', False),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_merely_much_is_done(text: str, value: Any) -> None:
    assert to_json(evaluate_strictly(text, {})) == value


@effort(150)
@given(expressions, inputs)
def test_strict_evaluation_has_a_value_or_says_why_not(text: str, data: dict[str, Any]) -> None:
    lenient = evaluate_with_warnings(text, data)
    try:
        assert to_json(evaluate_strictly(text, data)) == to_json(lenient.value)
    except FeelError as error:
        assert error.warnings == lenient.warnings
    else:
        assert lenient.warnings == ()


WORDS = (
    '1 0.5 -1 10**20 1e300 null true "a" @"2024-02-29" @"P1D" @"P1M" @"T12:00:00Z" [ ] { } ( ) , : . .. + - * / **'
    " < <= > >= = != in and or between for i return some satisfies if then else function(x) instance of number"
    " list<number> sort( split( date( duration( string( flatten( append( partition( range( x a b ? item partial"
)


@effort(200)
@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=24).map(" ".join))
def test_random_texts_never_raise(text: str) -> None:
    started = process_time()
    to_json(evaluate_with_warnings(text, {"a": 3, "b": [1, None, "x"]}).value)
    assert process_time() - started < SECONDS


def test_texts_of_many_juel_parts_are_read_in_one_go() -> None:
    def seconds(parts: int) -> float:
        started = process_time()
        parse_juel("${a}" * parts)
        return process_time() - started

    few, many = (min(seconds(parts) for _ in range(3)) for parts in (1_500, 12_000))
    assert many < 16 * few
