"""List functions (DMN 1.5, 10.3.4.4). Positions count from 1, from the end where negative."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key, reduce
from typing import Any, Final

from state_machines.feel.arithmetic import operate
from state_machines.feel.builtins.signature import Builtin, NoValue, Parameter, Signature, builtin, coerce, signature
from state_machines.feel.comparison import contains, less, order_key, same
from state_machines.feel.values import DECIMALS, Function, Value

List = list[Value]


def hash_key(value: Value) -> Any:
    """A hashable stand-in: equal for equal values."""
    if isinstance(value, list):
        return "list", tuple(map(hash_key, value))
    if isinstance(value, dict):
        return "context", frozenset((key, hash_key(item)) for key, item in value.items())
    if isinstance(value, bool) or value is None:
        return "constant", value
    kind, key = order_key(value)
    return (kind, key) if kind else ("other", value)


def _reduce_extreme(name: str, wins: Callable[[Value, Value], bool | None]) -> Callable[[List], Value]:
    def extreme(items: List) -> Value:
        if not items:
            raise NoValue(f"{name}: the list is empty")
        best = items[0]
        for item in items:
            won = wins(item, best)
            if won is None:
                raise NoValue(f"{name}: the list's members cannot be compared")
            best = item if won else best
        return best

    return extreme


def total(items: List) -> Value:
    """The sum of numbers or durations."""
    if not items:
        raise NoValue("sum: the list is empty")
    result = items[0]
    for item in items[1:]:
        result = operate("+", result, item)
    if result is None or isinstance(result, str | list | dict | bool):
        raise NoValue("sum: the list must hold numbers only")
    return result


def mean(items: List) -> Value:
    """The arithmetic mean."""
    result = operate("/", total(items), Decimal(len(items)))
    if result is None:
        raise NoValue("mean: the list must hold numbers only")
    return result


def product(items: List) -> Value:
    """The product of numbers."""
    result: Value = Decimal(1)
    for item in _some(items, "product"):
        result = operate("*", result, item)
    return result


def median(items: List) -> Value:
    """The middle number, or the mean of the two in the middle."""
    numbers = sorted(item for item in _some(items, "median") if isinstance(item, Decimal))
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return DECIMALS.divide(DECIMALS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


def stddev(items: List) -> Value:
    """The sample standard deviation."""
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) < 2:
        raise NoValue("stddev: the list must hold two numbers or more")
    average = DECIMALS.divide(reduce(DECIMALS.add, numbers), Decimal(len(numbers)))
    distances = [DECIMALS.subtract(each, average) for each in numbers]
    squares = reduce(DECIMALS.add, (DECIMALS.multiply(each, each) for each in distances))
    return DECIMALS.sqrt(DECIMALS.divide(squares, Decimal(len(numbers) - 1)))


def mode(items: List) -> Value:
    """The most frequent numbers, in ascending order."""
    counts: dict[Decimal, int] = {}
    for item in items:
        if isinstance(item, Decimal):
            counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    frequent: List = []
    frequent.extend(sorted(number for number, count in counts.items() if count == most))
    return frequent


def _some(items: List, name: str) -> List:
    if not items:
        raise NoValue(f"{name}: the list is empty")
    return items


def every(items: List) -> Value:
    """`all`: conjunction; null where it depends on something that is no boolean."""
    if any(item is False for item in items):
        return False
    return _known(items, "all", True)


def any_(items: List) -> Value:
    """`any`: disjunction."""
    if any(item is True for item in items):
        return True
    return _known(items, "any", False)


def _known(items: List, name: str, result: bool) -> bool:
    if not all(isinstance(item, bool) for item in items):
        raise NoValue(f"{name}: the list must hold booleans only")
    return result


def _offset(items: List, position: Decimal, name: str, *, room: int = 0) -> int:
    index = int(position)
    if index == 0 or abs(index) > len(items) + room:
        raise NoValue(f"{name}: there is no position {position}")
    return index - 1 if index > 0 else len(items) + index


def sublist(items: List, start: Decimal, length: Decimal | None = None) -> Value:
    """From a position on, for a number of members or to the end."""
    begin = _offset(items, start, "sublist")
    if length is None:
        return items[begin:]
    if length < 0 or begin + int(length) > len(items):
        raise NoValue("sublist: the list is shorter")
    return items[begin : begin + int(length)]


def insert_before(items: List, position: Decimal, new: Value) -> Value:
    """The list with a member put before a position."""
    at = _offset(items, position, "insert before")
    return [*items[:at], new, *items[at:]]


def remove(items: List, position: Decimal) -> Value:
    """The list without the member at a position."""
    at = _offset(items, position, "remove")
    return [*items[:at], *items[at + 1 :]]


def replace_at(items: List, position: Decimal, new: Value) -> Value:
    """`list replace` by position."""
    at = _offset(items, position, "list replace")
    return [*items[:at], new, *items[at + 1 :]]


def replace_where(run: Any, items: List, match: Function, new: Value) -> Value:
    """`list replace` of all members that a function picks."""
    picked = [match.invoke(run, [item, new]) for item in items]
    if not all(isinstance(each, bool) for each in picked):
        raise NoValue("list replace: the match function must give a boolean")
    return [new if hit else item for item, hit in zip(items, picked, strict=True)]


def _first_of(items: List) -> List:
    """The list without repetitions; the first of equals stays."""
    seen: dict[Any, Value] = {}
    for item in items:
        seen.setdefault(hash_key(item), item)
    return list(seen.values())


def _repeated(items: List) -> List:
    counts: dict[Any, int] = {}
    for item in items:
        counts[hash_key(item)] = counts.get(hash_key(item), 0) + 1
    return [item for item in _first_of(items) if counts[hash_key(item)] > 1]


def concatenate(lists: List) -> List:
    """The members of all lists; a lone value is a list of one, null is no list."""
    if any(each is None for each in lists):
        raise NoValue("list must be a list, not null")
    return [item for each in lists for item in (each if isinstance(each, list) else [each])]


def flatten(items: List) -> List:
    """The members of the list and of all lists within it."""
    return [leaf for item in items for leaf in (flatten(item) if isinstance(item, list) else [item])]


def index_of(items: List, match: Value) -> Value:
    """The positions of the members equal to a value."""
    return [Decimal(i) for i, item in enumerate(items, 1) if same(item, match)]


def sort(run: Any, items: List, precedes: Function | None = None) -> Value:
    """The list in order: by a function that says whether one member comes before another, or by value."""

    def before(left: Value, right: Value) -> bool:
        result = less(left, right) if precedes is None else precedes.invoke(run, [left, right])
        if not isinstance(result, bool):
            raise NoValue("sort: the members cannot be compared")
        return result

    def compare(left: Value, right: Value) -> int:
        return -1 if before(left, right) else int(before(right, left))

    return sorted(items, key=cmp_to_key(compare))


def partition(items: List, size: Decimal) -> Value:
    """The list in lists of a size; the last may be shorter."""
    step = int(size)
    if step < 1:
        raise NoValue("partition: the size must be 1 or more")
    return [items[i : i + step] for i in range(0, len(items), step)]


def _aggregate(name: str, kind: str, invoke: Callable[[List], Value]) -> tuple[str, Builtin]:
    """A function over one list, or over its arguments as one."""
    return builtin(
        name,
        signature(f"list: {kind}", invoke),
        Signature((Parameter("first", "any"), Parameter("rest", kind)), _joined(kind, invoke), variadic=True),
    )


def _joined(kind: str, invoke: Callable[[List], Value]) -> Callable[[Value, List], Value]:
    """Of the arguments as one list; a lone argument that is no list was taken by the other signature."""
    whole = Parameter("list", kind)

    def joined(first: Value, rest: List) -> Value:
        items = coerce(whole, [first, *rest], "list")
        return invoke(items if isinstance(items, list) else [items])

    return joined


def _many(kind: str, invoke: Callable[..., Value]) -> Signature:
    return signature(f"list: {kind}", invoke, variadic=True)


TABLE: Final[dict[str, Builtin]] = dict(
    (
        builtin("list contains", signature("list: list, element: any", contains)),
        builtin("count", signature("list: list", lambda items: Decimal(len(items)))),
        _aggregate("min", "list", _reduce_extreme("min", less)),
        _aggregate("max", "list", _reduce_extreme("max", lambda item, best: less(best, item))),
        _aggregate("sum", "list", total),
        _aggregate("mean", "list", mean),
        _aggregate("product", "numbers", product),
        _aggregate("median", "numbers", median),
        _aggregate("stddev", "numbers", stddev),
        _aggregate("mode", "numbers", mode),
        _aggregate("all", "list", every),
        _aggregate("any", "list", any_),
        builtin("sublist", signature("list: list, start position: number, length: number=", sublist)),
        builtin("append", signature("list: list, item: list", lambda items, new: items + new, variadic=True)),
        builtin("concatenate", _many("list", concatenate)),
        builtin("insert before", signature("list: list, position: number, newItem: any", insert_before)),
        builtin("remove", signature("list: list, position: number", remove)),
        builtin("reverse", signature("list: list", lambda items: items[::-1])),
        builtin("index of", signature("list: list, match: any", index_of)),
        builtin("union", _many("list", lambda lists: _first_of(concatenate(lists)))),
        builtin("distinct values", signature("list: list", _first_of)),
        builtin("duplicate values", signature("list: list", _repeated)),
        builtin("flatten", signature("list: list", flatten)),
        builtin("partition", signature("list: list, size: number", partition)),
        builtin("is empty", signature("list: list", lambda items: not items)),
        builtin("sort", signature("list: list, precedes: function=", sort), needs_run=True),
        builtin(
            "list replace",
            signature("list: list, position: number, newItem: any", lambda run, *rest: replace_at(*rest)),
            signature("list: list, match: function, newItem: any", replace_where),
            needs_run=True,
        ),
    )
)
