"""A package: products that are sold together, how many of each, and what it changes of their prices."""

from typing import Annotated

from pydantic import Field

from catalogue.kinds.parts import Entry, Feel, Key, Language, Part, Words
from catalogue.kinds.product import Channel, Content, ProcessId
from catalogue.kinds.promotion import Change


class Component(Part):
    """A product in a package: least, most and usual number."""

    product: Key
    minimum: Annotated[int, Field(ge=0, le=1000)] = 0
    maximum: Annotated[int, Field(ge=1, le=1000)] = 1
    default: Annotated[int, Field(ge=0, le=1000)] = 0


class ComponentGroup(Part):
    """So many of these components together: "choose one card"."""

    id: Key
    name: Words
    products: Annotated[tuple[Key, ...], Field(min_length=1, max_length=50)]
    minimum: Annotated[int, Field(ge=0, le=1000)] = 0
    maximum: Annotated[int, Field(ge=1, le=1000)] = 1


class Package(Entry):
    """A version of a package. Its components' own rules (segments, relations) hold too."""

    category: Key
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=30)]
    content: Content
    components: Annotated[tuple[Component, ...], Field(min_length=1, max_length=50)]
    groups: Annotated[tuple[ComponentGroup, ...], Field(max_length=20)] = ()
    changes: Annotated[tuple[Change, ...], Field(max_length=50)] = ()
    """What the package changes of its components' prices."""
    segment: Feel | None = None
    segments: Annotated[tuple[Key, ...], Field(max_length=50)] = ()
    channels: Annotated[dict[Key, Channel], Field(min_length=1, max_length=30)]
    process: ProcessId | None = None
