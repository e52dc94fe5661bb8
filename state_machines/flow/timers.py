"""Dates, durations and cycles of timers as JSONata: deadlines in milliseconds. No steps here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from state_machines.bpmn.model import Expression, FlowNode, Text, Timer
from state_machines.flow.calendar import DAY, NEVER, Duration, cron_after, months_after
from state_machines.flow.expressions import Expressions
from state_machines.flow.jsonata import ENTERED_MILLIS
from state_machines.timetable import cron_expression, date_of, timetable

_SOME_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)

_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z"
)
_UNITS = (7 * DAY, DAY, 3_600_000, 60_000, 1_000)
_LITERAL = re.compile(
    r'\s*(?:duration\(\s*"([^"]*)"\s*\)|date and time\(\s*"([^"]*)"\s*\)|"([^"]*)"|\'([^\']*)\')\s*\Z'
)
_ISO_DURATION = (
    r"/^P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?$/"
)
_CYCLE = r"/^R[0-9]*\/P/"
_ISO_DATE_TIME = r"/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/"


@dataclass(frozen=True)
class Moment:
    """When a timer fires. `deadline`: JSONata of milliseconds since 1970, counted from the entry of the state."""

    deadline: str
    valid: str = ""
    """Where its text is computed: JSONata of whether that is a date or duration, exactly true or false."""
    pause: int | None = None
    """The milliseconds from the entry on, where they are known when compiling."""

    @property
    def deadline_or_never(self) -> str:
        """As `deadline`; what is no date and no duration never comes."""
        return f"({self.valid} ? {self.deadline} : {NEVER})" if self.valid else self.deadline


def moment(timer: Timer, owner: FlowNode, expressions: Expressions) -> Moment | str:
    """The moment of a timer, or words for what is wrong with it."""
    constant = constant_text(timer.value)
    if timer.type == "cycle":
        # What interrupts happens once: at the end of the first turn.
        if words := wrong_cycle(timer):
            return words
        ticks = cycle(timer, owner, expressions)
        return Moment(ticks.due(ENTERED_MILLIS, "0"), ticks.valid)
    if constant is None:
        return _computed(expressions.value(timer.value, owner), absolute=timer.type == "date")
    if timer.type == "date":
        millis = date_millis(constant)
        return f"'{constant}' is not a date and time such as 2027-01-31T12:00:00Z." if millis is None else _at(millis)
    length = duration_of(constant)
    if length is None:
        return f"'{constant}' is not a duration such as PT24H or P14D."
    return Moment(length.after(ENTERED_MILLIS), pause=None if length.months else length.millis)


def _at(millis: int) -> Moment:
    return Moment(str(millis))


def _computed(text: str, *, absolute: bool) -> Moment:
    pattern = _ISO_DATE_TIME if absolute else _ISO_DURATION
    valid = f"($t := {text}; $type($t) = 'string' and $exists($match($t, {pattern})))"
    return Moment(_date(text) if absolute else after(ENTERED_MILLIS, text), valid)


def _date(text: str) -> str:
    """JSONata of the moment of a date and time; without a zone it is UTC."""
    zoned = r"$exists($match($t, /(Z|[+-]\d\d:\d\d)$/))"
    return f"($t := {text}; $toMillis({zoned} ? $t : $t & 'Z'))"


@dataclass(frozen=True)
class Cycle:
    """How often a timer ticks (0: without end), and when: JSONata."""

    turns: str
    due: Callable[[str, str], str]
    """The moment of a tick: of the moment in which all began, and of the number of ticks before it."""
    valid: str = ""
    """Where the text is computed: whether it is a cycle. What is none never ticks."""
    text: str = ""
    """That text."""


def cycle(timer: Timer, owner: FlowNode, expressions: Expressions) -> Cycle:
    """The cycle of a timer. `wrong_cycle` tells what cannot be read."""
    constant = constant_text(timer.value)
    return _known_cycle(constant) if constant is not None else cycle_in(expressions.value(timer.value, owner))


def cycle_in(text: str) -> Cycle:
    """The cycle whose text some JSONata gives; its duration may not begin or end at a date."""
    every = f"($c := {text}; $type($c) = 'string' and $exists($match($c, {_CYCLE})) ? $substringAfter($c, '/') : '')"
    when = _computed(every, absolute=False)
    times = f"($n := $substringBefore($substringAfter({text}, 'R'), '/'); $n = '' ? 0 : $number($n))"

    def due(began: str, count: str) -> str:
        return f"({when.valid} ? {after(began, every, f'({count} + 1)')} : {NEVER})"

    return Cycle(f"({when.valid} ? {times} : 1)", due, when.valid, text)


def wrong_cycle(timer: Timer) -> str:
    """Words for what is wrong with the text of a cycle, where it is known."""
    constant = constant_text(timer.value)
    if constant is None:
        return ""
    found = timetable("cycle", constant, _SOME_DAY)
    return found if isinstance(found, str) else ""


def _known_cycle(text: str) -> Cycle:
    if not text.startswith("R"):
        expression = cron_expression(text)
        return Cycle("0", lambda began, _: cron_after(expression, f"$max([{began}, {ENTERED_MILLIS}])"))
    times, *parts = text[1:].split("/")
    length = next(length for part in parts if (length := duration_of(part)))
    if len(parts) == 1:
        return Cycle(times or "0", lambda began, count: length.after(began, f"({count} + 1)"))
    if parts[0].startswith("P"):
        end = date_millis(parts[1])
        return Cycle(times or "0", lambda began, count: _until(length.after(began, f"({count} + 1)"), str(end)))
    start = str(date_millis(parts[0]))
    return Cycle(times or "0", lambda began, count: _begun(length, start, times, began, count))


def _until(due: str, end: str) -> str:
    return f"($due := {due}; $due > {end} ? {NEVER} : $due)"


def _begun(length: Duration, start: str, times: str, began: str, count: str) -> str:
    """The turns count from a date; those that have gone by when all began are not made up for."""
    due = length.after(start, "$j")
    gone = f"$max([0, $floor(({began} - {start}) / {length.longest})])"
    first = f"($g := {gone}; $filter([$g..$g + 3 + $floor($g / 20)], function($j) {{ {due} > {began} }})[0])"
    over = f"$j >= {times} ? {NEVER} : " if times else ""
    return f"($j := {first} + {count}; {over}{due})"


def constant_text(value: Expression | Text) -> str | None:
    """The text of a timer that is known when compiling: plain text, or a FEEL literal around it."""
    if isinstance(value, Text):
        return value.text.strip()
    found = _LITERAL.match(value.text)
    return next((group for group in found.groups() if group is not None), None) if found else None


def duration_of(text: str) -> Duration | None:
    """An ISO 8601 duration that is known when compiling."""
    found = _DURATION.match(text)
    if not found or text in ("P", "PT") or text.endswith("T"):
        return None
    years, months, *rest = found.groups()
    millis = round(sum(float(part) * unit for part, unit in zip(rest, _UNITS, strict=True) if part))
    return Duration(12 * int(years or 0) + int(months or 0), millis)


def duration_constant(text: str) -> int | None:
    """Milliseconds of an ISO 8601 duration that has a fixed length: of weeks, days and times."""
    found = duration_of(text)
    return found.millis if found and not found.months else None


def date_millis(text: str) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 date and time; without a zone it is UTC."""
    found = date_of(text)
    return round(found.timestamp() * 1000) if found else None


def after(millis: str, text: str, times: str = "1") -> str:
    """JSONata of the moment that lies so many times a duration, given as text, after another one; fails for no text of
    the kind."""
    # One match per unit: what an optional group that took no part holds differs between JSONata's implementations.
    date = "($contains($t, 'T') ? $substringBefore($t, 'T') : $t)"
    time = "($contains($t, 'T') ? $substringAfter($t, 'T') : '')"
    lengths = {"W": 7 * DAY, "D": DAY}
    parts = [_part(date, unit, length) for unit, length in lengths.items()]
    parts += [_part(time, unit, length) for unit, length in zip("HMS", _UNITS[2:], strict=True)]
    months = f"{_part(date, 'Y', 12)} + {_part(date, 'M', 1)}"
    wrong = "$error('not a duration: ' & $string($t))"
    moment = f"{months_after('$b', '$x * $n')} + $n * ({' + '.join(parts)})"
    known = f"$exists($match($t, {_ISO_DURATION})) ? ($x := {months}; {moment}) : {wrong}"
    return f"($b := {millis}; $n := {times}; $t := {text}; {known})"


def _part(text: str, unit: str, millis: int) -> str:
    found = f"$match({text}, /[0-9.]+{unit}/).match"
    return f"($exists({found}) ? $number($substringBefore({found}, '{unit}')) * {millis} : 0)"


def seconds_left(deadline: str) -> str:
    """JSONata: what a Wait takes for a moment in milliseconds."""
    return f"$min([99999999, $max([0, $ceil(({deadline} - $millis()) / 1000)])])"
