"""Everything that is wrong with an entry, at once: its shape, and each check of its kind, in their order."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from catalogue import kinds
from catalogue.checks import (
    dictionaries,
    expressions,
    models,
    packages,
    pages,
    plain,
    products,
    promotions,
    references,
    relations,
    texts,
)
from catalogue.checks.setting import SHAPE, Check, Others, Said, Setting
from catalogue.checks.sound import has_step, sound_part, without_translations
from catalogue.kinds.parts import Entry
from catalogue.problems import Path, Problem

_ALONE: Final = frozenset(
    {plain.doubled, plain.taken, plain.windows, texts.translations, packages.components, packages.groups, pages.blocks}
)
"""What says nothing else because something that the entry names is another one."""
_EVERY: Final[tuple[Check, ...]] = (
    plain.doubled,
    plain.windows,
    texts.translations,
    expressions.expressions,
    references.unpublished,
    references.missing_media,
)
_OF_KIND: Final[Mapping[str, tuple[Check, ...]]] = {
    "dictionary": (dictionaries.hierarchy, dictionaries.vanished),
    "model": (models.extension, models.trees, models.types, models.features),
    "segment": (),
    "product": (
        plain.taken,
        products.place_in_model,
        products.required_features,
        products.feature_values,
        products.variations,
        products.prices,
        products.calculators,
        products.channels,
        relations.relations,
    ),
    "package": (
        plain.taken,
        packages.components,
        packages.groups,
        packages.together,
        packages.channels,
        packages.changes,
    ),
    "promotion": (promotions.effect, promotions.reach),
    "page": (pages.blocks,),
}
_KINDS: Final = {kind.name: kind for kind in kinds.ALL}


def check_entry(
    kind: str, body: Any, others: Others, *, at: datetime | None, publishing: bool = False
) -> tuple[Entry | None, tuple[Problem, ...]]:
    """The entry, if the body has the shape of its kind (by name), and everything there is to say about it.

    `at`: the time for which windows are read (None: none is). `publishing`: what the entry names must be published;
    while it is drafted that is a warning. Never raises on what the body holds.
    """
    try:
        entry = _KINDS[kind].shape.model_validate(body)
    except ValidationError as error:
        said = [_problem(kind, each) for each in _shape(error, body)]
        return None, (*said, *_of_the_rest(kind, body, {each.path for each in said}, others, at, publishing))
    return entry, problems_of(entry, Setting(kind, others, at, publishing))


def _of_the_rest(
    kind: str, body: Any, wrong: set[Path], others: Others, at: datetime | None, publishing: bool
) -> Iterator[Problem]:
    """What is wrong beside the shape, as far as that can be known."""
    left = sound_part(_KINDS[kind].shape, body, wrong)
    for problem in problems_of(left.entry, Setting(kind, others, at, publishing)) if left else ():
        if told := left and left.told(problem, without_translations(kind)):
            yield told


def problems_of(entry: Entry, setting: Setting, *, beside: bool = False) -> tuple[Problem, ...]:
    """What the checks of its kind say of an entry; those alone that look at others too if it is `beside` a change."""
    checks = (check for check in (*_EVERY, *_OF_KIND[setting.kind]) if not (beside and check in _ALONE))
    return tuple(_problem(setting.kind, said) for check in checks for said in check(entry, setting))


def _shape(error: ValidationError, body: Any) -> Iterator[Said]:
    """What is wrong with the shape: of each place one thing, though each reading of it has its own complaint."""
    complaints: dict[Path, list[str]] = {}
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        complaints.setdefault(_in_body(each["loc"], body, each["type"] == "missing"), []).append(each["msg"])
    for path, messages in complaints.items():
        where = ".".join(map(str, path)) or "the whole"
        yield Said(SHAPE, path, f"{where}: {'; or: '.join(dict.fromkeys(messages))}.")


def _in_body(location: Path, body: Any, is_missing: bool) -> Path:
    """The part of a location that is in the body, with a key that is missing; not which of several types was tried."""
    found: list[str | int] = []
    for step in location:
        if has_step(body, step):
            found.append(step)
            body = body[step]
        else:
            return (*found, step) if is_missing else tuple(found)
    return tuple(found)


def _problem(kind: str, said: Said | Problem) -> Problem:
    if isinstance(said, Problem):
        return said
    return Problem(f"{kind.upper()}-{said.number:03}", said.severity, said.path, said.message)
