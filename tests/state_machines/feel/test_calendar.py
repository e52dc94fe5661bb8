"""Dates and the clock inside a state machine: what the JSONata gives is what FEEL gives at the same moment."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from state_machines.feel import evaluate, parse, to_json, to_jsonata, to_jsonata_condition
from state_machines.feel.types import DATE
from tests.effort import effort

from .jsonata_runner import run_jsonata
from .test_differential import identical

TYPES = {"d": DATE, "e": DATE}
days = st.dates(date(401, 1, 1), date(9599, 12, 31)) | st.dates(date(1990, 1, 1), date(2030, 1, 1))
spans = st.sampled_from(["P1D", "-P40D", "PT36H", "P1M", "P13M", "-P1Y1M", "P100Y", "PT0.5S", "P0D", "-PT1S"]).map(
    'duration("{}")'.format
)


def _moved(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-"), spans), st.builds("({} + {})".format, spans, inner)
    )


moments = st.recursive(st.sampled_from(["now()", '@"2024-03-30T23:59:59.999Z"']), _moved, max_leaves=2)
dates = st.recursive(
    st.one_of(
        st.sampled_from(["d", "e", "today()", "date(d)", "date(2024, 2, 29)", "date(now())"]), st.just("date(e)")
    ),
    _moved,
    max_leaves=3,
)
pairs = st.one_of(st.tuples(dates, dates), st.tuples(moments, moments))
numbers = st.one_of(
    st.builds("{}.{}".format, dates, st.sampled_from(["year", "month", "day", "weekday"])),
    pairs.flatmap(
        lambda pair: st.sampled_from(["days", "hours", "minutes", "seconds"]).map(
            f"({pair[0]} - {pair[1]}).{{}}".format
        )
    ),
    st.builds("years and months duration({}, {}).{}".format, dates, dates, st.sampled_from(["years", "months"])),
    st.builds("day of year({})".format, dates),
)
names = st.builds("{}({})".format, st.sampled_from(["day of week", "month of year"]), dates)
operators = st.sampled_from(["<", "<=", "=", "!=", ">", ">="])
conditions = st.one_of(
    st.tuples(pairs, operators).map(lambda each: f"{each[0][0]} {each[1]} {each[0][1]}"),
    st.tuples(pairs, operators, spans).map(lambda each: f"{each[0][0]} - {each[0][1]} {each[1]} {each[2]}"),
    st.builds("{} in [{}..{})".format, dates, dates, dates),
    st.builds("{} between {} and {}".format, dates, dates, dates),
    st.builds("{} > {}".format, numbers, st.integers(-50, 50)),
)
expressions = st.one_of(dates, moments, numbers, names, conditions)
data = st.fixed_dictionaries({}, optional=dict.fromkeys(TYPES, st.none() | days.map(date.isoformat)))


def _in_the_machine(text: str, values: dict[str, Any], now: datetime) -> Any:
    """With its clock stopped."""
    millis = int(now.timestamp()) * 1000 + now.microsecond // 1000
    shown = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return run_jsonata(text.replace("$millis()", str(millis)).replace("$now()", f'"{shown}"'), values)


@effort(300)
@given(expressions, data, st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)))
def test_calendars_agree(text: str, values: dict[str, Any], moment: datetime) -> None:
    now = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    node = parse(text)
    known = {name: evaluate("date(text)", {"text": value}) for name, value in values.items()}
    expected = evaluate(node, known, clock=lambda: now)
    value, condition = to_jsonata(node, types=TYPES), to_jsonata_condition(node, types=TYPES)
    event(f"value {value.verdict}")
    if value.verdict == "native":
        got = _in_the_machine(value.jsonata, values, now)
        assert identical(got, to_json(expected)), (value.jsonata, got, to_json(expected))
    if condition.verdict == "native":
        assert _in_the_machine(condition.jsonata, values, now) is (expected is True), condition.jsonata
