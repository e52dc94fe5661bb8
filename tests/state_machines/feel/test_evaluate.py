"""What an expression gives: values, nulls with their reasons, limits."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.feel import (
    FeelSyntaxError,
    evaluate,
    evaluate_unary_tests,
    evaluate_with_warnings,
    names_read,
    parse,
    parse_unary_tests,
    to_json,
    to_jsonata,
)
from state_machines.feel.juel import parse_juel
from tests.effort import effort

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("0.1 + 0.2 = 0.3", {}, True),
        ("1 / 3 * 3 = 1", {}, False),
        ("null and false", {}, False),
        ("null or 1", {}, None),
        ("Monthly Salary * 12", {"Monthly Salary": 10}, 120),
        ("a-b + 1", {"a-b": 1, "a": 9, "b": 9}, 2),
        ("order.line items[price > 2].price", {"order": {"line items": [{"price": 1}, {"price": 3}]}}, [3]),
        ("[1, 2, 3][-1]", {}, 3),
        ("for i in 1..3, j in [i] return i * j", {}, [1, 4, 9]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", {}, [1, 1, 2, 6, 24]),
        ("some x in [1, null] satisfies x > 0", {}, True),
        ("every x in [1, null] satisfies x > 0", {}, None),
        ("{a: 1, b: a + 1}.b", {}, 2),
        ('date("2024-02-29") + duration("P1Y")', {}, "2025-02-28"),
        ('date("2024-03-01") - date("2024-02-01")', {}, "P29D"),
        ('@"2024-01-01T10:00:00@Europe/Warsaw" = @"2024-01-01T09:00:00Z"', {}, True),
        ("today()", {}, "2026-11-22"),
        ("now().hour", {}, 10),
        ("x in (1, [5..7), > 100)", {"x": 7}, False),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", {}, 120),
        ("x instance of list<number>", {"x": [1]}, True),
        ('substring(string: "abc", start position: -2)', {}, "bc"),
        ('replace("abc", "(b)", "[$1]")', {}, "a[b]c"),
        ("// one\n1 /* two */ + 1", {}, 2),
        ('"\\u00e9\\uD83D\\uDE00"', {}, "é😀"),
        ("{😀 count: 2}.😀 count", {}, 2),
        ("log(0)", {}, None),
        ('time("10:30:00@Europe/Paris") = time("10:30:00@Asia/Dhaka")', {}, False),
        ('matches("hello world", "hello[ ]wo rld", "x")', {}, True),
        ('matches("A", "[^a]", "i")', {}, False),
        ('matches("feel:x", "^\\\\i\\\\c*$")', {}, True),
        ('matches("abcd", "[\\\\1]")', {}, None),
        ('replace("abracadabra", ".*?", "$1")', {}, None),
    ],
)
def test_values(text: str, context: dict[str, Any], expected: object) -> None:
    assert to_json(evaluate(text, context, clock=lambda: NOW)) == expected


@pytest.mark.parametrize(
    ("text", "words", "column"),
    [
        ("1 + missing", "no variable 'missing'", 5),
        ('1 + "a"', "number + string", 1),
        ("a.b", "no entry 'b'", 1),
        ('substring("a", 5)', "outside", 1),
        ("1 +", "the expression ends", 4),
        ("now()", "no clock", 1),
    ],
)
def test_null_comes_with_its_reason_and_place(text: str, words: str, column: int) -> None:
    result = evaluate_with_warnings(text, {"a": {}})
    assert result.value is None
    assert any(words in each.message and each.column == column for each in result.warnings), result.warnings


def test_unary_tests() -> None:
    assert evaluate_unary_tests('not("a", "b")', "c", {}) is True
    assert evaluate_unary_tests("< limit, > 100", 5, {"limit": 10}) is True
    assert evaluate_unary_tests("< 10", None, {}) is None
    assert evaluate_unary_tests("? > 1 and ? < 3", 2, {}) is True
    assert evaluate_unary_tests("-", None, {}) is True


@pytest.mark.parametrize(
    "text",
    [
        "{f: function(n) f(n + 1), r: f(0)}.r",
        "for i in 1..1000000000 return i",
        "for i in 1..10000, j in 1..10000 return 0",
        'matches("' + "a" * 5000 + 'b", "(a+)+$")',
        "9 ** 9 ** 9 ** 9",
        "(" * 5000 + "1" + ")" * 5000,
        "[" * 5000,
        "-" * 5000 + "1",
        " and ".join(["true"] * 5000),
        "1" + " + 1" * 5000,
        "a" + ".b" * 5000,
    ],
)
def test_nothing_hangs_or_exhausts(text: str) -> None:
    result = evaluate_with_warnings(text, {"a": {}})
    assert result.value is not None or result.warnings
    with suppress(FeelSyntaxError):
        assert to_jsonata(parse(text)).verdict in ("native", "function")


@effort(100)
@given(st.one_of(st.text(), st.text('ab1 .,()[]{}"+-*/<>=?:@#forinsomeifthenelsereturnnotand')))
def test_any_text_parses_or_is_refused_with_a_place(text: str) -> None:
    for read in (parse, parse_unary_tests, parse_juel):
        try:
            read(text)
        except FeelSyntaxError as error:
            assert error.line >= 1 and error.column >= 1


def test_names_read() -> None:
    text = (
        "some x in order.items satisfies x.price > limit and contains(x.name, name) and count(order.items[a = 1]) > 0"
    )
    assert names_read(parse(text)) == {"order", "limit", "name", "a"}


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("${amount > 100 && !approved}", {"amount": 200, "approved": False}, True),
        ("#{empty items ? 'none' : items[0]}", {"items": ["x"]}, "x"),
        ("${empty items ? 'none' : items[0]}", {"items": []}, "none"),
        ("${execution.getVariable('a') eq 3 or b['c d'] lt 1}", {"a": 3}, True),
        ("${execution.hasVariable('a') && !execution.hasVariable('b')}", {"a": 3}, True),
        ("${items.size() > 1 and items.contains('b')}", {"items": ["a", "b"]}, True),
        ("${name.toUpperCase().startsWith('AB') and name.contains('b')}", {"name": "abc"}, True),
        ("${items.isEmpty() ? 'none' : items[0]}", {"items": []}, "none"),
        ("${a.equals(b)}", {"a": "1", "b": 1}, False),
        ("${mail.length() gt 3 and not empty mail.trim()}", {"mail": "a@b "}, True),
        ("${name.substring(1, 3).concat('-').concat(a)}", {"name": "abcd", "a": 1}, "bc-1"),
        ("${name.replace('.', '-').split('-').get(1)}", {"name": "a.b"}, "b"),
        ("${a.get('b') == 1 and a.containsKey('b') and !a.containsKey('c')}", {"a": {"b": 1}}, True),
        ("Order ${id} for ${name}", {"id": 7, "name": "Ala"}, "Order 7 for Ala"),
        ("${a % 3 == 1 and a div 2 == 2}", {"a": 4}, True),
        ("Dear ${name}!", {"name": None}, "Dear !"),
        ("${!flag && not flag}", {"flag": None}, True),
        ("${name.indexOf('c') == 2 and name.indexOf('x') == -1 and name.charAt(1) == 'b'}", {"name": "abc"}, True),
        ("${name.equalsIgnoreCase('ABC') and !name.isBlank()}", {"name": "abc"}, True),
        ("${a.keySet().contains('b') ? a.values() : null}", {"a": {"b": 1}}, [1]),
        ("${data.prop('a').elements().get(1).value()}", {"data": {"a": [1, 2]}}, 2),
        ("${data.hasProp('a') and !data.hasProp('b')}", {"data": {"a": 1}}, True),
        ("${rows.getFirstResult().getEntry('b') + rows.getSingleEntry()}", {"rows": [{"a": 1, "b": 2}]}, 3),
        ("${rows.collectEntries('a')}", {"rows": [{"a": 1}, {"a": 2}]}, [1, 2]),
        ("amount >= 1", {"amount": 1}, True),
        ("${items[i + 1]}", {"items": [1, 2], "i": 0}, 2),
        ("${items[i].i}", {"items": [{"i": 7}, {"i": 8}], "i": 1}, 8),
        ("${items[i]}", {"items": [1, 2], "i": -2}, None),
        ("${items[i]}", {"items": [1, 2], "i": 2}, None),
        ("${prices[name]}", {"prices": {"a": 5}, "name": "a"}, 5),
        ("${prices[name].get(i)}", {"prices": {"a": [5]}, "name": "a", "i": 0}, 5),
        ("${prices.containsKey(name)}", {"prices": {"a": 5}, "name": "b"}, False),
    ],
)
def test_juel(text: str, context: dict[str, Any], expected: object) -> None:
    assert to_json(evaluate(parse_juel(text), context)) == expected


def test_juel_of_days_and_hours() -> None:
    read = parse_juel("${dateTime().plusDays(2).minusHours(a).toDate()}")
    assert read == parse('now() + duration("P2D") - duration("PT" + string(a) + "H")')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${text.lastIndexOf('a')}", "task before"),
        ("${text.substring(from)}", "task before"),
        ("${data.prop(name).value()}", "task before"),
        ("${items.size(1)}", "task before"),
        ("${bean.work(x)}", "task before"),
        ("${work(x)}", "task before"),
        ("${a", "ends"),
    ],
)
def test_juel_that_has_no_feel_is_refused_with_a_proposal(text: str, words: str) -> None:
    with pytest.raises(FeelSyntaxError) as error:
        parse_juel(text)
    assert words in error.value.message or words == "ends"
