"""Decisions from file to value: hit policies, requirements, traces, and what is refused with which code."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.dmn import DmnError, evaluate, load_dmn, read_dmn
from state_machines.dmn.reader import NAMESPACES
from state_machines.dmn.rules import check
from state_machines.dmn.to_jsonata import to_jsonata
from state_machines.feel import FeelError, to_json
from tests.effort import effort

from .builder import decision, definitions, literal, table

RULES = [(["< 100", "-"], ["1"]), (["[50..200]", '"a"'], ["2"]), (["-", 'not("a", "b")'], ["3"])]


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize(
    ("policy", "aggregation", "values", "expected"),
    [
        ("UNIQUE", "", "", None),
        ("ANY", "", "", None),
        ("FIRST", "", "", 1),
        ("PRIORITY", "", "3, 2, 1", 2),
        ("RULE ORDER", "", "", [1, 2]),
        ("OUTPUT ORDER", "", "3, 2, 1", [2, 1]),
        ("COLLECT", "", "", [1, 2]),
        ("COLLECT", "SUM", "", 3),
        ("COLLECT", "MIN", "", 1),
        ("COLLECT", "MAX", "", 2),
        ("COLLECT", "COUNT", "", 2),
    ],
)
def test_hit_policies(namespace: str, policy: str, aggregation: str, values: str, expected: object) -> None:
    logic = table(["amount", "kind"], RULES, policy=policy, aggregation=aggregation, values=values)
    result = read_dmn(definitions(decision(logic), namespace=namespace)).evaluate("decide", {"amount": 60, "kind": "a"})
    assert to_json(result.value) == expected
    assert result.matched_rules == ("r1", "r2")


def test_the_trace_says_why_no_rule_matched() -> None:
    result = evaluate(read_dmn(definitions(decision(table(["amount", "kind"], RULES)))), "decide", {"amount": "x"})
    (trace,) = result.trace
    assert [(rule.rule_id, rule.verdicts) for rule in trace.rules[:2]] == [("r1", (None,)), ("r2", (None,))]
    assert dict(trace.inputs) == {"amount": "x", "kind": None}


def test_requirements_functions_and_types() -> None:
    source = definitions(
        '<itemDefinition name="tRate"><typeRef>number</typeRef><allowedValues><text>[0..1]</text></allowedValues>'
        "</itemDefinition>",
        '<inputData id="i" name="net price"><variable name="net price" typeRef="number"/></inputData>',
        '<inputData id="r" name="rate"><variable name="rate" typeRef="tRate"/></inputData>',
        '<businessKnowledgeModel id="b" name="gross of"><encapsulatedLogic><formalParameter name="n"/>'
        "<formalParameter name='r'/>" + literal("n * (1 + r)") + "</encapsulatedLogic></businessKnowledgeModel>",
        decision(literal("gross of(net price, rate)"), "gross", ["input:i", "input:r", "knowledge:b"], "number"),
        decision(literal('if gross > 100 then "big" else "small"'), "size", ["decision:gross"]),
    )
    model = read_dmn(source)
    result = model.evaluate("size", {"net price": 100, "rate": 0.23})
    assert result.value == "big"
    assert [trace.decision_id for trace in result.trace] == ["gross", "size"]
    refused = model.evaluate("gross", {"net price": 100, "rate": 23})
    assert refused.value is None and "tRate" in refused.warnings[0].message
    assert [each.name for each in model.required_inputs("size")] == ["net price", "rate"]
    assert model.decisions["size"].kind == "literalExpression"


def test_default_output_and_several_outputs() -> None:
    one = decision(table(["a"], [(["1"], ['"x"'])], default='"none"'))
    assert evaluate(read_dmn(definitions(one)), "decide", {"a": 2}).value == "none"
    two = decision(table(["a"], [(["1"], ['"x"', "a + 1"])], outputs=("name", "next")))
    model = read_dmn(definitions(two))
    assert to_json(model.evaluate("decide", {"a": 1}).value) == {"name": "x", "next": 2}
    assert model.decisions["decide"].output_names == ("name", "next")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "DMN-002"),
        (decision(literal("a +")), "DMN-010"),
        (decision(literal("1"), "x") + decision(literal("2"), "x"), "DMN-004"),
        (decision(literal("1"), "x", ["input:none"]), "DMN-005"),
        (decision(literal("y"), "x", ["decision:y"]) + decision(literal("x"), "y", ["decision:x"]), "DMN-006"),
        (decision(table(["a"], [], policy="BEST")), "DMN-007"),
        (decision(table(["a"], [], policy="FIRST", aggregation="SUM")), "DMN-007"),
        (decision(table(["a"], [], policy="PRIORITY")), "DMN-007"),
        (decision(table(["a", "b"], [(["1"], ["2"])])), "DMN-008"),
    ],
)
def test_refuses_with_a_code(body: str, code: str) -> None:
    source = definitions(body) if body else b"<process/>"
    with pytest.raises(DmnError) as error:
        read_dmn(source)
    assert code in {each.code for each in error.value.diagnostics}


def test_reports_all_problems_at_once_with_lines() -> None:
    body = decision(literal("a +"), "x") + "\n" + decision(table(["a"], [], policy="BEST"), "y")
    with pytest.raises(DmnError) as error:
        read_dmn(definitions(body))
    assert [(each.code, each.line) for each in error.value.diagnostics] == [("DMN-010", 1), ("DMN-007", 2)]


def test_an_undeclared_name_is_a_warning() -> None:
    source = definitions('<inputData id="i" name="i"/>', decision(literal("i + other"), "x", ["input:i"]))
    assert [each.code for each in read_dmn(source).diagnostics] == ["DMN-011"]


GOOD = definitions(
    '<itemDefinition name="t"><typeRef>number</typeRef>'
    "<allowedValues><text>[0..9]</text></allowedValues></itemDefinition>",
    '<inputData id="i" name="amount"><variable name="amount" typeRef="t"/></inputData>',
    decision(table(["amount"], [(["< 1"], ["2"]), (["[1..5]"], ["1"])], values="1, 2"), "first", ["input:i"]),
    decision(literal("first + amount * 2"), "second", ["decision:first", "input:i"]),
)
PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"", b"&lt;", b"<rule>", b"</rule>", b"first", b"second", b"UNIQUE", b'"', b"function(x) x", b"]]>"]
    ),
)


@effort(150)
@given(PIECES, st.integers(0, len(GOOD)), st.integers(0, 40))
def test_mutated_models_raise_nothing_else(noise: bytes, start: int, length: int) -> None:
    """Read, checked, evaluated and translated, whatever a model says."""
    try:
        model = load_dmn(GOOD[:start] + noise + GOOD[start + length :])
    except DmnError as error:
        assert error.diagnostics
        return
    check(model)
    for id_ in model.decisions:
        to_json(evaluate(model, id_, {"amount": 3}).value)
        to_jsonata(model, id_, rules_variable="rules")


@effort(50)
@given(st.binary())
def test_random_bytes_are_refused(source: bytes) -> None:
    with pytest.raises(DmnError):
        read_dmn(source)


def test_the_values_of_columns_fit_their_types_or_say_so() -> None:
    rows = [(['< date("2026-01-01")'], ['"old"']), (["-"], ['"new"'])]
    model = read_dmn(definitions(decision(table(["day"], rows, policy="FIRST", types=["date"]))))
    assert evaluate(model, "decide", {"day": "2025-12-31"}).value == "old", "JSON has no dates"
    wrong = evaluate(model, "decide", {"day": "soon"})
    assert wrong.value == "new"
    assert [each.message for each in wrong.warnings] == [
        "The input 'day' must be a date, but is a string that does not fit"
    ]


def test_strict_evaluation_raises_what_others_warn_of() -> None:
    model = read_dmn(GOOD)
    assert evaluate(model, "first", {"amount": 0}, strict=True).value == 2
    with pytest.raises(FeelError, match="does not fit its type"):
        evaluate(model, "first", {"amount": 10}, strict=True)


CELLS = st.one_of(
    st.sampled_from(["-", "true", '"a"', '"a", "b"', "null", "-1, 2", 'not("a")', "not(2)", "? > 1", "[a..3]", "< a"]),
    st.sampled_from(['< @"2024-02-01"', '[@"2024-01-01"..@"2024-03-01")', "< 1, > 2", "[3..1]", '> "a"', "[1, 2]"]),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), st.integers(-1, 4)),
    st.builds(
        "{}{}..{}{}".format, st.sampled_from("[]("), st.integers(0, 3), st.integers(0, 3), st.sampled_from("])[")
    ),
)
INPUTS = st.sampled_from(
    [None, True, False, "a", "b", "", -1, 0, 1, 1.5, 2, 3, [1], [1, 2], {"k": 1}, date(2024, 1, 1), date(2024, 2, 1)]
)


@effort(150)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.lists(st.tuples(INPUTS, INPUTS), min_size=4, max_size=8))
def test_rules_are_looked_up_as_they_would_be_tested(cells: list[tuple[str, str]], inputs: list[Any]) -> None:
    rows = [(list(each), [str(number)]) for number, each in enumerate(cells, 1)]
    model = load_dmn(definitions(decision(table(["a", "b"], rows, policy="COLLECT"))))
    for a, b in inputs:
        result = evaluate(model, "decide", {"a": a, "b": b})
        tested = [number for number, rule in enumerate(result.trace[0].rules, 1) if rule.matched]
        assert to_json(result.value) == list(result.trace[0].fired) == tested


@pytest.mark.parametrize(
    "tagged",
    [
        '<decision id="a" name="a" camunda:versionTag="v1"><literalExpression><text>1</text></literalExpression>',
        '<decision id="a" name="a"><extensionElements><zeebe:versionTag value="v1"/></extensionElements>'
        "<literalExpression><text>1</text></literalExpression>",
    ],
)
def test_version_tags_of_both_dialects(tagged: str) -> None:
    source = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n" '
        'xmlns:camunda="http://camunda.org/schema/1.0/dmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
        f'{tagged}</decision><decision id="b" name="b"><literalExpression><text>a</text></literalExpression></decision>'
        "</definitions>"
    )
    read = read_dmn(source.encode())
    assert [each.version_tag for each in read.decisions.values()] == ["v1", ""]
    assert evaluate(read, "a", {}).value == 1
