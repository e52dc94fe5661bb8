"""Whether a value is one of its feature: by kind, bounds, digits, pattern, codes, and how many there are."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from catalogue.checks.setting import REQUIRED, VALUE, Said
from catalogue.checks.texts import markdown_fault, untranslated
from catalogue.kinds.dictionary import DictionaryItem
from catalogue.kinds.model import FeatureDefinition
from catalogue.kinds.parts import Code
from catalogue.problems import Path
from state_machines.feel import evaluate_with_warnings

MANY: Final = frozenset({"list", "choice"})
"""Kinds whose one value is a list: their cardinality speaks of its items, where it says more than "at most one"."""
TEXTUAL: Final = frozenset({"text", "richText", "list", "image", "attachment"})
"""Kinds whose value can be written by language, {pl: ..., en: ...}."""
_SHOWN: Final = 80
_MEDIUM: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")


@dataclass(frozen=True)
class Known:
    """What values may be read against. `codes`: of the feature's dictionary, None if that is not to be found.

    `taken`: codes that the live version of the product has: it may keep them when they have ended.
    """

    languages: tuple[str, ...]
    at: datetime | None
    codes: Mapping[Code, DictionaryItem] | None = None
    taken: frozenset[Code] = field(default_factory=frozenset)


def value_faults(definition: FeatureDefinition, value: Any, path: Path, known: Known) -> Iterator[Said]:
    """Everything that is wrong with a feature's value, which stands at `path`."""
    if definition.kind in TEXTUAL and isinstance(value, Mapping):
        if "language" not in definition.varies_by:
            words = f"{definition.id!r} does not vary by language; give one value, or let its model say that it does."
            yield Said(VALUE, path, words)
        yield from untranslated(value, known.languages, path, optional=False)
        for language, each in value.items():
            yield from _one_or_many(definition, each, (*path, language), known)
    else:
        yield from _one_or_many(definition, value, path, known)


def _one_or_many(definition: FeatureDefinition, value: Any, path: Path, known: Known) -> Iterator[Said]:
    least, most = definition.cardinality
    if definition.kind not in MANY and most <= 1:
        yield from _one(definition, value, path, known)
    elif not isinstance(value, Sequence) or isinstance(value, str):
        yield Said(
            VALUE, path, f"{_shown(value)} is not a list; {definition.id!r} holds several values: write [ ... ]."
        )
    else:
        if most > 1 and not least <= len(value) <= most:
            yield Said(REQUIRED, path, f"{definition.id!r} takes {least} to {most} values; there are {len(value)}.")
        for index, each in enumerate(value):
            yield from _one(definition, each, (*path, index), known)


def _one(definition: FeatureDefinition, value: Any, path: Path, known: Known) -> Iterator[Said]:
    fault = _FAULTS[definition.kind](definition, value, known)
    if fault is not None:
        words = f"{_shown(value)} is no value of {definition.id!r} (kind {definition.kind!r}): {fault}."
        yield Said(VALUE, path, words)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def decimal(value: object) -> Decimal | None:
    """A finite number as decimal; None if the value is something else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None


def _number(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    number = decimal(value)
    if number is None:
        return "write a number, without quotes"
    if definition.min is not None and number < definition.min:
        return f"the least is {definition.min}"
    if definition.max is not None and number > definition.max:
        return f"the most is {definition.max}"
    digits = -int(number.normalize().as_tuple().exponent)
    if definition.precision is not None and digits > definition.precision:
        return f"at most {definition.precision} digits stand behind the point"
    return None


def _range(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    if not isinstance(value, Mapping) or set(value) != {"min", "max"}:
        return "write {min: ..., max: ...}"
    for end in ("min", "max"):
        if fault := _number(definition, value[end], known):
            return f"{end}: {fault}"
    return "min is more than max" if value["min"] > value["max"] else None


def _text(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    if not isinstance(value, str):
        return "write a text"
    if definition.pattern and not _matches(value, definition.pattern):
        return f"it must match {definition.pattern!r}"
    return None


def _matches(text: str, pattern: str) -> bool:
    return evaluate_with_warnings("matches(value, pattern)", {"value": text, "pattern": pattern}).value is True


def pattern_fault(pattern: str) -> str | None:
    """What is wrong with a regular expression; None if it is sound."""
    warnings = evaluate_with_warnings("matches(value, pattern)", {"value": "", "pattern": pattern}).warnings
    return warnings[0].message if warnings else None


def _rich(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    return markdown_fault(value) if isinstance(value, str) else "write a text in Markdown"


def _yes_no(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    return None if isinstance(value, bool) else "write true or false"


def _date(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return None
    try:
        return None if isinstance(value, str) and len(value) == 10 and date.fromisoformat(value) else _DATE
    except ValueError:
        return _DATE


_DATE: Final = "write a day as in 2026-01-31"


def names_medium(value: Any) -> bool:
    """Whether it has the form of a medium's id."""
    return isinstance(value, str) and _MEDIUM.fullmatch(value) is not None


def _media(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    return None if names_medium(value) else "write the id of a medium, as its upload answered it"


def _code(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    if not isinstance(value, str):
        return "write a code of the dictionary, in quotes"
    if known.codes is None:
        return None  # the model's reference to the dictionary is what is wrong, and said there
    item = known.codes.get(value)
    if item is None:
        return f"the dictionary {definition.dictionary!r} has no such code"
    if has_ended(item, known.at) and value not in known.taken:
        instead = f"; use {item.replaced_by!r}" if item.replaced_by else ""
        return f"the code has ended{instead}"
    return None


def has_ended(item: DictionaryItem, at: datetime | None) -> bool:
    """Whether nothing new may use the code any more."""
    return at is not None and item.valid.until is not None and item.valid.until <= at


def _choice(definition: FeatureDefinition, value: Any, known: Known) -> str | None:
    if definition.dictionary is not None:
        return _code(definition, value, known)
    return None if isinstance(value, str) or decimal(value) is not None else "write texts or numbers"


_FAULTS: Final[dict[str, Callable[[FeatureDefinition, Any, Known], str | None]]] = {
    "text": _text,
    "richText": _rich,
    "number": _number,
    "money": _number,
    "percentage": _number,
    "yesNo": _yes_no,
    "date": _date,
    "image": _media,
    "attachment": _media,
    "dictionary": _code,
    "list": _text,
    "range": _range,
    "choice": _choice,
}
