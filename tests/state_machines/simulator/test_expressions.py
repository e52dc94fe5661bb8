"""JSONata as Step Functions has it: what it adds and forbids, nothing and null, failures and their words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.simulator.expressions import EvaluationError, Scene, _interpreted, compile_expression
from state_machines.simulator.library import Library
from state_machines.simulator.values import UNDEFINED
from tests.effort import effort
from tests.state_machines.simulator.machines import ARN, machine, simulate

LIBRARY = Library()
TRUTHS = [False, False, True, True, True, False]


def scene(variables: dict[str, Any] | None = None, given_input: Any = None) -> Scene:
    LIBRARY.begin(1_772_366_400_123, "seed")
    return Scene(variables or {}, given_input, lambda: {"Execution": {"Name": "e"}}, LIBRARY)


def evaluate(text: str, variables: dict[str, Any] | None = None, given_input: Any = None) -> Any:
    return compile_expression(text)(scene(variables, given_input))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 3)", [0, 3, 6, 9]),
        ("$range(3, 0, -1)", [3, 2, 1, 0]),
        ("$range(1, 9, 9)", 1),
        ("$range(-1.7, 2, 1)", [-1, 0, 1, 2]),
        ("$count($range(1, 200000, 1))", 200_000),
        ("$partition([1,2,3], 2.9)", [[1, 2], [3]]),
        ("$random(42)", 0.7275636800328681),
        ("5.5 % 2", 1.5),
        ("-7 % 3", -1),
        ("[1 / 0, -1 / 0, 0 / 0]", ["Infinity", "-Infinity", "NaN"]),
        ("[true in [1], 1 in [true], 1 in [1.0], 'a' in 'a', null in [1, null], {} in [{}]]", TRUTHS),
        ("[$number('-1.5e3'), $number('0b11'), $number('007'), $number(true)]", [-1500, 3, 7, 1]),
        ("$count(null)", 1),
        ("$map($states.input.nulls, function($v, $i) { $i & $string($v) })", ["0null", "11"]),
        ("$filter($states.input.nulls, function($v) { $v = null })", None),
        ("$sift($states.input, function($v, $k) { $k = 'n' })", {"n": None}),
        ("$reduce($states.input.nulls, function($a, $b) { $a & $b })", "null1"),
        ("$string(null)", "null"),
        ("$count([1..873782])", 873_782),
        ("$hash('abc', 'SHA-256')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
        ("$parse('null')", None),
        ("$random(7) = $random(7)", True),
        ("$random() < 1", True),
        ("$length($uuid())", 36),
        ("$now()", "2026-03-01T12:00:00.123Z"),
        ("$now('[Y0001]')", "2026"),
        ("$millis()", 1_772_366_400_123),
        ("[1..3]", [1, 2, 3]),
        ("[0, [], null, 1.5, 'a']", [0, [], None, 1.5, "a"]),
        ("$states.context.Execution.Name", "e"),
        ("$match('ab12', /[0-9]+/).match", "12"),
        ("$map([1,2], function($v) { $v * 2 })", [2, 4]),
        ("null", None),
        ("$missing", UNDEFINED),
        ("$states.input.missing", UNDEFINED),
        ("missing", UNDEFINED),
    ],
)
def test_values(text: str, expected: Any) -> None:
    assert evaluate(text, {}, {"a": 1, "n": None, "nulls": [None, 1]}) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$eval('1')", "T1006"),
        ("$randomSeeded(1)", "T1006"),
        ("$range(0, 900000, 1)", "D2014"),
        ("[1..873783]", "D2014"),
        ("$sum(null)", "T0412"),
        ("$merge([{}, null])", "T0412"),
        ("$split(null, ',')", "T0410"),
        *((f"$number('{text}')", "D3030") for text in (" 1", "inf", "nan", "1_000", "1e400", "+1", "1.", "")),
        ("$range(0, 1, 0)", "T0410"),
        ("$hash('a', 'CRC')", "T0410"),
        ("$parse('{')", "D3141"),
        ("'a' > 1", "T2009"),
        ("1 / 0 + 1", "D1001"),
        ("function($x) { $x }", "unsupported result type"),
        ("{'f': $sum}", "unsupported result type"),
        ("($f := function($n) { $f($n + 1) }; $f(0))", "infinite loop"),
        ("($f := function($n) { 1 + $f($n) }; $f(0))", "Stack overflow"),
        (" + ".join(["1"] * 200), "Stack overflow"),
        ("$error('no')", "no"),
    ],
)
def test_failures(text: str, words: str) -> None:
    with pytest.raises(EvaluationError, match=words):
        evaluate(text)


NAMES = st.sampled_from(["a", "b", "input", "states"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@effort(100)
@given(st.lists(NAMES, max_size=3), st.sampled_from(["$states.input", "$v", "$states.result", "$w"]), VALUES)
def test_plain_paths_mean_the_same_without_the_interpreter(steps: list[str], root: str, value: Any) -> None:
    text = ".".join([root, *steps])
    at = scene({"v": value}, value)
    assert compile_expression(text)(at) == _interpreted(text)(at)


def test_evaluation_does_not_change_its_input() -> None:
    value = {"list": [3, 1, 2], "one": [None]}
    text = "[$sort($v.list), $reverse($v.list), $append($v.one, $v.list), $v.one, $v ~> |$|{'x': 1}|]"
    evaluate(text, {"v": value})
    assert value == {"list": [3, 1, 2], "one": [None]}


def test_a_failure_names_state_expression_and_field_and_can_be_caught_where_states_can_catch() -> None:
    simulator = simulate(machine(P={"Type": "Pass", "Output": {"a": ["{% $nothing %}"]}}))
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    assert simulator.describe(execution).cause == (
        "An error occurred while executing the state 'P' (entered at the event id #2). The JSONata expression "
        "'$nothing' specified for the field 'Output/a[0]' returned nothing (undefined)."
    )
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "caught", "Next": "C"}]
    items = {
        "Type": "Map",
        "Items": "{% 1 %}",
        "ItemProcessor": machine(A={"Type": "Pass"}),
        "Catch": catch,
        "Next": "C",
    }
    simulator = simulate(machine(M=items, C={"Type": "Pass"}))
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    assert simulator.describe(execution).output == "caught"
