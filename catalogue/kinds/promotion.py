"""A promotion: a change of prices or content, for a time, for segments, in channels, perhaps for the first so many."""

from typing import Annotated, Literal

from pydantic import Field

from catalogue.kinds.parts import Entry, Feel, Key, Number, Part, Window, Words


class Change(Part):
    """A change of prices: of which products (`product`, `category`; all if neither) and which price (all if absent).

    `percentOff` and `amountOff` take off, never below zero, `set` replaces; `value` is a number or FEEL as in prices,
    with `price` (the amount before this change) and `target` (`price`: its id, `type`, `currency`). What comes to no
    number changes nothing.
    """

    product: Key | None = None
    category: Key | None = None
    price: Key | None = None
    effect: Literal["percentOff", "amountOff", "set"]
    value: Number | Feel


class Promotion(Entry):
    """A version of a promotion.

    Applied in the order of `priority` (the highest first), then of ids. `stacks`: FEEL over `applied` (ids of those
    applied before it to this product), `price` and `target` (as in changes, before any promotion), and what prices
    read; absent: it stands alone, and applies only where none was applied before, and none after it.
    """

    valid: Window
    segments: Annotated[tuple[Key, ...], Field(max_length=50)] = ()
    channels: Annotated[tuple[Key, ...], Field(max_length=30)] = ()
    """All if empty."""
    changes: Annotated[tuple[Change, ...], Field(max_length=100)] = ()
    texts: Annotated[dict[Key, Words], Field(max_length=50)] = {}
    """Added to the content (`content.more`) of the products that it changes, or of `products`."""
    products: Annotated[tuple[Key, ...], Field(max_length=500)] = ()
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    stacks: Feel | None = None
    stock: Annotated[int | None, Field(ge=1, le=100_000_000)] = None
    """For the first so many accepted quotes; without limit if absent."""
