"""Goes through the parts of an entry: each text by language, each expression, and each list, with its path.

Which is which stands in the shapes' annotations, so that a new field of a shape is checked without a word here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from catalogue.kinds.parts import Feel, Part, Words
from catalogue.problems import Path

Role = Literal["words", "feel", "list", "part"]


@dataclass(frozen=True)
class Place:
    """A value of some role, and the field of the part in which it stands. `field`: its name in Python."""

    role: Role
    path: Path
    part: Part
    field: str
    value: Any


def places(part: Part, path: Path = ()) -> Iterator[Place]:
    """Everything below a part, the outer before the inner."""
    for field, (alias, hint) in _fields(type(part)).items():
        yield from _places(part, field, hint, getattr(part, field), (*path, alias))


def parts(entry: Part) -> Iterator[tuple[Path, Part]]:
    """The part itself and all parts within it."""
    yield (), entry
    yield from ((place.path, place.value) for place in places(entry) if place.role == "part")


@cache
def _fields(shape: type[Part]) -> dict[str, tuple[str, Any]]:
    hints = get_type_hints(shape, include_extras=True)
    return {name: (info.alias or name, hints[name]) for name, info in shape.model_fields.items()}


def _places(part: Part, field: str, hint: Any, value: Any, path: Path) -> Iterator[Place]:
    if isinstance(value, Part):
        yield Place("part", path, part, field, value)
        yield from places(value, path)
    elif isinstance(value, str):
        if _admits(hint, Feel):
            yield Place("feel", path, part, field, value)
    elif isinstance(value, Mapping):
        yield from _entries(part, field, hint, value, path)
    elif isinstance(value, Sequence) and hint is not Any:
        yield Place("list", path, part, field, value)
        for index, item in enumerate(value):
            yield from _places(part, field, _item(hint), item, (*path, index))


def _entries(part: Part, field: str, hint: Any, value: Mapping[str, Any], path: Path) -> Iterator[Place]:
    if hint == Words:
        yield Place("words", path, part, field, value)
    elif get_origin(_plain(hint)) is dict:
        for key, item in value.items():
            yield from _places(part, field, get_args(_plain(hint))[1], item, (*path, key))


def _plain(hint: Any) -> Any:
    """The hint without what is said of it beside its type."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _item(hint: Any) -> Any:
    arguments = get_args(_plain(hint))
    return arguments[0] if arguments else Any


def _admits(hint: Any, wanted: Any) -> bool:
    """Whether the hint is the wanted one, perhaps among others.

    >>> _admits(Feel | None, Feel), _admits(str, Feel)
    (True, False)
    """
    if hint == wanted:
        return True
    return get_origin(hint) in (Union, UnionType) and any(_admits(each, wanted) for each in get_args(hint))
