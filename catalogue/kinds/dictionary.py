"""A dictionary: reference data, codes that mean the same in every language."""

from typing import Annotated

from pydantic import Field

from catalogue.kinds.parts import Code, Entry, Part, Window, Words


class DictionaryItem(Part):
    """A code. One that is no longer used is ended (`valid.until`) or replaced; while something uses it, it stays."""

    code: Code
    name: Words
    parent: Code | None = None
    valid: Window = Window()
    replaced_by: Code | None = None


class Dictionary(Entry):
    """A version of a dictionary."""

    items: Annotated[tuple[DictionaryItem, ...], Field(max_length=5_000)]
