"""JSONata functions that give FEEL's meaning to single operations; a translation defines those that it calls.

All take missing values as null, and none gives an undefined result. Numbers: sums, differences and products are rounded
to the decimals that their operands have, so that they equal FEEL's decimals as long as all have 15 digits or fewer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from state_machines.feel.jsonata_dates import DATES
from state_machines.feel.jsonata_lists import LISTS
from state_machines.feel.jsonata_text import Helper

_BOTH_STRINGS: Final = '$type($s) = "string" and $type($t) = "string"'


def _texts(body: str) -> str:
    """A function of two strings, lists of one taken as their member."""
    return f"function($a, $b) {{ ($s := $one($a); $t := $one($b); {_BOTH_STRINGS} ? {body} : null) }}"


def _number(body: str) -> str:
    return f'function($a) {{ ($n := $one($a); $type($n) = "number" ? {body} : null) }}'


def _text(body: str) -> str:
    return f'function($a) {{ ($s := $one($a); $type($s) = "string" ? {body} : null) }}'


def _sized(below: str, above: str) -> Helper:
    """A function that rounds to so many digits: what is done with the size of a number below zero, and of another."""
    return Helper(
        'function($a, $d) { ($n := $one($a); $type($n) = "number" ?'
        f" ($n < 0 ? 0 - ${below}(-$n, $d) : ${above}($n, $d)) : null) }}",
        ("one", below, above),
        "number",
    )


def _extreme(name: str, operator: str) -> str:
    best = f"$reduce($l, function($x, $y) {{ $y {operator} $x ? $y : $x }})"
    return (
        "function($a) { ($l := [$nil($a) ? [] : $a]; $count($l) = 0 ? null :"
        f' $uniform($l, "number") ? ${name}($l) : $uniform($l, "string") ? {best} : null) }}'
    )


def _exact(operator: str, decimals: str, otherwise: str = "null") -> str:
    return (
        'function($a, $b) { $type($a) = "number" and $type($b) = "number" ?'
        f" $settled($a {operator} $b, {decimals}) : {otherwise} }}"
    )


LIBRARY: Final[dict[str, Helper]] = {
    **LISTS,
    **DATES,
    "nil": Helper("function($a) { $not($exists($a)) or $a = null }", (), "boolean"),
    "one": Helper('function($a) { $type($a) = "array" and $count($a) = 1 ? $a[0] : $a }'),
    "wrap": Helper('function($a) { $type($a) = "array" ? [[$a]] : [$a] }', (), "list"),
    "uniform": Helper(
        "function($l, $t) { $not($exists($filter($l, function($x) { $not($type($x) = $t) }))) }", (), "boolean"
    ),
    "same": Helper("function($a, $b) { $nil($a) ? $nil($b) : $a = $b }", ("nil",), "boolean"),
    "equal": Helper(
        "function($a, $b) { $nil($a) or $nil($b) ? $nil($a) and $nil($b) : $type($a) = $type($b) ? $a = $b : null }",
        ("nil",),
        "boolean",
    ),
    "test": Helper(
        'function($a, $b) { $type($b) = "array" ? $has($b, $a) or $same($a, $b)'
        ' : $type($b) = "boolean" and $not($nil($a)) and $not($type($a) = "boolean") ? $b : $equal($a, $b) }',
        ("has", "same", "nil", "equal"),
        "boolean",
    ),
    "has": Helper(
        "function($a, $b) { $nil($a) ? null : $exists($filter([$a], function($x) { $same($x, $b) })) }",
        ("nil", "same"),
        "boolean",
    ),
    "get": Helper(
        'function($a, $n) { $type($a) = "object" ? ($v := $lookup($a, $n); $exists($v) ? $v : null)'
        ' : $type($a) = "array" ? $reduce($a, function($r, $x) { $append($r, $wrap($get($x, $n))) }, []) : null }',
        ("wrap",),
    ),
    "pick": Helper(
        'function($a, $n, $o) { $type($a) = "object" and $exists($lookup($a, $n)) ? $lookup($a, $n)'
        " : $nil($o) ? null : $o }",
        ("nil",),
    ),
    "at": Helper(
        "function($a, $i) { ($l := [$nil($a) ? [] : $a]; $n := $count($l); $k := $i > 0 ? $i - 1 : $n + $i;"
        " $i != 0 and $k >= 0 and $k < $n ? $l[$k] : null) }",
        ("nil",),
    ),
    # The text of a number has 15 digits: of one that has more they are not known, and `settled` leaves it as it is.
    "decimals": Helper(
        'function($n) { ($s := $string($n); $m := $substringBefore($s, "e"); $number($s) != $n ? 16 :'
        ' ($contains($m, ".") ? $length($substringAfter($m, ".")) : 0)'
        ' + ($contains($s, "e-") ? $number($substringAfter($s, "e-")) : 0)) }',
        (),
        "number",
    ),
    # Rounding to more digits than a double has is an error in some evaluators, and of no use in any.
    "settled": Helper(
        "function($x, $d) { $d > 15 ? $x : $abs($x) * $power(10, $d) >= 1e16 ? $x : $round($x, $d) }", (), "number"
    ),
    "add": Helper(
        _exact(
            "+",
            "$max([$decimals($a), $decimals($b)])",
            '$type($a) = "string" and $type($b) = "string" ? $a & $b : null',
        ),
        ("decimals", "settled"),
    ),
    "subtract": Helper(_exact("-", "$max([$decimals($a), $decimals($b)])"), ("decimals", "settled"), "number"),
    "multiply": Helper(_exact("*", "$decimals($a) + $decimals($b)"), ("decimals", "settled"), "number"),
    "divide": Helper(
        'function($a, $b) { $type($a) = "number" and $type($b) = "number" and $b != 0 ? $quotient($a, $b) : null }',
        ("quotient",),
        "number",
    ),
    # What has at most 15 digits is FEEL's decimal; of others the double that is nearest to it.
    "quotient": Helper(
        "function($a, $b) { ($q := $a / $b; $r := $number($string($q));"
        " $settled($r * $b, $decimals($r) + $decimals($b)) = $a ? $r : $q) }",
        ("settled", "decimals"),
        "number",
    ),
    "modulo": Helper(
        'function($a, $b) { $type($a) = "number" and $type($b) = "number" and $b != 0 ?'
        " $settled($a - $b * $floor($number($string($a / $b))), $max([$decimals($a), $decimals($b)])) : null }",
        ("decimals", "settled"),
        "number",
    ),
    "minus": Helper('function($a) { $type($a) = "number" ? -$a : null }', (), "number"),
    "size": Helper('function($a) { $nil($a) ? null : $type($a) = "array" ? $count($a) : 1 }', ("nil",), "number"),
    "empty": Helper(
        'function($a) { $nil($a) ? null : $type($a) = "array" ? $count($a) = 0 : false }', ("nil",), "boolean"
    ),
    "total": Helper(
        'function($a) { ($l := [$nil($a) ? [] : $a]; $count($l) > 0 and $uniform($l, "number") ?'
        " $settled($sum($l), $max($map($l, $decimals))) : null) }",
        ("nil", "uniform", "decimals", "settled"),
        "number",
    ),
    "average": Helper(
        "function($a) { ($t := $total($a); $t = null ? null : $quotient($t, $count([$a]))) }",
        ("total", "quotient"),
        "number",
    ),
    "least": Helper(_extreme("min", "<"), ("nil", "uniform")),
    "greatest": Helper(_extreme("max", ">"), ("nil", "uniform")),
    "includes": Helper(_texts("$contains($s, $t)"), ("one",), "boolean"),
    "begins": Helper(_texts("$substring($s, 0, $length($t)) = $t"), ("one",), "boolean"),
    "finishes": Helper(
        _texts("$length($s) >= $length($t) and $substring($s, $length($s) - $length($t)) = $t"), ("one",), "boolean"
    ),
    "before": Helper(_texts('$contains($s, $t) ? $substringBefore($s, $t) : ""'), ("one",), "string"),
    "after": Helper(_texts('$contains($s, $t) ? $substringAfter($s, $t) : ""'), ("one",), "string"),
    "sole": Helper('function($a) { $type($a) = "array" ? $a[0] : null }'),
    "yes": Helper(
        "function($v, $t) { $exists($t.e) ? $v = $t.e : $exists($t.d) ?"
        " $nil($v) or ($type($v) = $type($t.d) and $v != $t.d) : $exists($t.k) ? $type($v) = $t.k and $within($v, $t)"
        " : $t.z = $nil($v) }",
        ("nil", "within"),
        "boolean",
    ),
    "no": Helper(
        "function($v, $t) { $exists($t.e) ? $nil($v) or ($type($v) = $type($t.e) and $v != $t.e) : $exists($t.d) ?"
        " $v = $t.d : $exists($t.k) ? $type($v) = $t.k and $not($within($v, $t)) : $t.z != $nil($v) }",
        ("nil", "within"),
        "boolean",
    ),
    "within": Helper(
        "function($v, $t) { ($exists($t.lo) ? ($t.li ? $v >= $t.lo : $v > $t.lo) : true) and"
        " ($exists($t.hi) ? ($t.ri ? $v <= $t.hi : $v < $t.hi) : true) }",
        (),
        "boolean",
    ),
    "cell": Helper(
        "function($v, $c) { $not($exists($c)) ? true : $c.n ?"
        " $not($exists($filter([$c.t], function($t) { $not($no($v, $t)) })))"
        " : $exists($filter([$c.t], function($t) { $yes($v, $t) })) }",
        ("yes", "no"),
        "boolean",
    ),
    "quoted": Helper(
        """function($s) { "\\"" & $replace($replace($s, "\\\\", "\\\\\\\\"), "\\"", "\\\\\\"") & "\\"" }""",
        (),
        "string",
    ),
    "digits": Helper(
        'function($n) { ($s := $string($n); $contains($s, "e") ? $formatNumber($n, "0.####################") : $s) }',
        (),
        "string",
    ),
    "text": Helper(
        'function($a, $q) { $nil($a) ? ($q ? "null" : null) : $type($a) = "string" ? ($q ? $quoted($a) : $a)'
        ' : $type($a) = "number" ? $digits($a) : $type($a) = "boolean" ? $string($a) : $type($a) = "array" ?'
        ' "[" & $join([$map($a, function($x) { $text($x, true) })], ", ") & "]" : $a = {} ? "{}" :'
        ' "{" & $join([$map($keys($a), function($k) { ($contains($k, /^[A-Za-z0-9_ ]+$/) ? $k : $quoted($k))'
        ' & ": " & $text($lookup($a, $k), true) })], ", ") & "}" }',
        ("nil", "digits", "quoted"),
        "string",
    ),
    "chars": Helper(_text("$length($s)"), ("one",), "number"),
    "upper": Helper(_text("$uppercase($s)"), ("one",), "string"),
    "lower": Helper(_text("$lowercase($s)"), ("one",), "string"),
    "whole": Helper(_number("$floor($n)"), ("one",), "number"),
    "above": Helper(_number("$ceil($n)"), ("one",), "number"),
    "distance": Helper(_number("$abs($n)"), ("one",), "number"),
    "raised": Helper(
        'function($a, $k) { $type($a) = "number" ? $k = 0 ? 1 :'
        " $reduce([1..$k], function($p, $_) { $multiply($p, $a) }, 1) : null }",
        ("multiply",),
        "number",
    ),
    "tie": Helper(
        "function($p, $d) { ($n := $decimals($p); $x := $p * $power(10, $d);"
        " $n = 16 ? $x >= 1e14 and $x - $floor($x) = 0.5 :"
        ' $n = $d + 1 and $substring($substringBefore($string($p), "e"), -1) = "5") }',
        ("decimals",),
        "boolean",
    ),
    "halfaway": Helper(
        "function($p, $d) { $tie($p, $d) ? $settled($p + 4 * $power(10, -$d - 1), $d) : $settled($p, $d) }",
        ("tie", "settled"),
        "number",
    ),
    "halfback": Helper(
        "function($p, $d) { $tie($p, $d) ? $settled($p - 4 * $power(10, -$d - 1), $d) : $settled($p, $d) }",
        ("tie", "settled"),
        "number",
    ),
    "lengthened": Helper(
        "function($p, $d) { ($r := $settled($p, $d); $r < $p ? $settled($r + $power(10, -$d), $d) : $r) }",
        ("settled",),
        "number",
    ),
    "shortened": Helper(
        "function($p, $d) { ($r := $settled($p, $d); $r > $p ? $settled($r - $power(10, -$d), $d) : $r) }",
        ("settled",),
        "number",
    ),
    "halfup": _sized("halfaway", "halfaway"),
    "halfdown": _sized("halfback", "halfback"),
    "outwards": _sized("lengthened", "lengthened"),
    "inwards": _sized("shortened", "shortened"),
    "downwards": _sized("lengthened", "shortened"),
    "upwards": _sized("shortened", "lengthened"),
    "rounded": Helper(
        'function($a, $d) { ($n := $one($a); $type($n) = "number" ? $settled($n, $d) : null) }',
        ("one", "settled"),
        "number",
    ),
}


def definitions(used: Iterable[str]) -> list[str]:
    """The definitions of the helpers used and of those they call, callees first."""
    ordered: dict[str, str] = {}
    for name in used:
        _define(name, ordered)
    return list(ordered.values())


def _define(name: str, ordered: dict[str, str]) -> None:
    if name in ordered:
        return
    for callee in LIBRARY[name].calls:
        _define(callee, ordered)
    ordered[name] = f"${name} := {LIBRARY[name].definition}"
