"""A decision table's rows as plain JSON data, for the JSONata library's `cell`, `yes` and `no`.

A rule is `{"id", "k", "o", "c0", "c1", ...}`: `o` holds the output in a list of one, `k` is equal for equal ones, and
`c<i>` is the cell of input i, left out where anything passes. A cell is `{"n": negated, "t": [test, ...]}`. A test is
`{"e": value}` (equal), `{"d": value}` (different), `{"z": true or false}` (null or not), or an interval
`{"k": JSON type, "lo", "li", "hi", "ri"}` whose ends may be left out; `li` and `ri` say that the end belongs to it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from state_machines.dmn import model as m
from state_machines.dmn.item_types import Shape, fit
from state_machines.dmn.tables import cell_tests
from state_machines.feel import nodes as n
from state_machines.feel.compiler import compile_node
from state_machines.feel.environment import Run, Scope
from state_machines.feel.jsonata_text import MAX_DIGITS, Untranslatable
from state_machines.feel.parser import parse
from state_machines.feel.values import Value, to_json

Data = dict[str, Any]
_CONSTANT = (n.Literal_, n.Negation, n.ListLiteral, n.ContextLiteral)


def rule_data(
    table: m.DecisionTable,
    rule: m.Rule,
    names: frozenset[str],
    members: frozenset[str],
    shapes: list[Shape],
    number: int,
) -> Data:
    """One rule. Raises Untranslatable where a cell is no constant test or an output no constant."""
    output = output_data(table, rule, shapes)
    data: Data = {"id": rule.id, "k": json.dumps(output, sort_keys=True), "o": output}
    for column, text in enumerate(rule.tests):
        tests = cell_tests(text, names, members)
        if tests.tests:
            data[f"c{column}"] = _cell(tests, f"rule {rule.id}, column {column + 1}")
    return data


def output_data(table: m.DecisionTable, rule: m.Rule | None, shapes: list[Shape]) -> list[Any]:
    """The output of a rule, or the default output (of no rule), in a list of one."""
    texts = rule.outputs if rule is not None else tuple(c.default or m.Text("", 0) for c in table.outputs)
    if rule is None and not any(text.text for text in texts):
        return [None]
    words = f"the output of rule {rule.id}" if rule is not None else "the default output"
    values = [_output(text, shape, words) for text, shape in zip(texts, shapes, strict=False)]
    if len(table.outputs) == 1:
        return values[:1]
    return [dict(zip((clause.name for clause in table.outputs), values, strict=False))]


def _output(text: m.Text, shape: Shape, words: str) -> Any:
    value = _constant(parse(text.text), words) if text.text else None
    fits, made = fit(value, shape, Run())
    return to_json(made) if fits else None


def _constant(node: n.Node, words: str) -> Value:
    """The value of a node that reads no variable. Raises Untranslatable for other nodes and for long numbers."""
    pending = [node]
    while pending:
        each = pending.pop()
        if not isinstance(each, _CONSTANT):
            raise Untranslatable(f"{words} is computed, no constant")
        if isinstance(each, n.Literal_) and isinstance(each.value, Decimal):
            _check_digits(each.value)
        pending.extend(n.children(each))
    return compile_node(node)(Scope({}, None, Run()))


def _check_digits(value: Decimal) -> None:
    if len(value.normalize().as_tuple().digits) > MAX_DIGITS or not -300 < value.adjusted() < 300:
        raise Untranslatable(f"{value} has more than {MAX_DIGITS} digits, which JSON numbers do not keep")


def _cell(tests: n.UnaryTests, words: str) -> Data:
    data: list[Data] = []
    for test in tests.tests:
        if isinstance(test, n.ListLiteral) and tests.negated:
            raise Untranslatable(f"{words} negates a list")
        data.extend(_test(test, words))
    return {"n": tests.negated, "t": data}


def _test(test: n.Node, words: str) -> list[Data]:
    if isinstance(test, n.UnaryComparison):
        return [_comparison(test.operator, _constant(test.operand, words))]
    if isinstance(test, n.Interval):
        return [_interval(test, words)]
    value = _constant(test, words)
    if isinstance(value, list):
        return [_equal(each) for each in [*value, value]]
    return [_equal(value)]


def _equal(value: Value) -> Data:
    return {"z": True} if value is None else {"e": to_json(value)}


def _comparison(operator: str, value: Value) -> Data:
    if operator == "=":
        return _equal(value)
    if operator == "!=":
        return {"z": False} if value is None else {"d": to_json(value)}
    end, included = ("hi", "ri") if operator[0] == "<" else ("lo", "li")
    return {"k": _ordered_type(value), end: to_json(value), included: operator[-1] == "="}


def _interval(test: n.Interval, words: str) -> Data:
    low, high = _constant(test.low, words), _constant(test.high, words)
    if _ordered_type(low) != _ordered_type(high):
        raise Untranslatable(f"{words} has an interval of different types")
    ends = {"lo": to_json(low), "li": test.low_included, "hi": to_json(high), "ri": test.high_included}
    return {"k": _ordered_type(low), **ends}


def _ordered_type(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, Decimal | str):
        raise Untranslatable("a comparison with a value that has no order")
    return "number" if isinstance(value, Decimal) else "string"
