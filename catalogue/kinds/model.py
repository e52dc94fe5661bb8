"""A domain model: which types of products a trade has, and of which features they are made. Nothing of a trade is code.

type --> groups of features (a tree) --> features (kind, unit, cardinality, rules, default, what they vary by)
categories (a tree)
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from catalogue.kinds.parts import Currency, Entry, Feel, Key, Number, Part, Words

FeatureKind = Literal[
    "text",
    "richText",
    "number",
    "money",
    "percentage",
    "yesNo",
    "date",
    "image",
    "attachment",
    "dictionary",
    "list",
    "range",
    "choice",
]
"""`list`: texts; `range`: {min, max} of numbers; `choice`: which of the listed values a customer may choose."""
SHOWS_MEDIA: Final[tuple[FeatureKind, ...]] = ("image", "attachment")
"""Kinds of features whose values are ids of media."""
Axis = Literal["language", "channel", "variant"]


class Category(Part):
    """A node of the tree of categories."""

    id: Key
    name: Words
    parent: Key | None = None


class FeatureGroup(Part):
    """A heading under which features stand; groups form a tree."""

    id: Key
    name: Words
    parent: Key | None = None


class FeatureRule(Part):
    """What must hold of a value: FEEL over `value`, `features` (all values by id), `product` (id, type, category)."""

    when: Feel
    words: Words
    """What is said where it does not hold."""


class FeatureDefinition(Part):
    """A feature: what kind of value it has and what may be said of it."""

    id: Key
    name: Words
    kind: FeatureKind
    group: Key | None = None
    unit: Annotated[str, Field(max_length=20)] = ""
    currency: Currency | None = None
    precision: Annotated[int | None, Field(ge=0, le=12)] = None
    """Digits behind the point, of numbers, money, percentages and ranges."""
    min: Number | None = None
    max: Number | None = None
    pattern: Annotated[str, Field(max_length=500)] = ""
    """An XPath regular expression that texts match, as FEEL's `matches` reads it."""
    dictionary: Key | None = None
    """Of kind `dictionary`: whose codes are its values."""
    cardinality: Annotated[tuple[int, int], Field()] = (0, 1)
    """How many values: least and most; more than one is written as a list."""
    default: Any = None
    varies_by: tuple[Axis, ...] = ()
    rules: Annotated[tuple[FeatureRule, ...], Field(max_length=20)] = ()
    compared: bool = True
    """Whether it stands in comparisons of products."""


class ProductType(Part):
    """A type of product: its features, those of the types above it included."""

    id: Key
    name: Words
    parent: Key | None = None
    features: Annotated[tuple[Key, ...], Field(max_length=300)] = ()
    required: tuple[Key, ...] = ()
    """Which of them a product must state."""


class DomainModel(Entry):
    """A version of a domain model. `extends`: another model, whose definitions are taken over and may be added to."""

    extends: Key | None = None
    languages: Annotated[tuple[str, ...], Field(min_length=1, max_length=30)]
    types: Annotated[tuple[ProductType, ...], Field(min_length=1, max_length=200)]
    categories: Annotated[tuple[Category, ...], Field(max_length=500)] = ()
    groups: Annotated[tuple[FeatureGroup, ...], Field(max_length=200)] = ()
    features: Annotated[tuple[FeatureDefinition, ...], Field(max_length=1000)] = ()
