"""What the shapes of all kinds are made of: keys, texts by language, expressions, windows of time, references."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
"""Ids of products, features, prices, channels, categories: lower case, digits, hyphens."""
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Words = dict[Language, Annotated[str, Field(min_length=1, max_length=20_000)]]
"""A text by language."""
Feel = Annotated[str, Field(min_length=2, max_length=4_000, pattern=r"^\s*=")]
"""A FEEL expression with its leading `=`."""
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""
Period = Annotated[str, Field(pattern=r"^P\d{1,4}[DWMY]$")]
"""An ISO 8601 duration of one unit: days, weeks, months or years."""
Number = Annotated[Decimal, PlainSerializer(str, return_type=str, when_used="json"), Field(allow_inf_nan=False)]
"""A decimal; in JSON text, so that no digit is lost."""
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,59}$")]
"""A code of a dictionary: neutral to language, never given anew."""


class Part(BaseModel):
    """What all parts of an entry share: camelCase in files, nothing unknown, immutable."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, defer_build=True
    )


def _no_number(given: Any) -> Any:
    """Numbers, also as texts, would be read as seconds since 1970."""
    if isinstance(given, datetime) or (isinstance(given, str) and "T" in given.upper()):
        return given
    raise ValueError("a time with its zone is expected, as 2026-11-30T12:00:00Z")


Moment = Annotated[AwareDatetime, BeforeValidator(_no_number)]
"""A time with its zone, as ISO 8601 writes it."""


class Window(Part):
    """A time in which something holds: from `from` (inclusive) until `until` (exclusive); open where one is absent."""

    from_: Annotated[Moment | None, Field(alias="from")] = None
    until: Moment | None = None


class Entry(Part):
    """What every kind's body begins with."""

    id: Key
    name: Words


def words(texts: Mapping[str, str], language: str, fallback: str) -> str:
    """The text in a language, else in its base language, else in the fallback, else in whatever there is.

    >>> words({"en": "Loan", "pl": "Kredyt"}, "pl-PL", "en")
    'Kredyt'
    """
    for candidate in (language, language.split("-", maxsplit=1)[0], fallback):
        if candidate in texts:
            return texts[candidate]
    return next(iter(texts.values()), "")


def body_of(entry: Part) -> dict[str, Any]:
    """An entry as plain JSON values, as files and tables hold it: what has its default is left out."""
    return entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
