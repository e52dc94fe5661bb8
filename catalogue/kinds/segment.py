"""A segment: which customers are meant, by FEEL over what is known of them."""

from typing import Annotated

from pydantic import Field

from catalogue.kinds.parts import Entry, Feel, Part, Words


class SegmentCondition(Part):
    """One reason: a rule that must be true (null is not) and the words that say why not."""

    rule: Feel
    """Over `customer`, `channel`, `now` (a date and time)."""
    words: Words = {}


class Segment(Entry):
    """All conditions hold together. `features`: the customer's features that they read (personal data)."""

    conditions: Annotated[tuple[SegmentCondition, ...], Field(min_length=1, max_length=50)]
