"""How TM Forum's REST design guidelines (TMF630, part 1) ask for resources: conditions on attributes, their order, and
which attributes are told. Conditions are joined by `&` (and) and, binding less, by `;` (or):

    category.id=loans,cards&version.gte=2;name.regex=^Gold    `,` between values: one of them
    price.value>5    the signs stand for their words: > gt, >= gte, < lt, <= lte, != ne, *= regex
"""

import json
import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import unquote_plus

from catalogue.patterns import compile_pattern, matches

Resource = Mapping[str, Any]
ALWAYS: Final = ("id", "href", "@type")
"""What a selection of attributes does not take away."""
RESERVED: Final = frozenset({"fields", "offset", "limit", "sort"})
_MOST_CONDITIONS: Final = 50
_CONDITION: Final = re.compile(r"([^=<>!*]+)(>=|<=|!=|\*=|=|>|<)(.*)", re.DOTALL)
_SIGNS: Final = {"=": "eq", "!=": "ne", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "*=": "regex"}
_WORDS: Final = {"neq": "ne", "ge": "gte", "le": "lte"} | {word: word for word in _SIGNS.values()}
_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class QueryError(Exception):
    """What is asked for cannot be understood. `name`: the parameter, as it was written."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name, self.message = name, message


@dataclass(frozen=True)
class Condition:
    """`word`: one of eq, ne, gt, gte, lt, lte, regex; `values`: several for eq and ne, else one."""

    name: str
    path: tuple[str, ...]
    word: str
    values: tuple[str, ...]

    def holds(self, resource: Resource) -> bool:
        """Whether one of the values at the path is so; of `ne`, whether none is one of those. Raises `QueryError`."""
        found = values_at(resource, self.path, self.name)
        match self.word:
            case "eq":
                return any(_written(value) in self.values for value in found)
            case "ne":
                return not any(_written(value) in self.values for value in found)
            case "regex":
                return any(matches(self.values[0], _written(value)) for value in found)
        return any(_is_compared(_COMPARED[self.word], value, self.values[0]) for value in found)


Filter = Sequence[Sequence[Condition]]
"""Any of these, each with all its conditions."""


def read_filter(query: str, known: Collection[str]) -> Filter:
    """The filter of a query string, without the parameters that are reserved. Raises `QueryError`.

    `known`: the attributes that resources may have.

    >>> read_filter("version.gt=2&limit=5;name=Gold%3Bcard", {"version", "name"})[1]
    [Condition(name='name', path=('name',), word='eq', values=('Gold;card',))]
    """
    groups: list[list[Condition]] = [[]]
    for parameter in filter(None, query.split("&")):
        for at, text in enumerate(parameter.split(";")):
            if at:
                groups.append([])
            written = unquote_plus(text)
            if written.partition("=")[0] in RESERVED and at == 0:
                continue
            groups[-1].append(_condition(written, known))
    if sum(map(len, groups)) > _MOST_CONDITIONS:
        raise QueryError("", f"At most {_MOST_CONDITIONS} conditions are understood at once.")
    return [] if groups == [[]] else groups


def _condition(written: str, known: Collection[str]) -> Condition:
    read = _CONDITION.fullmatch(written)
    if read is None:
        raise QueryError(written, "This is no condition: write <attribute>=<value>, or <attribute>.gt=<value>.")
    path, word, value = tuple(read[1].split(".")), _SIGNS[read[2]], read[3]
    if word == "eq" and len(path) > 1 and path[-1] in _WORDS:
        path, word = path[:-1], _WORDS[path[-1]]
    if path[0] not in known:
        raise QueryError(read[1], f"There is no attribute {path[0]!r} here; there are {', '.join(sorted(known))}.")
    if word == "regex" and (wrong := compile_pattern(value)):
        raise QueryError(read[1], f"This is no regular expression that is understood: {wrong}")
    return Condition(read[1], path, word, tuple(value.split(",")) if word in ("eq", "ne") else (value,))


def matches_filter(resource: Resource, wanted: Filter) -> bool:
    """Whether a resource is wanted. Raises `QueryError`."""
    return not wanted or any(all(each.holds(resource) for each in group) for group in wanted)


def read_order(text: str, known: Collection[str]) -> list[tuple[tuple[str, ...], bool]]:
    """`sort=name,-version`: paths, and whether the greater ones come first. Raises `QueryError`."""
    order = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        path = tuple(each.lstrip("+-").split("."))
        if path[0] not in known:
            raise QueryError("sort", f"There is no attribute {path[0]!r} here; there are {', '.join(sorted(known))}.")
        order.append((path, each.startswith("-")))
    return order


def in_order(resources: Iterable[Resource], order: Iterable[tuple[tuple[str, ...], bool]]) -> list[Resource]:
    """Sorted; what has no such attribute comes last. Raises `QueryError`."""
    found = list(resources)
    for path, greater_first in reversed(list(order)):
        keys = {id(one): _key(one, path) for one in found}
        there = [one for one in found if keys[id(one)] is not None]
        gone = [one for one in found if keys[id(one)] is None]
        found = [*sorted(there, key=lambda one: keys[id(one)], reverse=greater_first), *gone]
    return found


def _key(resource: Resource, path: tuple[str, ...]) -> Any:
    value = next(iter(values_at(resource, path, "sort")), None)
    if value is None:
        return None
    number, text = _number(value), _written(value)
    return (0, number, text) if number is not None else (1, Decimal(0), text)


def chosen(resource: Resource, fields: str, known: Collection[str]) -> Resource:
    """The attributes of `fields=name,category.id`; `none`: those alone that are always told. Raises `QueryError`."""
    if not fields:
        return resource
    paths = [tuple(field.strip().split(".")) for field in fields.split(",") if field.strip() != "none"]
    for path in paths:
        if path[0] not in known:
            raise QueryError("fields", f"There is no attribute {path[0]!r} here; there are {', '.join(sorted(known))}.")
    part: Resource = _part(resource, [*paths, *((name,) for name in ALWAYS)])
    return part


def _part(value: Any, paths: Sequence[tuple[str, ...]]) -> Any:
    if () in paths or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [_part(each, paths) for each in value]
    below = {name: [path[1:] for path in paths if path[0] == name] for name in value}
    return {name: _part(value[name], rest) for name, rest in below.items() if rest}


def values_at(value: Any, path: Sequence[str], name: str) -> Iterator[Any]:
    """What stands at a path; of lists whatever stands at it in one of the items. Raises `QueryError` where the path
    goes on and there is nothing that has attributes."""
    if isinstance(value, list):
        for each in value:
            yield from values_at(each, path, name)
    elif path and isinstance(value, dict):
        yield from values_at(value.get(path[0]), path[1:], name)
    elif path and value is not None:
        words = f"eq, {', '.join(word for word in _SIGNS.values() if word != 'eq')}"
        raise QueryError(name, f"{path[0]!r} is neither an attribute here nor a comparison; those are {words}.")
    elif value is not None:
        yield value


def _written(value: Any) -> str:
    """A value as a query writes it."""
    return value if isinstance(value, str) else json.dumps(value)


def _is_compared(compare: Callable[[Any, Any], bool], value: Any, bound: str) -> bool:
    """As numbers or as times if both are, else as texts."""
    for read in (_number, _time):
        one, other = read(value), read(bound)
        if one is not None and other is not None:
            return compare(one, other)
    return isinstance(value, str) and compare(value, bound)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _time(value: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=time.tzinfo or UTC) if time else None
