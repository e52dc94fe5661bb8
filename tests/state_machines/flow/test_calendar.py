"""Times of the calendar as machines compute them, against the libraries that know the calendar."""

from datetime import UTC, datetime

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from state_machines.flow.calendar import cron_after, months_after
from state_machines.timetable import Timetable, Turn, cron_expression, timetable
from tests.effort import effort
from tests.state_machines.feel.jsonata_runner import run_jsonata

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2031, 12, 31)).map(lambda t: t.replace(microsecond=0, tzinfo=UTC))
CRON = [
    "0 0 9 ? * MON-FRI",
    "*/7 3-9 8,20 31 * *",
    "0 0 0 L * ?",
    "0 0 12 ? * FRI#2",
    "0 0 9 29 2 ?",
    "30 0 0 13 * FRI",
    "0 30 8 * JAN,JUN SUN",
    "@hourly",
    "* * * * * *",
]


def millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize("text", CRON)
@effort(6)
@given(MOMENTS)
def test_the_next_moment_of_a_cron_expression(text: str, moment: datetime) -> None:
    times = timetable("cycle", text, moment)
    assert isinstance(times, Timetable)
    found = run_jsonata(cron_after(cron_expression(text), "$moment"), {}, moment=millis(moment))
    assert times.beginning() == Turn(0, datetime.fromtimestamp(found / 1000, UTC))


def test_a_year_that_is_over_never_comes() -> None:
    over = run_jsonata(cron_after("0 0 0 1 1 * 2027", "$moment"), {}, moment=millis(datetime(2028, 1, 1, tzinfo=UTC)))
    assert over >= millis(datetime(9999, 1, 1, tzinfo=UTC))


@effort(40)
@given(MOMENTS, st.integers(0, 50))
def test_some_months_later(moment: datetime, months: int) -> None:
    found = run_jsonata(months_after("$moment", str(months)), {}, moment=millis(moment))
    assert found == millis(moment + relativedelta(months=months))
