"""A body with one place changed, and a catalogue of bodies."""

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from catalogue import kinds
from catalogue.checks import Together, check_entry
from catalogue.kinds import MEDIA
from catalogue.kinds.medium import Medium
from catalogue.kinds.parts import Entry
from catalogue.problems import Problem
from tests.catalogue.checks.energy import ENTRIES

AT: Final = datetime(2026, 6, 1, tzinfo=UTC)
GONE: Final = object()
SHAPES: Final = {kind.name: kind.shape for kind in kinds.ALL}


def at_pointer(body: Any, pointer: str, value: Any) -> Any:
    """A copy of a body with a value at a JSON pointer; `-` adds to a list, `GONE` takes away."""
    changed = copy.deepcopy(body)
    *steps, last = pointer.strip("/").split("/")
    target = changed
    for step in steps:
        target = target[int(step)] if isinstance(target, list) else target.setdefault(step, {})
    if isinstance(target, list):
        target.append(value) if last == "-" else target.__setitem__(int(last), value)
    elif value is GONE:
        del target[last]
    else:
        target[last] = value
    return changed


def catalogue(bodies: Mapping[tuple[str, str], Any] = ENTRIES) -> Together:
    """The entries of these bodies, and two media."""
    entries: dict[tuple[str, str], Entry] = {
        (kind, id_): SHAPES[kind].model_validate(body) for (kind, id_), body in bodies.items()
    }
    return Together(entries | {(MEDIA.name, id_): _medium(id_) for id_ in ("picture", "terms")})


def _medium(id_: str) -> Medium:
    return Medium(id=id_, name={"en": id_}, content_type="image/png", size=1, key=f"media/0/{id_}.png")


def problems_of(kind: str, body: Any, *, publishing: bool = True) -> tuple[Problem, ...]:
    return check_entry(kind, body, catalogue(), at=AT, publishing=publishing)[1]
