"""Random FEEL expressions of the translatable kind, and random inputs: nulls, missing and mistyped values included."""

from hypothesis import strategies as st

NAMES = ("a", "b", "c", "flag", "text", "items", "rows", "nested")
numbers = st.one_of(st.integers(-20, 20), st.integers(-(10**7), 10**7), st.decimals(-1000, 1000, places=2).map(float))
texts = st.sampled_from(["", "a", "b", "abc", "é", 'q"u', "2024-01-01", "2024-02-30", "true"])
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
entries = st.dictionaries(st.sampled_from(["x", "y"]), scalars, max_size=2)
anything = st.one_of(
    scalars,
    st.lists(scalars, max_size=3),
    st.lists(st.lists(scalars, max_size=2), max_size=2),
    entries,
    st.lists(entries, max_size=3),
    st.fixed_dictionaries({"x": entries}),
)
usual = {
    "a": numbers,
    "b": numbers,
    "c": scalars,
    "flag": st.booleans(),
    "text": texts,
    "items": st.lists(numbers, max_size=4),
    "rows": st.lists(entries, max_size=3),
    "nested": st.fixed_dictionaries({"x": st.one_of(numbers, entries)}),
}
inputs = st.fixed_dictionaries({}, optional={name: st.one_of(usual[name], anything) for name in NAMES})

literals = st.one_of(
    st.integers(-20, 20).map(str),
    st.sampled_from(["0.1", "2.5", "1000000", "null", "true", "false", '""', '"a"', '"abc"', '"é"']),
)
variables = st.sampled_from(NAMES)
paths = st.sampled_from(["nested.x", "nested.x.y", "rows.x", "c.x", "rows[1].x", "items[-1]", "a.b"])
leaves = st.one_of(variables, variables, literals, paths)


positions = st.integers(-3, 3)
_ROUNDINGS = ["round half up", "round half down", "round up", "round down", "floor", "ceiling", "decimal"]


def _binary(operators: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(operators)


def _extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    test = st.one_of(
        inner,
        st.builds("{} {}".format, _binary(["<", "<=", ">", ">=", "=", "!="]), leaves),
        st.builds("[{}..{}]".format, leaves, leaves),
        st.builds("({}..{}]".format, leaves, leaves),
        st.builds("[{}, {}]".format, leaves, leaves),
    )
    conditions = st.builds("({} {} {})".format, inner, _binary(["<", "<=", ">", ">=", "=", "!="]), inner)
    named = st.sampled_from(
        ["contains", "starts with", "ends with", "substring before", "substring after", "list contains"]
    )
    unary = st.sampled_from(
        (
            "not",
            "is defined",
            "count",
            "sum",
            "min",
            "max",
            "string length",
            "upper case",
            "lower case",
            "is empty",
            *(
                "string",
                "floor",
                "ceiling",
                "abs",
                "distinct values",
                "reverse",
                "flatten",
                "all",
                "any",
                "even",
                "odd",
            ),
            *("get entries", "context merge", "trim", "round", "string join"),
        )
    )
    member = st.one_of(inner, st.just("i"), st.just("(i > 1)"), st.just('(i.x = "a")'))
    return st.one_of(
        conditions,
        conditions,
        st.builds("({} {} {})".format, inner, _binary(["+", "-", "*", "/"]), inner),
        st.builds("({} ** {})".format, inner, st.integers(0, 3)),
        st.builds("{}({}, {})".format, st.sampled_from(_ROUNDINGS), inner, st.integers(0, 3)),
        st.builds("modulo({}, {})".format, inner, inner),
        st.builds("date({})".format, st.one_of(inner, st.just("text"))),
        st.builds("({} {} {})".format, inner, _binary(["and", "or"]), inner),
        st.builds("({} between {} and {})".format, inner, leaves, leaves),
        st.builds("({} in ({}, {}))".format, inner, test, test),
        st.builds("({} in {})".format, leaves, test),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
        st.builds("{}({})".format, unary, inner),
        st.builds("{}({}, {})".format, named, inner, inner),
        st.builds("max({}, {}, {})".format, inner, inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["append", "concatenate", "union", "index of"]), inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["sublist", "remove", "substring"]), inner, positions),
        st.builds("{}({}, {}, {})".format, st.sampled_from(["sublist", "substring"]), inner, positions, positions),
        st.builds("sublist({}, {})".format, inner, inner),
        st.builds("insert before({}, {}, {})".format, inner, positions, inner),
        st.builds('matches({}, "{}")'.format, inner, st.sampled_from(["^[a-c]+$", "a", "[0-9]{4}-", "^b?c*$"])),
        st.builds('{}({}, "{}")'.format, st.sampled_from(["split", "get value"]), inner, st.sampled_from("abx-")),
        st.builds(
            "get value({}, {})".format, inner, st.one_of(inner, st.sampled_from(['lower case("X")', '["x", "a"]']))
        ),
        st.builds('replace({}, "{}", "{}")'.format, inner, st.sampled_from("ab-"), st.sampled_from(["", "x", "bb"])),
        st.builds('context put({}, "{}", {})'.format, inner, st.sampled_from("xz"), inner),
        st.builds("({} i in {} satisfies {})".format, st.sampled_from(["some", "every"]), leaves, member),
        st.builds("(for i in {} return {})".format, leaves, member),
        st.builds(
            "{}[{} {} {}]".format, variables, st.sampled_from(["item", "x", "a"]), _binary(["<", "=", ">="]), leaves
        ),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{p: {}, q: {}}}".format, inner, inner),
        st.builds("{{p: {}, q: p}}".format, inner),
        st.builds("-({})".format, inner),
        st.builds("({} instance of {})".format, inner, st.sampled_from(["number", "string", "boolean"])),
    )


expressions = st.recursive(leaves, _extend, max_leaves=7)
