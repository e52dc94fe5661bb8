"""Relations between points and ranges (DMN 1.5, 10.3.4.9, table 78). A point counts as the range that holds only it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from state_machines.feel.builtins.signature import Builtin, NoValue, builtin, signature
from state_machines.feel.comparison import equal, in_range, less
from state_machines.feel.values import Range, Value


def _range(value: Value) -> Range:
    if isinstance(value, Range):
        return value
    if value is None:
        raise NoValue("The arguments must be points or ranges")
    return Range(value, value, True, True)


def _less(left: Value, right: Value) -> bool:
    result = less(left, right)
    if result is None:
        raise NoValue("The arguments cannot be compared")
    return result


def before(one: Value, other: Value) -> bool:
    """All of one lies before all of the other."""
    a, b = _range(one), _range(other)
    if _less(a.high, b.low):
        return True
    return equal(a.high, b.low) is True and not (a.high_included and b.low_included)


def meets(a: Range, b: Range) -> bool:
    """One ends where the other begins."""
    return a.high_included and b.low_included and equal(a.high, b.low) is True


def overlaps(a: Range, b: Range) -> bool:
    """The two have points in common."""
    return not before(a, b) and not before(b, a)


def _starts_no_later(a: Range, b: Range) -> bool:
    return _less(a.low, b.low) or (equal(a.low, b.low) is True and (a.low_included or not b.low_included))


def _ends_no_earlier(a: Range, b: Range) -> bool:
    return _less(b.high, a.high) or (equal(a.high, b.high) is True and (a.high_included or not b.high_included))


def overlaps_before(a: Range, b: Range) -> bool:
    """One begins earlier and ends within the other."""
    starts = _starts_no_later(a, b) and not _same_start(a, b)
    return starts and overlaps(a, b) and _ends_no_earlier(b, a)


def overlaps_after(a: Range, b: Range) -> bool:
    """One begins within the other and ends later."""
    ends = _ends_no_earlier(a, b) and not _same_end(a, b)
    return ends and overlaps(a, b) and _starts_no_later(b, a)


def _same_start(a: Range, b: Range) -> bool:
    return equal(a.low, b.low) is True and a.low_included == b.low_included


def _same_end(a: Range, b: Range) -> bool:
    return equal(a.high, b.high) is True and a.high_included == b.high_included


def includes(a: Range, other: Value) -> bool:
    """All of the other lies within one."""
    if not isinstance(other, Range):
        return bool(_needed(in_range(other, a)))
    return _starts_no_later(a, other) and _ends_no_earlier(a, other)


def finishes(one: Value, b: Range) -> bool:
    """One lies within the other and both end together."""
    a = _range(one)
    return _same_end(a, b) and _starts_no_later(b, a)


def starts(one: Value, b: Range) -> bool:
    """One lies within the other and both begin together."""
    a = _range(one)
    return _same_start(a, b) and _ends_no_earlier(b, a)


def coincides(one: Value, other: Value) -> bool:
    """The same points."""
    a, b = _range(one), _range(other)
    _less(a.low, b.low)
    return _same_start(a, b) and _same_end(a, b)


def _needed(value: bool | None) -> bool:
    if value is None:
        raise NoValue("The arguments cannot be compared")
    return value


def _swapped(function: Callable[..., bool]) -> Callable[..., bool]:
    return lambda one, other: function(other, one)


_MAKERS: Final = frozenset({"date", "time", "date and time", "duration"})


def range_from(run: Any, text: str) -> Value:
    """The range that a text such as `[1..3)` holds; its ends must be literals, in order."""
    from state_machines.feel import nodes as n
    from state_machines.feel.compiler import compile_node
    from state_machines.feel.environment import Scope
    from state_machines.feel.errors import FeelSyntaxError
    from state_machines.feel.parser import parse

    try:
        node = parse(text)
    except FeelSyntaxError as error:
        raise NoValue(f"range: '{text[:50]}' is not a range") from error
    if not isinstance(node, n.Interval) or not (_is_literal(node.low) and _is_literal(node.high)):
        raise NoValue(f"range: '{text[:50]}' is not a range of literals")
    value = compile_node(node)(Scope({}, None, run))
    if not isinstance(value, Range) or less(value.high, value.low) is not False:
        raise NoValue("range: the ends must be in order")
    return value


def _is_literal(node: Any) -> bool:
    from state_machines.feel import nodes as n

    if isinstance(node, n.Negation):
        return isinstance(node.operand, n.Literal_)
    if isinstance(node, n.Call):
        maker = isinstance(node.function, n.Name) and node.function.name in _MAKERS
        return maker and len(node.arguments) == 1 and isinstance(node.arguments[0], n.Literal_)
    return isinstance(node, n.Literal_ | n.TemporalLiteral)


_BOTH: Final = "range1: range, range2: range"
_POINT_RANGE: Final = "point: any, range: range"
_RANGE_POINT: Final = "range: range, point: any"


def _points(name: str, function: Callable[..., bool]) -> tuple[str, Builtin]:
    return builtin(
        name,
        signature(_BOTH, function),
        signature(_RANGE_POINT, function),
        signature(_POINT_RANGE, function),
        signature("point1: any, point2: any", function),
    )


TABLE: Final[dict[str, Builtin]] = dict(
    (
        builtin("range", signature("from: string", range_from), needs_run=True),
        _points("before", before),
        _points("after", _swapped(before)),
        builtin("meets", signature(_BOTH, meets)),
        builtin("met by", signature(_BOTH, _swapped(meets))),
        builtin("overlaps", signature(_BOTH, overlaps)),
        builtin("overlaps before", signature(_BOTH, overlaps_before)),
        builtin("overlaps after", signature(_BOTH, overlaps_after)),
        builtin("finishes", signature(_BOTH, finishes), signature(_POINT_RANGE, finishes)),
        builtin("finished by", signature(_BOTH, _swapped(finishes)), signature(_RANGE_POINT, _swapped(finishes))),
        builtin("includes", signature(_BOTH, includes), signature(_RANGE_POINT, includes)),
        builtin("during", signature(_BOTH, _swapped(includes)), signature(_POINT_RANGE, _swapped(includes))),
        builtin("starts", signature(_BOTH, starts), signature(_POINT_RANGE, starts)),
        builtin("started by", signature(_BOTH, _swapped(starts)), signature(_RANGE_POINT, _swapped(starts))),
        _points("coincides", coincides),
    )
)
