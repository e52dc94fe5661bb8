"""What a product is: localised content, features, prices, a segment rule, channels, and the process that sells it.

The model knows no trade: loans and car insurance are data. Expressions are FEEL, written as text after `=`.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
"""Ids of products, features, prices, channels, categories: lower case, digits, hyphens."""
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Words = dict[Language, Annotated[str, Field(min_length=1, max_length=20_000)]]
"""A text by language."""
Feel = Annotated[str, Field(min_length=2, max_length=4_000, pattern=r"^\s*=")]
"""A FEEL expression with its leading `=`."""

FeatureKind = Literal["text", "number", "money", "percentage", "yesNo", "date", "range", "choice"]


class Part(BaseModel):
    """What all parts of a product share: camelCase in files, nothing unknown, immutable."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class Feature(Part):
    """A property that customers compare. `value`: as its kind; a range is {min, max}, a choice a list."""

    id: Key
    name: Words
    kind: FeatureKind
    value: Any
    unit: Annotated[str, Field(max_length=20)] = ""


class Price(Part):
    """A price: an amount of money (once or per period), or a rate in percent a year. `value`: a number or FEEL."""

    id: Key
    name: Words
    type: Literal["oneOff", "recurring", "rate"]
    value: Decimal | Feel
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    period: Annotated[str, Field(pattern=r"^P\d{1,4}[DWMY]$")] | None = None


class Channel(Part):
    """How a product is sold in a channel, and when."""

    from_: Annotated[datetime | None, Field(alias="from")] = None
    until: datetime | None = None


class Content(Part):
    """What a product says of itself, by language."""

    summary: Words
    description: Words = {}
    more: Annotated[dict[Key, Words], Field(max_length=50)] = {}
    """Further texts by name: terms, a call to action, an image's address."""


class Product(Part):
    """One version of a product, as `product.yaml` holds it."""

    id: Key
    name: Words
    category: Key
    process: Annotated[str, Field(min_length=1, max_length=80)]
    """The id of the process that sells it."""
    languages: Annotated[list[Language], Field(min_length=1, max_length=30)]
    """The first is what is shown where a text is missing."""
    content: Content
    features: Annotated[list[Feature], Field(max_length=200)] = []
    prices: Annotated[list[Price], Field(max_length=50)] = []
    segment: Feel | None = None
    """To whom it is offered: FEEL over `customer` and `channel`; everybody if absent."""
    channels: Annotated[dict[Key, Channel], Field(min_length=1, max_length=30)]


def words(texts: Mapping[str, str], language: str, fallback: str) -> str:
    """The text in a language, else in its base language, else in the fallback, else in whatever there is.

    >>> words({"en": "Loan", "pl": "Kredyt"}, "pl-PL", "en")
    'Kredyt'
    """
    for candidate in (language, language.split("-", maxsplit=1)[0], fallback):
        if candidate in texts:
            return texts[candidate]
    return next(iter(texts.values()), "")
