"""A decision's value is the same evaluated and as JSONata over its rules as data, for random tables and inputs."""

import subprocess
import sys
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from state_machines.dmn import evaluate, load_dmn, read_dmn
from state_machines.dmn.to_jsonata import to_jsonata
from state_machines.feel import to_json
from tests.effort import effort

from ..feel.jsonata_runner import run_jsonata
from ..feel.test_differential import identical
from .builder import decision, definitions, literal, table

NAMES = ("a", "b")
numbers = st.sampled_from(["-1", "0", "1", "2.5", "10", "100"])
words = st.sampled_from(['"x"', '"y"', '""', "true", "false", "null"])
tests = st.one_of(
    numbers,
    words,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), st.one_of(numbers, st.just('"x"'))),
    st.builds("[{}..{}]".format, numbers, numbers),
    st.builds("({}..{})".format, numbers, numbers),
    st.builds("[{}, {}]".format, numbers, words),
)
several = st.lists(tests, min_size=1, max_size=3).map(", ".join)
cells = st.one_of(st.just("-"), several, several, several.map("not({})".format))
outputs = st.one_of(numbers, words, st.sampled_from(["[1, 2]", "[]", "{k: 1}", "-3", "a + 1"]))
rules = st.lists(st.tuples(st.tuples(cells, cells), st.tuples(outputs)), max_size=5)
policies = st.sampled_from(
    [("UNIQUE", ""), ("FIRST", ""), ("ANY", ""), ("RULE ORDER", ""), ("COLLECT", ""), ("OUTPUT ORDER", "")]
    + [("COLLECT", name) for name in ("SUM", "MIN", "MAX", "COUNT")]
)
types = st.sampled_from(["", "number", "string", "boolean"])
scalars = st.one_of(st.none(), st.booleans(), st.integers(-2, 12), st.sampled_from([2.5, "x", "y", ""]))
values = st.one_of(scalars, st.lists(scalars, max_size=2), st.dictionaries(st.just("k"), scalars, max_size=1))
inputs = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, values))


@effort(400)
@given(rules, policies, st.sampled_from(["", "7", '"none"']), types, st.tuples(types, types), inputs)
def test_tables_agree(
    rows: list[Any],
    policy: tuple[str, str],
    default: str,
    declared: str,
    columns: tuple[str, str],
    data: dict[str, Any],
) -> None:
    policy_, aggregation = policy
    logic = table(NAMES, rows, policy=policy_, aggregation=aggregation, default=default, values="1, 2", types=columns)
    typed = f'<variable name="a" typeRef="{declared}"/>' if declared else ""
    model = read_dmn(
        definitions(f'<inputData id="i" name="a">{typed}</inputData>', decision(logic, "decide", ["input:i"]))
    )
    translation = to_jsonata(model, "decide", rules_variable="rules")
    if translation.verdict == "function":
        assert translation.reason
        return
    result = evaluate(model, "decide", data)
    got = run_jsonata(translation.jsonata, data, rules=translation.data)
    assert identical(got, to_json(result.value)), (got, to_json(result.value), translation.jsonata)
    assert list(run_jsonata(translation.matched, data, rules=translation.data)) == list(result.matched_rules)


def _entry(name: str, logic: str) -> str:
    return f"<contextEntry>{f'<variable name={chr(34)}{name}{chr(34)}/>' if name else ''}{logic}</contextEntry>"


def _relation(rows: list[tuple[str, str]]) -> str:
    cells = "".join(f"<row>{one}{other}</row>" for one, other in rows)
    return f'<relation><column name="a"/><column name="k"/>{cells}</relation>'


def _conditional(test: str, yes: str, no: str) -> str:
    return f"<conditional><if>{test}</if><then>{yes}</then><else>{no}</else></conditional>"


texts = st.sampled_from(["a", "b", "a + 1", "b.k", "[a]", "a = b", "null", "x", '{k: "y"}.k', "mean([a, 3])"])
literals = texts.map(literal)
small = st.lists(st.tuples(st.tuples(cells), st.tuples(outputs)), max_size=3).map(
    lambda rows: table(["a"], rows, policy="COLLECT")
)
boxed = st.recursive(
    literals | small,
    lambda inner: st.one_of(
        st.lists(st.tuples(st.sampled_from(["a", "x", "y", ""]), inner), max_size=3).map(
            lambda entries: f"<context>{''.join(_entry(*each) for each in entries)}</context>"
        ),
        st.lists(inner, max_size=3).map(lambda items: f"<list>{''.join(items)}</list>"),
        st.lists(st.tuples(inner, inner), max_size=2).map(_relation),
        st.builds(_conditional, inner, inner, inner),
    ),
    max_leaves=5,
)


@effort(200)
@given(boxed, inputs)
def test_boxed_expressions_agree(logic: str, data: dict[str, Any]) -> None:
    drawn = '<inputData id="a" name="a"/><inputData id="b" name="b"/>'
    model = load_dmn(definitions(drawn, decision(logic, "decide", ["input:a", "input:b"])))
    translation = to_jsonata(model, "decide", rules_variable="rules")
    event(translation.reason or "native")
    if translation.verdict == "native":
        got = run_jsonata(translation.jsonata, data, rules=translation.data)
        expected = to_json(evaluate(model, "decide", data).value)
        assert identical(got, expected), (got, expected, translation.jsonata)


def test_required_decisions_are_part_of_the_expression() -> None:
    first = decision(table(["age"], [(["< 18"], ['"child"']), ([">= 18"], ['"adult"'])]), "group", ["input:age"])
    second = decision(literal('if group = "adult" then bonus + 1 else 0'), "points", ["decision:group", "input:bonus"])
    data = '<inputData id="age" name="age"/><inputData id="bonus" name="bonus"/>'
    model = read_dmn(definitions(data, first, second))
    translation = to_jsonata(model, "points", rules_variable="$rules", variables="$order")
    assert run_jsonata(translation.jsonata, {}, rules=translation.data, order={"age": 20, "bonus": 4}) == 5


def test_decisions_translate_where_nothing_else_was_imported() -> None:
    model = definitions('<inputData id="a" name="a"/>', decision(literal('contains(a, "x")'), "decide", ["input:a"]))
    code = (
        "from state_machines.dmn import read_dmn\nfrom state_machines.dmn.to_jsonata import to_jsonata\n"
        f"print(to_jsonata(read_dmn({model!r}), 'decide', rules_variable='r').verdict)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "native"


def test_depth_does_not_grow_with_rules() -> None:
    rows = [([f"[{i}..{i + 1})"], [str(i)]) for i in range(500)]
    few, many = (
        to_jsonata(read_dmn(definitions(decision(table(["a"], part)))), "decide", rules_variable="rules")
        for part in (rows[:2], rows)
    )
    assert few.jsonata == many.jsonata
    assert run_jsonata(many.jsonata, {"a": 321.5}, rules=many.data) == 321


def test_what_is_computed_is_left_to_the_function() -> None:
    model = read_dmn(definitions(decision(table(["a"], [(["-"], ["a * 2"])]))))
    translation = to_jsonata(model, "decide", rules_variable="rules")
    assert (translation.verdict, translation.jsonata) == ("function", "")
    assert "rule r1" in translation.reason
