"""Times of the calendar as JSONata: durations with months and years, and the next moment of a cron expression. In UTC.

Milliseconds since 1970 go in and come out. Nothing here has a clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from croniter import croniter

DAY: Final = 86_400_000
NEVER: Final = 253_402_300_799_000
"""Milliseconds: the end of the year 9999."""
_MONTHS: Final = "($number($substring($s, 0, 4)) * 12 + $number($substring($s, 5, 2)) - 1)"
_NEARBY: Final = 2
_IN_SOME_YEAR: Final = 97
"""Months in which each day of the calendar comes, also a 29th of February around the year 2100."""
_ON_SOME_WEEKDAY: Final = 12 * 41
"""Months in which each day of the calendar comes on each weekday."""


@dataclass(frozen=True)
class Duration:
    """An ISO 8601 duration: months have no fixed length, the rest has."""

    months: int
    millis: int

    def after(self, millis: str, times: str = "1") -> str:
        """JSONata of the moment that lies so many times the duration after another one."""
        rest = f"{self.millis} * {times}" if times != "1" else str(self.millis)
        if not self.months:
            return f"({millis} + {rest})"
        return f"({months_after(millis, f'{self.months} * {times}')} + {rest})"

    @property
    def longest(self) -> int:
        """Milliseconds that it never exceeds, over many turns."""
        return self.months * 31 * DAY + self.millis


def months_after(millis: str, months: str) -> str:
    """JSONata of the same time of day some months on; of the month's last day where there is no such day."""
    return (
        f"($m := {millis}; $k := {months}; $s := $fromMillis($m); $n := {_MONTHS} + $k; $first := {_first('$n')}; "
        f"$days := ({_first('$n + 1')} - $first) / {DAY}; $day := $min([$number($substring($s, 8, 2)), $days]); "
        f"$k = 0 ? $m : $first + ($day - 1) * {DAY} + $m - $floor($m / {DAY}) * {DAY})"
    )


def _first(month: str) -> str:
    """JSONata of the first moment of a month, given as the number of months since the year 0."""
    year = f"$floor(({month}) / 12)"
    return f"$toMillis({year} & '-' & $pad($string({month} - {year} * 12 + 1), -2, '0') & '-01T00:00:00.000Z')"


def cron_after(expression: str, millis: str) -> str:
    """JSONata of the next moment of a cron expression (seconds first, as `timetable` checks it) after another one.

    A month is looked for, then a day in it, then a time of day; what never comes again is the last moment of all.
    """
    fields, nth = croniter.expand(expression, second_at_beginning=True)
    minutes, hours, days, months, weekdays, seconds = fields[:6]
    on_day = _on_day(days, weekdays, nth)
    years = fields[6] if len(fields) > 6 else ["*"]
    free = months == years == ["*"]
    rare = years != ["*"] or (on_day != "true" and days != ["*"] and (weekdays != ["*"] or bool(nth)))
    ahead = _ON_SOME_WEEKDAY if rare else _NEARBY if free else _IN_SOME_YEAR
    in_month = " and ".join(
        f"{value} in {_list(allowed)}"
        for value, allowed in (("$n - $floor($n / 12) * 12 + 1", months), ("$floor($n / 12)", years))
        if allowed != ["*"]
    )
    times = _times(_every(hours, 24), _every(minutes, 60), _every(seconds, 60))
    found = (
        f"$find := function($n, $from) {{ ($first := {_first('$n')}; $last := ({_first('$n + 1')} - $first) / {DAY}; "
        "$from > $last ? -1 : ($d := $filter([$from..$last], function($d) { "
        f"($w := ($first / {DAY} + $d + 3) % 7; {on_day}) }})[0]; $exists($d) ? $first + ($d - 1) * {DAY} : -1)) }}; "
        f"$seek := function($n, $from) {{ $reduce([0..{ahead}], function($f, $k) {{ $f >= 0 ? $f : "
        f"($n := $n + $k; {in_month or 'true'} ? $find($n, $k = 0 ? $from : 1) : -1) }}, -1) }}; "
    )
    return (
        f"($m := {millis}; $s := $fromMillis($m); $day := $floor($m / {DAY}) * {DAY}; $n := {_MONTHS}; "
        f"$today := $number($substring($s, 8, 2)); {found}{times}"
        f"$hit := $seek($n, $today) = $day ? $next($floor(($m - $day) / 1000)) : -1; "
        f"$then := $hit >= 0 ? $day + $hit * 1000 : $seek($n, $today + 1) + $first * 1000; "
        f"$then > $m ? $then : {NEVER})"
    )


def _times(hours: list[int], minutes: list[int], seconds: list[int]) -> str:
    """JSONata of `$first`, the first second of a day, and of `$next`, the next one after a second, or -1."""
    first = f"{hours[0]} * 3600 + {minutes[0]} * 60 + {seconds[0]}"
    return (
        f"$first := {first}; $next := function($t) {{ ($h := $floor($t / 3600); $i := $floor($t / 60) - $h * 60; "
        f"$c := $t - $h * 3600 - $i * 60; $hours := {hours}; $minutes := {minutes}; "
        f"$second := $filter({seconds}, function($x) {{ $x > $c }})[0]; "
        "$minute := $filter($minutes, function($x) { $x > $i })[0]; "
        "$hour := $filter($hours, function($x) { $x > $h })[0]; "
        "$h in $hours and $i in $minutes and $exists($second) ? $h * 3600 + $i * 60 + $second : "
        f"$h in $hours and $exists($minute) ? $h * 3600 + $minute * 60 + {seconds[0]} : "
        f"$exists($hour) ? $hour * 3600 + {minutes[0]} * 60 + {seconds[0]} : -1) }}; "
    )


def _on_day(days: Sequence[int | str], weekdays: Sequence[int | str], nth: Mapping[Any, Iterable[Any]]) -> str:
    """JSONata of whether the day `$d` counts, whose weekday is `$w` (0: Sunday) in a month of `$last` days."""
    tests = []
    if days != ["*"]:
        last = " or $d = $last" if "l" in days else ""
        tests.append(f"($d in {_list([day for day in days if day != 'l'])}{last})")
    if nth:
        each = (_nth(weekday, turn) for weekday, turns in sorted(nth.items()) for turn in sorted(turns, key=str))
        tests.append(f"({' or '.join(each)})")
    elif weekdays != ["*"]:
        tests.append(f"$w in {_list([int(day) % 7 for day in weekdays])}")
    return " and ".join(tests) or "true"


def _nth(weekday: int, turn: int | str) -> str:
    place = "$d + 7 > $last" if turn == "l" else f"$ceil($d / 7) = {turn}"
    return f"$w = {weekday % 7} and {place}"


def _every(field: Sequence[int | str], length: int) -> list[int]:
    return list(range(length)) if field == ["*"] else sorted(int(value) for value in field)


def _list(values: Sequence[int | str]) -> str:
    return f"[{', '.join(map(str, values))}]"
