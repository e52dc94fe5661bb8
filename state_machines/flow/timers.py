"""Dates and durations of timers as JSONata: a deadline in milliseconds, or a pause in seconds. No steps here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from state_machines.bpmn.model import Expression, FlowNode, Text, Timer
from state_machines.flow.expressions import Expressions
from state_machines.flow.jsonata import ENTERED_MILLIS

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z")
_UNITS = (604_800_000, 86_400_000, 3_600_000, 60_000, 1_000)
_NEVER = 8_640_000_000_000_000
"""Milliseconds: the last moment that dates know."""
_LITERAL = re.compile(
    r'\s*(?:duration\(\s*"([^"]*)"\s*\)|date and time\(\s*"([^"]*)"\s*\)|"([^"]*)"|\'([^\']*)\')\s*\Z'
)
_ISO_DURATION = r"/^P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?$/"
_CYCLE = r"/^R[0-9]*\/P/"
_ISO_DATE_TIME = r"/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/"


@dataclass(frozen=True)
class Moment:
    """When a timer fires. `constant`: milliseconds (of the pause, or since 1970), known when compiling."""

    absolute: bool
    constant: int | None
    expression: str = ""
    """JSONata for text (a date or a duration), where `constant` is not known."""

    @property
    def deadline(self) -> str:
        """Milliseconds since 1970, counted from the entry of the state."""
        if self.constant is not None:
            return str(self.constant) if self.absolute else f"({ENTERED_MILLIS} + {self.constant})"
        if self.absolute:
            return f"$toMillis({self.expression})"
        return f"({ENTERED_MILLIS} + {duration_millis(self.expression)})"

    @property
    def deadline_or_never(self) -> str:
        """As `deadline`; what is no date and no duration never comes."""
        return self.deadline if self.constant is not None else f"({self.valid} ? {self.deadline} : {_NEVER})"

    @property
    def valid(self) -> str:
        """Whether the text, where it is not known when compiling, is a date or duration: exactly true or false."""
        pattern = _ISO_DATE_TIME if self.absolute else _ISO_DURATION
        return f"($t := {self.expression}; $type($t) = 'string' and $exists($match($t, {pattern})))"


def moment(timer: Timer, owner: FlowNode, expressions: Expressions) -> Moment | str:
    """The moment of a timer, or words for what is wrong with it."""
    absolute = timer.type == "date"
    constant = constant_text(timer.value)
    if timer.type == "cycle":
        # What interrupts happens once: at the end of the first turn.
        if constant is None:
            return Moment(absolute, None, _every(expressions.value(timer.value, owner)))
        constant = _first_turn(constant)
        if not constant:
            return f"'{timer.value.text}' is not a cycle such as R3/PT10M."
    if constant is None:
        return Moment(absolute, None, expressions.value(timer.value, owner))
    millis = date_millis(constant) if absolute else duration_constant(constant)
    if millis is None:
        wanted = "a date and time such as 2027-01-31T12:00:00Z" if absolute else "a duration such as PT24H or P14D"
        return f"'{constant}' is not {wanted}. Years and months have no fixed length and cannot be used here."
    return Moment(absolute, millis)


@dataclass(frozen=True)
class Cycle:
    """How often a timer ticks (0: without end) and how many milliseconds apart: JSONata of numbers."""

    turns: str
    every: str
    constant: bool


def cycle(timer: Timer, owner: FlowNode, expressions: Expressions) -> Cycle:
    """The cycle of a timer; what is computed and is none never ticks."""
    constant = constant_text(timer.value)
    if constant is not None:
        turns, every = cycle_of(constant) or (1, _NEVER)
        return Cycle(str(turns), str(every), constant=True)
    text = expressions.value(timer.value, owner)
    when = Moment(absolute=False, constant=None, expression=_every(text))
    times = f"($n := $substringBefore($substringAfter({text}, 'R'), '/'); $n = '' ? 0 : $number($n))"
    millis = duration_millis(when.expression)
    return Cycle(f"({when.valid} ? {times} : 1)", f"({when.valid} ? {millis} : {_NEVER})", constant=False)


def _every(text: str) -> str:
    """JSONata of the duration of a turn, out of the text of a cycle; empty if it is none."""
    return f"($c := {text}; $type($c) = 'string' and $exists($match($c, {_CYCLE})) ? $substringAfter($c, '/') : '')"


def cycle_of(text: str) -> tuple[int, int] | None:
    """How often (0: without end) and how many milliseconds apart a cycle such as R3/PT10M ticks."""
    found = re.fullmatch(r"R(\d*)/(P[^/]*)", text)
    millis = duration_constant(found[2]) if found else None
    return (int(found[1] or 0), millis) if found and millis else None


def _first_turn(cycle: str) -> str:
    found = re.fullmatch(r"R\d*/(P[^/]*)", cycle)
    return found[1] if found else ""


def constant_text(value: Expression | Text) -> str | None:
    """The text of a timer that is known when compiling: plain text, or a FEEL literal around it."""
    if isinstance(value, Text):
        return value.text.strip()
    found = _LITERAL.match(value.text)
    return next((group for group in found.groups() if group is not None), None) if found else None


def duration_constant(text: str) -> int | None:
    """Milliseconds of an ISO 8601 duration of weeks, days and times."""
    found = _DURATION.match(text)
    if not found or text in ("P", "PT") or text.endswith("T"):
        return None
    return round(sum(float(part) * unit for part, unit in zip(found.groups(), _UNITS, strict=True) if part))


def date_millis(text: str) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 date and time; without a zone it is UTC."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    if "T" not in text:
        return None
    return round((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp() * 1000)


def duration_millis(expression: str) -> str:
    """JSONata: milliseconds of a duration given as text; fails where the text is none."""
    # One match per unit: what an optional group that took no part holds differs between JSONata's implementations.
    time = "($contains($t, 'T') ? $substringAfter($t, 'T') : '')"
    parts = [
        _part("$t", "D", 86_400_000),
        _part(time, "H", 3_600_000),
        _part(time, "M", 60_000),
        _part(time, "S", 1_000),
    ]
    wrong = "$error('not a duration: ' & $string($t))"
    return f"($t := {expression}; $exists($match($t, {_ISO_DURATION})) ? {' + '.join(parts)} : {wrong})"


def _part(text: str, unit: str, millis: int) -> str:
    found = f"$match({text}, /[0-9.]+{unit}/).match"
    return f"($exists({found}) ? $number($substringBefore({found}, '{unit}')) * {millis} : 0)"


def pause_seconds(expression: str) -> str:
    """JSONata: what a Wait takes for a duration given as text."""
    return f"$min([99999999, $max([0, $ceil({duration_millis(expression)} / 1000)])])"


def seconds_left(deadline: str) -> str:
    """JSONata: what a Wait takes for a moment in milliseconds."""
    return f"$min([99999999, $max([0, $ceil(({deadline} - $millis()) / 1000)])])"
