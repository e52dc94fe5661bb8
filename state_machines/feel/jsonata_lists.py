"""JSONata functions for FEEL's functions over lists, texts and contexts; jsonata_calls.py says when they are called.

As in jsonata_library.py, missing is null and no result is undefined. A list that is null has no result; a lone value is
a list of one.
"""

from __future__ import annotations

from typing import Final

from state_machines.feel.jsonata_text import Helper


def _over(body: str, parameters: str = "") -> str:
    """A function of a list `$l`, and of other parameters."""
    return f"function($a{parameters}) {{ $nil($a) ? null : ($l := $spread($a); {body}) }}"


def _placed(body: str, parameters: str = "") -> str:
    """A function of a list and a position `$i`: `$k` is its index."""
    inner = f"($c := $count($l); $k := $i > 0 ? $i - 1 : $c + $i; $i = 0 or $k < 0 or $k >= $c ? null : {body})"
    return _over(inner, f", $i{parameters}")


def _gathered(step: str) -> str:
    """What steps make of the members `$x` and their indexes `$j`, in a list `$r`."""
    return f"$reduce($l, function($r, $x, $j) {{ {step} }}, [])"


_BASE: Final = ("nil", "spread")
_KEEP: Final = "$append($r, $wrap($x))"
_WHITE: Final = r"[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""What Python and FEEL take for white space; JSONata's own $trim changes what stands between words too."""
LISTS: Final[dict[str, Helper]] = {
    "spread": Helper('function($a) { $type($a) = "array" ? $a : [$a] }', (), "list"),
    "added": Helper(_over("$append($l, $wrap($b))", ", $b"), (*_BASE, "wrap"), "list"),
    "joined": Helper(
        "function($a, $b) { $nil($a) or $nil($b) ? null : $append($spread($a), $spread($b)) }", _BASE, "list"
    ),
    "unique": Helper(_over(_gathered(f"$has($r, $x) ? $r : {_KEEP}")), (*_BASE, "has", "wrap"), "list"),
    "backwards": Helper(
        _over("$reduce($l, function($r, $x) { $append($wrap($x), $r) }, [])"), (*_BASE, "wrap"), "list"
    ),
    "places": Helper(_over(_gathered("$same($x, $b) ? $append($r, $j + 1) : $r"), ", $b"), (*_BASE, "same"), "list"),
    "flat": Helper(
        _over(_gathered('$append($r, $type($x) = "array" ? $flat($x) : [$x])')),
        _BASE,
        "list",
    ),
    "part": Helper(
        _placed(f"$n < 0 or $k + $n > $c ? null : {_gathered(f'$j >= $k and $j < $k + $n ? {_KEEP} : $r')}", ", $n"),
        (*_BASE, "wrap"),
        "list",
    ),
    "integral": Helper(
        'function($a) { ($n := $one($a); $type($n) = "number" ? ($n > 0 ? $floor($n) : $ceil($n)) : 0) }',
        ("one",),
        "number",
    ),
    "rest": Helper(_placed(_gathered(f"$j >= $k ? {_KEEP} : $r")), (*_BASE, "wrap"), "list"),
    "without": Helper(_placed(_gathered(f"$j = $k ? $r : {_KEEP}")), (*_BASE, "wrap"), "list"),
    "inserted": Helper(
        _placed(_gathered(f"$j = $k ? $append($append($r, $wrap($b)), $wrap($x)) : {_KEEP}"), ", $b"),
        (*_BASE, "wrap"),
        "list",
    ),
    "everyone": Helper(
        _over('$exists($filter($l, function($x) { $x = false })) ? false : $uniform($l, "boolean") ? true : null'),
        (*_BASE, "uniform"),
        "boolean",
    ),
    "anyone": Helper(
        _over('$exists($filter($l, function($x) { $x = true })) ? true : $uniform($l, "boolean") ? false : null'),
        (*_BASE, "uniform"),
        "boolean",
    ),
    "strung": Helper(
        _over(
            '($t := [$filter($l, function($x) { $x != null })]; $uniform($t, "string") ? $join($t, $d) : null)', ", $d"
        ),
        (*_BASE, "uniform"),
        "string",
    ),
    "slice": Helper(
        'function($a, $i, $n) { ($s := $one($a); $type($s) = "string" ? ($c := $length($s);'
        " $k := $i > 0 ? $i - 1 : $c + $i; $k >= 0 and $k < $c ? $substring($s, $k, $n) : null) : null) }",
        ("one",),
        "string",
    ),
    "evenly": Helper(
        'function($a) { ($n := $one($a); $type($n) = "number" ? $floor($n / 2) * 2 = $n : null) }', ("one",), "boolean"
    ),
    "oddly": Helper(
        'function($a) { ($n := $one($a); $type($n) = "number" ? $floor($n / 2) * 2 + 1 = $n : null) }',
        ("one",),
        "boolean",
    ),
    "entry": Helper(
        'function($a, $n) { ($o := $one($a); $v := $type($o) = "object" ? $lookup($o, $n); $exists($v) ? $v : null) }',
        ("one",),
    ),
    "reached": Helper(
        'function($a, $b) { ($k := $one($b); $r := $type($k) in ["string", "array"] and $type($one($a)) = "object" ?'
        " $reduce($append([], $k), $entry, $a); $exists($r) ? $r : null) }",
        ("one", "entry"),
    ),
    "updated": Helper(
        'function($a, $e) { ($o := $one($a); $type($o) = "object" ? $merge([$o, $e]) : null) }', ("one",), "context"
    ),
    "merged": Helper(_over('$uniform($l, "object") ? $merge($l) : null'), (*_BASE, "uniform"), "context"),
    "entries": Helper(
        'function($a) { ($o := $one($a); $type($o) = "object" ? [$map($keys($o), function($k)'
        ' { {"key": $k, "value": $lookup($o, $k)} })] : null) }',
        ("one",),
        "list",
    ),
    "trimmed": Helper(
        f'function($a) {{ ($s := $one($a); $type($s) = "string" ? $replace($s, /^{_WHITE}+|{_WHITE}+$/, "") : null) }}',
        ("one",),
        "string",
    ),
    "fits": Helper(
        'function($a, $p) { ($s := $one($a); $type($s) = "string" ? $contains($s, $p) : null) }', ("one",), "boolean"
    ),
    "swapped": Helper(
        'function($a, $p, $q) { ($s := $one($a); $type($s) = "string" ? $replace($s, $p, $q) : null) }',
        ("one",),
        "string",
    ),
    "cut": Helper(
        'function($a, $p) { ($s := $one($a); $type($s) = "string" ? $split($s, $p) : null) }', ("one",), "list"
    ),
}
