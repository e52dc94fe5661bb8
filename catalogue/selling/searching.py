"""Whether an offer is what somebody looks for: words of its texts, values of its features."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from catalogue.kinds.dictionary import DictionaryItem
from catalogue.selling.asker import Asker
from catalogue.selling.folding import folded
from catalogue.selling.shelf import Published, Shelf

_MANY: Final = 500
"""Places of a word: up to so many offers are found by it, of more it is looked for in one offer after the other."""


@dataclass(frozen=True)
class Wanted:
    """`words`: all of them are in its texts (folded). `values`: of each feature one of the texts."""

    words: tuple[str, ...] = ()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()


def wanted(text: str, features: Iterable[tuple[str, str]]) -> Wanted:
    """What is looked for; several values of one feature are alternatives."""
    values: dict[str, list[str]] = {}
    for feature, value in features:
        values.setdefault(feature, []).append(value)
    return Wanted(tuple(folded(text).split()), tuple((id_, tuple(texts)) for id_, texts in values.items()))


def found(shelf: Shelf, language: str, sought: Wanted, *, category: str = "", after: str = "") -> Iterator[str]:
    """The ids of offers of a category with all the words, in order, from behind `after`."""
    ids = shelf.ids(category, after=after)
    if not sought.words:
        return ids
    texts = shelf.texts(language)
    first, *others = sorted(sought.words, key=texts.count)
    if texts.count(first) > _MANY:  # whoever shows the first so many need not look at all
        return (id_ for id_ in ids if all(word in texts.of(id_) for word in (first, *others)))
    having = {id_ for id_, text in texts.having(first) if all(word in text for word in others)}
    return (id_ for id_ in ids if id_ in having)


def has_values(shelf: Shelf, one: Published, asker: Asker, sought: Wanted) -> bool:
    """Whether the features fit, in the asker's channel."""
    return all(_has(shelf, one, asker, feature, texts) for feature, texts in sought.values)


def _has(shelf: Shelf, one: Published, asker: Asker, feature: str, texts: Sequence[str]) -> bool:
    stated = one.facets.values.get(feature, ())
    values = [value for channel, value in stated if channel in ("", asker.channel)]
    definition = shelf.domain(one.facets.model).features.get(feature) if one.facets.model else None
    if definition is not None:
        values = values or [definition.default]
        if definition.dictionary:
            values = [*values, *_above(shelf.codes(definition.dictionary), values)]
    return any(is_value(value, text) for value in values for text in texts)


def _above(codes: Mapping[str, DictionaryItem], values: Iterable[Any]) -> Iterator[str]:
    """The codes above those of a feature: who looks for renewable energy finds wind."""
    for value in values:
        for code in value if isinstance(value, list) else [value]:
            item = codes.get(str(code))
            while item is not None and item.parent:
                yield item.parent
                item = codes.get(item.parent)


def is_value(value: Any, text: str) -> bool:
    """Whether a feature's value is, holds or spans what a text says.

    >>> is_value({"min": 1000, "max": 80000}, "20000"), is_value(["gold", "silver"], "Gold"), is_value(True, "false")
    (True, True, False)
    """
    match value:
        case bool():
            return text.casefold() == str(value).casefold()
        case int() | float() | Decimal():
            return _number(text) == Decimal(str(value))
        case {"min": low, "max": high}:
            number = _number(text)
            return number is not None and Decimal(str(low)) <= number <= Decimal(str(high))
        case list() | dict():
            held = value.values() if isinstance(value, dict) else value
            return any(is_value(each, text) for each in held)
        case _:
            return value is not None and _folded(text) in _folded(str(value))


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    return folded(text)


@lru_cache(maxsize=1_000)
def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
