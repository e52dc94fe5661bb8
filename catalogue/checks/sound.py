"""What is left of a body whose shape is wrong in places: an entry without them, so that the rest is checked as well.

A list's item or an optional value that is wrong is taken out; in place of what the whole cannot do without, something
stands in of which nothing is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from catalogue.checks.setting import TRANSLATION
from catalogue.kinds.parts import Entry
from catalogue.problems import Path, Problem

_MOST_ROUNDS: Final = 20
_STAND_INS: Final[Mapping[str, Any]] = {
    "id": "unnamed",
    "name": {},
    "category": "unnamed",
    "languages": ["en"],
    "content": {"summary": {}},
    "channels": {"unnamed": {}},
    "types": [{"id": "unnamed", "name": {}}],
    "items": [],
    "conditions": [{"rule": "= true"}],
    "components": [{"product": "unnamed"}],
    "valid": {},
    "type": "page",
}


@dataclass(frozen=True)
class Sound:
    """`missing`: the places that were taken out or stood in for; `kept`: of each list, which items are left."""

    entry: Entry
    missing: frozenset[Path]
    kept: Mapping[Path, list[int]]
    named: frozenset[str]
    """Ids of the items that were taken out: what others say of them is not known."""

    def told(self, problem: Problem, codes_without_languages: str) -> Problem | None:
        """The problem with its place in the whole body; None if what is missing may have caused it."""
        path = _original(problem.path, self.kept)
        about_missing = any(path[: len(place)] == place[: len(path)] for place in self.missing)
        without_languages = ("languages",) in self.missing and problem.code == codes_without_languages
        if about_missing or without_languages or any(repr(id_) in problem.message for id_ in self.named):
            return None
        return Problem(problem.code, problem.severity, path, problem.message)


def sound_part(shape: type[Entry], body: Any, wrong: set[Path]) -> Sound | None:
    """The entry without what is wrong; None where nothing is left that could be checked."""
    wrong = set(wrong)
    for _ in range(_MOST_ROUNDS):
        if () in wrong or not isinstance(body, dict):
            return None
        kept: dict[Path, list[int]] = {}
        left = _without(body, wrong, (), kept)
        left |= {key: it for key, it in _STAND_INS.items() if (key,) in wrong}
        try:
            entry = shape.model_validate(left)
        except ValidationError as error:
            found = {_culprit(each["loc"], each["type"] == "missing", left, kept) for each in error.errors()}
            if found <= wrong:
                return None
            wrong |= found
        else:
            named = frozenset(id_ for path in wrong if (id_ := _id_at(body, path)))
            return Sound(entry, frozenset(wrong), kept, named)
    return None


def without_translations(kind: str) -> str:
    """The code of what is said of missing translations."""
    return f"{kind.upper()}-{TRANSLATION:03}"


def _without(value: Any, wrong: set[Path], path: Path, kept: dict[Path, list[int]]) -> Any:
    """The value without the wrong places below it. `kept` takes lists by their paths in what is left."""
    if isinstance(value, dict):
        return {
            key: _without(each, wrong, (*path, key), kept) for key, each in value.items() if (*path, key) not in wrong
        }
    if isinstance(value, list):
        indexes = [index for index in range(len(value)) if (*path, index) not in wrong]
        kept[path] = indexes
        return [_without(value[index], wrong, (*path, index), kept) for index in indexes]
    return value


def _culprit(location: Path, is_missing: bool, left: Any, kept: Mapping[Path, list[int]]) -> Path:
    """What to take out for an error: what stands there, or what cannot be without the missing (or be empty)."""
    found: list[str | int] = []
    for step in location:
        if not has_step(left, step):
            break
        left = left[step]
        found.append(step)
    path = _original(tuple(found), kept)
    if is_missing and not path:
        return tuple(location[:1])
    return path


def has_step(body: Any, step: str | int) -> bool:
    """Whether a path goes on like this; a list from which something was taken may end before it."""
    if isinstance(body, dict):
        return step in body
    return isinstance(body, list) and isinstance(step, int) and step < len(body)


def _original(path: Path, kept: Mapping[Path, list[int]]) -> Path:
    """A path in what is left as it is in the whole body."""
    found: Path = ()
    for step in path:
        indexes = kept.get(found)
        found = (
            *found,
            indexes[step] if indexes is not None and isinstance(step, int) and step < len(indexes) else step,
        )
    return found


def _id_at(body: Any, path: Path) -> str:
    for step in path:
        try:
            body = body[step]
        except (LookupError, TypeError):
            return ""
    id_ = body.get("id") if isinstance(body, dict) else None
    return id_ if isinstance(id_, str) else ""
