"""JSONata functions over dates as texts (`2024-02-29`, years 1 to 9999) and durations as numbers.

As in jsonata_library.py, missing is null and no result is undefined; a text that is no date has no result. None of them
hands the evaluator's own date functions a day that does not exist: they differ in what they make of it.
"""

from __future__ import annotations

from typing import Final

from state_machines.feel.jsonata_text import Helper

DAY: Final = 86_400_000
"""Milliseconds."""
_FIRST: Final = -62_135_596_800_000
_END: Final = 253_402_300_800_000
"""Where the years 1 to 9999 begin and end."""
_DATE: Final = "/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/"
_DAYS: Final = '["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]'
_MONTHS: Final = (
    '["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",'
    ' "December"]'
)


def _of_day(body: str, parameters: str = "") -> str:
    """A function of a date `$a`: `$m` is its midnight (UTC)."""
    return f"function($a{parameters}) {{ ($m := $midnight($a); $m = null ? null : {body}) }}"


def _field(text: str, start: int, length: int) -> str:
    return f"$number($substring({text}, {start}, {length}))"


DATES: Final[dict[str, Helper]] = {
    "monthdays": Helper(
        "function($y, $m) { $m = 2 ? ($y % 4 = 0 and ($y % 100 != 0 or $y % 400 = 0) ? 29 : 28)"
        " : $m in [4, 6, 9, 11] ? 30 : 31 }",
        (),
        "number",
    ),
    "midnight": Helper(
        f'function($a) {{ $type($a) = "string" and $contains($a, {_DATE}) ? ($y := {_field("$a", 0, 4)};'
        f" $y > 0 and {_field('$a', 8, 2)} <= $monthdays($y, {_field('$a', 5, 2)}) ? $toMillis($a) : null) : null }}",
        ("monthdays",),
        "number",
    ),
    "dateof": Helper(
        "function($a) { ($s := $one($a); $midnight($s) = null ? null : $s) }", ("one", "midnight"), "date"
    ),
    "dayof": Helper(
        f"function($n) {{ $n = null ? null : $n < {_FIRST} or $n >= {_END} ? null"
        f" : $substring($fromMillis($floor($n / {DAY}) * {DAY}), 0, 10) }}",
        (),
        "date",
    ),
    "shifted": Helper(_of_day(f"$dayof($m + $floor($n / {DAY}) * {DAY})", ", $n"), ("midnight", "dayof"), "date"),
    "monthed": Helper(
        _of_day(
            f"($t := {_field('$a', 0, 4)} * 12 + {_field('$a', 5, 2)} - 1 + $n; $y := $floor($t / 12);"
            f" $o := $t - $y * 12 + 1; $d := $min([{_field('$a', 8, 2)}, $monthdays($y, $o)]);"
            ' $y < 1 or $y > 9999 ? null : $substring($string(10000 + $y), 1) & "-" &'
            ' $substring($string(100 + $o), 1) & "-" & $substring($string(100 + $d), 1))',
            ", $n",
        ),
        ("midnight", "monthdays"),
        "date",
    ),
    "apart": Helper(
        "function($a, $b) { ($m := $midnight($a); $n := $midnight($b); $m = null or $n = null ? null : $m - $n) }",
        ("midnight",),
        "milliseconds",
    ),
    "elapsed": Helper(
        "function($a, $b) { $midnight($a) = null or $midnight($b) = null ? null :"
        f" ($n := ({_field('$b', 0, 4)} - {_field('$a', 0, 4)}) * 12 + {_field('$b', 5, 2)} - {_field('$a', 5, 2)};"
        f" $c := {_field('$b', 8, 2)}; $d := {_field('$a', 8, 2)};"
        " $n > 0 and $c < $d ? $n - 1 : $n < 0 and $c > $d ? $n + 1 : $n) }",
        ("midnight",),
        "months",
    ),
    "dated": Helper(_of_day("$number($substring($a, $i, $n))", ", $i, $n"), ("midnight",), "number"),
    "weekday": Helper(
        _of_day(f"($w := ($m / {DAY} + 3) - 7 * $floor(($m / {DAY} + 3) / 7); $w + 1)"), ("midnight",), "number"
    ),
    "dayname": Helper(
        f"function($a) {{ ($w := $weekday($a); $w = null ? null : {_DAYS}[$w - 1]) }}", ("weekday",), "string"
    ),
    "monthname": Helper(
        f"function($a) {{ ($w := $dated($a, 5, 2); $w = null ? null : {_MONTHS}[$w - 1]) }}", ("dated",), "string"
    ),
    "yearday": Helper(
        _of_day(f'($m - $toMillis($substring($a, 0, 4) & "-01-01")) / {DAY} + 1'), ("midnight",), "number"
    ),
    "portion": Helper(
        "function($n, $d, $k) { $n = null ? null : ($s := $floor($abs($n) / $d);"
        " $p := $k = 0 ? $s : $s - $k * $floor($s / $k); $n < 0 ? -$p : $p) }",
        (),
        "number",
    ),
    "moment": Helper(
        r'function($n) { $n = null ? null : $replace($replace($fromMillis($n), /0+Z$/, "Z"), /\.Z$/, "Z") }',
        (),
        "date and time",
    ),
    "later": Helper(
        f"function($n, $k) {{ $n = null ? null : ($m := $floor($n / {DAY}) * {DAY}; $d := $monthed($dayof($m), $k);"
        " $d = null ? null : $toMillis($d) + $n - $m) }",
        ("monthed", "dayof"),
        "instant",
    ),
    "summed": Helper("function($a, $b) { $a = null or $b = null ? null : $a + $b }"),
}
