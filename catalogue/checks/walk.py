"""Goes through the parts of an entry: each text by language, each expression, and each list, with its path.

Which is which stands in the shapes' annotations, so that a new field of a shape is checked without a word here.
"""

import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from catalogue.kinds.parts import Feel, Part, Words
from catalogue.problems import Path

Role = Literal["words", "feel", "list", "part"]


class Place(NamedTuple):
    """A value of some role, and the field of the part in which it stands. `field`: its name in Python."""

    role: Role
    path: Path
    part: Part
    field: str
    value: Any


def places(part: Part, path: Path = ()) -> list[Place]:
    """Everything below a part, the outer before the inner."""
    found: list[Place] = []
    _go_through(part, path, found)
    return found


def parts(entry: Part) -> Iterator[tuple[Path, Part]]:
    """The part itself and all parts within it."""
    return parts_among(entry, places(entry))


def parts_among(entry: Part, found: Sequence[Place]) -> Iterator[tuple[Path, Part]]:
    """The same, of one whose places are known."""
    yield (), entry
    yield from ((place.path, place.value) for place in found if place.role == "part")


@dataclass(frozen=True)
class _Field:
    """What a field may hold of what is looked for. `inner`: each item of a list, each value of a mapping; None: those
    hold nothing of it."""

    is_words: bool
    is_feel: bool
    inner: "_Field | None"


@cache
def _fields(shape: type[Part]) -> tuple[tuple[str, str, _Field], ...]:
    """The fields by their names in Python and in files, without those that hold nothing that is looked for."""
    hints = get_type_hints(shape, include_extras=True)
    found = ((name, info.alias or name, _field(hints[name])) for name, info in shape.model_fields.items())
    return tuple((name, alias, field) for name, alias, field in found if field is not None)


def _field(hint: Any) -> _Field | None:
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(plain) in (Union, UnionType):
        return next(filter(None, map(_field, get_args(plain))), None)
    if hint in (Words, Feel) or (isinstance(plain, type) and issubclass(plain, Part)):
        return _Field(hint == Words, hint == Feel, None)
    match get_origin(plain):
        case builtins.dict:
            return _Field(False, False, inner) if (inner := _field(get_args(plain)[1])) else None
        case builtins.list | builtins.tuple:
            return _Field(False, False, _field(get_args(plain)[0]))
    return None


def _go_through(part: Part, path: Path, found: list[Place]) -> None:
    for name, alias, field in _fields(type(part)):
        _look_at(part, name, field, getattr(part, name), (*path, alias), found)


def _look_at(part: Part, name: str, field: _Field, value: Any, path: Path, found: list[Place]) -> None:
    if isinstance(value, Part):
        found.append(Place("part", path, part, name, value))
        _go_through(value, path, found)
    elif isinstance(value, str):
        if field.is_feel:
            found.append(Place("feel", path, part, name, value))
    else:
        _look_into(part, name, field, value, path, found)


def _look_into(part: Part, name: str, field: _Field, value: Any, path: Path, found: list[Place]) -> None:
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, Mapping):
        items = value.items()
        if field.is_words:
            found.append(Place("words", path, part, name, value))
    elif isinstance(value, Sequence):
        items = enumerate(value)
        found.append(Place("list", path, part, name, value))
    if (inner := field.inner) is not None:
        for key, item in items:
            _look_at(part, name, inner, item, (*path, key), found)
