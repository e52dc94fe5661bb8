"""Classes made of their annotations, as @dataclass(frozen=True, slots=True) makes them, in a fiftieth of the time.

FEEL and DMN have many small classes, and every cold start pays for them. That records do not change is checked by
types alone.
"""

from __future__ import annotations

from typing import Any, dataclass_transform


@dataclass_transform(frozen_default=True)
class _RecordType(type):
    """Annotations become slots. `kw_only` ones are given by name, by subclasses too, and are no part of equality."""

    parts: tuple[str, ...]
    _named: tuple[str, ...]
    _defaults: dict[str, Any]

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *, kw_only: bool = False) -> _RecordType:
        own = tuple(each for each in body.get("__annotations__", ()))
        defaults = {each: body.pop(each) for each in own if each in body}
        made = super().__new__(cls, name, bases, {**body, "__slots__": own})
        above = bases[0] if bases else None
        inherited = (above.parts, above._named, above._defaults) if isinstance(above, _RecordType) else ((), (), {})
        made.parts = inherited[0] + (() if kw_only else own)
        made._named = inherited[1] + (own if kw_only else ())
        made._defaults = inherited[2] | defaults
        return made


class Record(metaclass=_RecordType):
    """Equal to what is of the same class and has the same parts."""

    def __init__(self, *parts: Any, **named: Any) -> None:
        # The class's own initializer is written when it is first used: of most classes there never is an instance.
        made = type(self).__init__ = _initializer(type(self))  # type: ignore[method-assign]
        made(self, *parts, **named)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return values(self) == values(other)

    def __hash__(self) -> int:
        return hash((type(self).__name__, *values(self)))

    def __repr__(self) -> str:
        parts = ", ".join(f"{part}={getattr(self, part)!r}" for part in type(self).parts)
        return f"{type(self).__name__}({parts})"


def values(record: Record) -> tuple[Any, ...]:
    """What its parts are, in their order."""
    return tuple(getattr(record, part) for part in type(record).parts)


def _initializer(cls: _RecordType) -> Any:
    defaults = cls._defaults
    parts, named = ([f"{n}=_{n}" if n in defaults else n for n in names] for names in (cls.parts, cls._named))
    parameters = ", ".join(["self", *parts, *(["*", *named] if named else [])])
    lines = "".join(f"    self.{name} = {name}\n" for name in (*cls.parts, *cls._named)) or "    pass\n"
    made: dict[str, Any] = {f"_{name}": value for name, value in defaults.items()}
    exec(f"def __init__({parameters}):\n{lines}", made)  # noqa: S102 - the class's own names
    return made["__init__"]
