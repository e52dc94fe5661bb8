"""Static checks: each bad sample yields its code, good models none, and every example proves itself."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import evaluate, load_dmn, read_dmn
from state_machines.dmn.model import DecisionTable, Definitions
from state_machines.dmn.regions import Boxes, Example, boxes_of
from state_machines.dmn.rules import check
from state_machines.dmn.rules.scopes import known_members, model_types
from tests.effort import effort

from .builder import decision, definitions, literal, table

AGE = '<inputData id="i" name="age"><variable name="age" typeRef="number"/></inputData>'
BORN = '<inputData id="i" name="born"><variable name="born" typeRef="date"/></inputData>'
KIND = '<inputData id="k" name="kind"/>'
ADULT = (["< 18"], ['"child"']), ([">= 18"], ['"adult"'])


def rows(*cells: str) -> list[tuple[list[str], list[str]]]:
    """Rules with one test each; the output is the rule's number."""
    return [([cell], [str(number)]) for number, cell in enumerate(cells, 1)]


def codes(*parts: str) -> list[tuple[str, str]]:
    """What the rules say, as code and severity."""
    return [(said.code, said.severity) for said in found(*parts)]


def found(*parts: str) -> tuple[Diagnostic, ...]:
    return check(load_dmn(definitions(*parts)))


def over_age(*cells: str, policy: str = "UNIQUE", default: str = "") -> tuple[str, str]:
    return AGE, decision(table(["age"], rows(*cells), policy=policy, default=default), requires=["input:i"])


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        ((AGE, decision(literal('age + "x"'), requires=["input:i"])), "DMN-012", "number + string"),
        ((AGE, decision(literal("age.year"), requires=["input:i"])), "DMN-012", "A number has no 'year'"),
        ((AGE, decision(literal("upper case(age)"), requires=["input:i"])), "DMN-012", "does not take (number)"),
        ((BORN, decision(literal('born < "2000-01-01"'), requires=["input:i"])), "DMN-012", "have no '<'"),
        ((AGE, decision(literal("age > 1"), type_ref="nummer", requires=["input:i"])), "DMN-013", "'nummer'"),
        (over_age("[18..65]", "> 65", "< 18", "[9..3]"), "DMN-014", "rule 4: no input can pass"),
        (over_age("< 18", ">= 18", "[20..30]", policy="FIRST"), "DMN-014", "rule 3: it never fires"),
        (over_age("< 18", ">= 18", "<18", policy="FIRST"), "DMN-015", "as rule 1"),
        (over_age("< 18", "[21..65]", "> 65"), "DMN-016", "age = 18"),
        (over_age("< 18", "[18..65]", ">= 65"), "DMN-017", "age = 65, though the table is UNIQUE"),
        (over_age("<= 18", ">= 18", policy="ANY"), "DMN-017", "age = 18, with other outputs"),
        ((AGE, KIND, decision(literal("age"), requires=["input:i", "input:k"])), "DMN-018", "never reads it"),
        (
            (AGE, decision(table(["age"], list(ADULT), values='"child", "grown-up"'), requires=["input:i"])),
            "DMN-019",
            '"adult" is none of',
        ),
    ],
)
def test_each_fault_has_its_code(parts: tuple[str, ...], code: str, words: str) -> None:
    said = found(*parts)
    assert [each.code for each in said] == [code]
    assert words in said[0].message


@pytest.mark.parametrize(
    "parts",
    [
        over_age("< 18", ">= 18"),
        over_age("< 18", ">= 21", default="0"),
        over_age("< 18", "> 10", policy="COLLECT"),
        over_age("< 18", "< 65", "-", policy="FIRST"),
        (AGE, decision(literal("if age > 18 then string(age) else null"), requires=["input:i"])),
        (BORN, decision(literal('born < date("2000-01-01")'), requires=["input:i"])),
        (KIND, decision(literal("kind + 1"), requires=["input:k"])),
        (decision(table(["income", "age"], [(["< 100", "-"], ["1"]), ([">= 100", "-"], ["2"])], policy="ANY")),),
    ],
)
def test_good_models_are_quiet(parts: tuple[str, ...]) -> None:
    assert [each for each in found(*parts) if each.severity != "info"] == []


def test_gaps_beyond_what_the_rules_speak_of_are_information() -> None:
    assert codes(*over_age("[18..65]", "(65..99]")) == [("DMN-016", "info")]
    assert codes(*over_age("<= 17", ">= 18")) == [("DMN-016", "info")], "ages are whole years, mostly"


def test_values_of_all_kinds_have_gaps() -> None:
    def example(*cells: str, reference: str = "") -> str:
        data = f'<inputData id="x" name="x"><variable name="x" typeRef="{reference}"/></inputData>'
        said = found(data, decision(table(["x"], rows(*cells)), requires=["input:x"]))
        return " ".join(each.message.partition("example, ")[2].partition(",")[0] for each in said)

    assert example('"a"', '"b"') == "x = anything else"
    assert example("true") == "x = false"
    assert example('<= date("2024-02-28")', '>= date("2024-03-01")') == "x = 2024-02-29"
    assert example('< @"12:00:00"', '> @"12:00:00"') == "x = 12:00:00"
    assert example('< duration("P1D")', '> duration("P2D")') == "x = P1D"
    assert example('< duration("P1Y")', '>= duration("P1Y")') == ""
    assert example('< "m"', '> "m"') == 'x = "m"'
    assert example("< 1", "not(< 1)") == ""
    assert example("? < 1 or ? > 2", "[1..2)") == "x = 2"


def test_inputs_that_depend_on_each_other_are_left_alone() -> None:
    cells = [(["< 18", "-"], ["1"]), ([">= 18", "true"], ["2"])]
    assert found(decision(table(["age", "age > 20"], cells))) == ()


def test_columns_of_one_input_are_judged_together() -> None:
    cells = [([">= 18", "< 65"], ["1"]), (["< 18", "-"], ["2"])]
    assert [each.message.split("example, ")[1][:8] for each in found(decision(table(["age", " age"], cells)))] == [
        "age = 65"
    ]


def test_big_tables_are_checked_or_said_to_be_too_big() -> None:
    by_key = rows(*(f'"k{i}"' for i in range(3700)), "-")
    assert [each.code for each in found(decision(table(["key"], by_key, policy="FIRST")))] == []
    ranges = rows(*(f"[{i}..{i + 1})" for i in range(1500)))
    said = found(decision(table(["key"], ranges)))
    assert [(each.code, each.severity) for each in said] == [("DMN-016", "info")]
    assert "too big" in said[0].message


bounds = st.integers(0, 6)
tests = st.one_of(
    st.just("-"),
    bounds.map(str),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), bounds),
    st.builds("[{}..{}]".format, bounds, bounds),
    st.builds("]{}..{}[".format, bounds, bounds),
    st.builds("not({}, > {})".format, bounds, bounds),
    st.builds("? > {} and ? <= {}".format, bounds, bounds),
    st.builds('"{}"'.format, bounds),
    st.builds("{}, null".format, bounds),
)


@effort(100)
@given(st.lists(st.tuples(tests, tests), min_size=1, max_size=5))
def test_every_example_proves_itself(cells: list[tuple[str, str]]) -> None:
    rules = [(list(each), [str(number)]) for number, each in enumerate(cells)]
    model = load_dmn(definitions(decision(table(["a", "b"], rules, policy="COLLECT"))))
    boxes = boxes_for(model)
    gap = boxes.gap(inner=False)
    if gap is not None:
        assert matching(model, gap) == []
    else:
        assert all(matching(model, None, a=a, b=b) for a in halves() for b in halves())
    for one, other in boxes.overlaps():
        assert {one, other} <= set(matching(model, boxes.common(one, other)))
    for rule in range(len(cells)):
        if boxes.covered(rule, (1 << rule) - 1):
            inputs = [{"a": a, "b": b} for a in (*halves(), None, "3") for b in (*halves(), None, "0")]
            assert all(min(hits) != rule for each in inputs if (hits := matching(model, None, **each)))


def halves() -> list[Decimal]:
    return [Decimal(i) / 2 for i in range(-2, 15)]


def boxes_for(model: Definitions) -> Boxes:
    logic = model.decisions["decide"].expression
    assert isinstance(logic, DecisionTable)
    boxes = boxes_of(logic, model_types(model), frozenset(), known_members(model))
    assert boxes is not None
    return boxes


def matching(model: Definitions, example: Example | None, **values: object) -> list[int]:
    """The rules that match an input; an input that the example leaves out may be anything."""
    given_ = {name: point.value for name, point in example.points} if example is not None else values
    value = evaluate(model, "decide", {"a": Decimal(1), "b": Decimal(1), **given_}).value
    assert isinstance(value, list)
    return [int(each) for each in value]  # type: ignore[arg-type]


def test_reading_checks_and_loading_does_not() -> None:
    source = definitions(*over_age("< 18", "[21..65]", "> 65"))
    assert [said.code for said in read_dmn(source).diagnostics] == ["DMN-016"]
    assert load_dmn(source).diagnostics == ()
