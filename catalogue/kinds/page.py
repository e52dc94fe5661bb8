"""A page: headless content that stands beside products (pages, banners, articles), in blocks."""

from typing import Annotated, Any, Literal

from pydantic import Field

from catalogue.kinds.parts import Entry, Key, Language, Part, Window, Words


class Block(Part):
    """A piece of a page. `text` is Markdown; products, packages and `media` are ids; `data` belongs to the channel."""

    type: Literal["text", "heading", "image", "products", "banner", "link", "video", "custom"]
    text: Words = {}
    products: Annotated[tuple[Key, ...], Field(max_length=50)] = ()
    packages: Annotated[tuple[Key, ...], Field(max_length=50)] = ()
    media: Key | None = None
    url: Annotated[str, Field(max_length=2_000, pattern=r"^(https://|/)")] | None = None
    data: dict[str, Any] = {}


class Page(Entry):
    """A version of a page. `slot`: where a channel shows it ("home", "home-banner"), highest `priority` first."""

    type: Literal["page", "banner", "article"]
    slot: Key | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=30)]
    summary: Words = {}
    blocks: Annotated[tuple[Block, ...], Field(max_length=100)] = ()
    valid: Window = Window()
    channels: Annotated[tuple[Key, ...], Field(max_length=30)] = ()
    """All if empty."""
    segments: Annotated[tuple[Key, ...], Field(max_length=50)] = ()
    tags: Annotated[tuple[Key, ...], Field(max_length=30)] = ()
