"""A product: localised content, features, prices, whom it is for, channels, calculators, and the process that sells it.

The shape knows no trade: loans and car insurance are data. Expressions are FEEL, written as text after `=`.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from catalogue.kinds.calculator import Calculator
from catalogue.kinds.model import FeatureKind
from catalogue.kinds.parts import Entry, Feel, Key, Language, Part, Window, Words
from catalogue.kinds.price import Price

Action = Literal["view", "simulate", "quote", "buy"]
ProcessId = Annotated[str, Field(min_length=1, max_length=80)]


class VariedValue(Part):
    """A value that holds for a language, a channel, a variant, or some of them together; the most special one wins."""

    language: Language | None = None
    channel: Key | None = None
    variant: Key | None = None
    value: Any


class Feature(Part):
    """A property that customers compare. `value`: as its kind; a range is {min, max}, a choice a list.

    A product of a domain model states id and value, and the rest stands in the model; another states it itself.
    """

    id: Key
    value: Any = None
    values: Annotated[tuple[VariedValue, ...], Field(max_length=200)] = ()
    name: Words = {}
    kind: FeatureKind | None = None
    unit: Annotated[str, Field(max_length=20)] = ""


class Channel(Window):
    """How a product is sold in a channel, and when. `process` in place of the product's own."""

    actions: tuple[Action, ...] = ("view", "simulate", "quote", "buy")
    process: ProcessId | None = None
    note: Words = {}
    """How it is sold there: what a call-centre agent or a branch says and does."""


class Content(Part):
    """What a product says of itself, by language; `channels` replaces single texts in a channel."""

    summary: Words
    description: Words = {}
    more: Annotated[dict[Key, Words], Field(max_length=50)] = {}
    """Further texts by name: terms, a call to action."""
    media: Annotated[dict[Key, Key], Field(max_length=50)] = {}
    """Images and files by name: ids of media."""
    channels: Annotated[dict[Key, "ChannelContent"], Field(max_length=30)] = {}


class ChannelContent(Part):
    """What is said otherwise in a channel."""

    summary: Words = {}
    description: Words = {}
    more: Annotated[dict[Key, Words], Field(max_length=50)] = {}


class Variant(Part):
    """A variant that a customer chooses: what differs are values of features (`Feature.values`) and prices' rules."""

    id: Key
    name: Words


class Relation(Part):
    """How this product stands to another one."""

    type: Literal["requires", "excludes", "replaces", "goesWith"]
    product: Key
    valid: Window = Window()


class Product(Entry):
    """One version of a product, as `product.yaml` and the catalogue hold it."""

    category: Key
    model: Key | None = None
    """The domain model; without one the features describe themselves."""
    type: Key | None = None
    """The type within the model."""
    process: ProcessId | None = None
    """The id of the process that sells it, where its channel names no other; without any it cannot be bought."""
    languages: Annotated[list[Language], Field(min_length=1, max_length=30)]
    """The first is what is shown where a text is missing."""
    content: Content
    features: Annotated[list[Feature], Field(max_length=300)] = []
    variants: Annotated[list[Variant], Field(max_length=50)] = []
    prices: Annotated[list[Price], Field(max_length=50)] = []
    calculators: Annotated[list[Calculator], Field(max_length=10)] = []
    segment: Feel | None = None
    """To whom it is offered: FEEL over `customer`, `channel`, `features`; everybody if absent."""
    segments: Annotated[list[Key], Field(max_length=50)] = []
    """And only to who belongs to at least one of these; everybody if empty."""
    relations: Annotated[list[Relation], Field(max_length=100)] = []
    channels: Annotated[dict[Key, Channel], Field(min_length=1, max_length=30)]
    discount_limit: Annotated[int | None, Field(ge=0, le=100)] = None
    """Percent that a seller may take off a quote without another's approval; None: nothing."""
