"""Texts as searches compare them: without case and diacritics."""

import re
import unicodedata
from typing import Final

_OF_THEIR_OWN: Final = (
    ("ł", "l"), ("ø", "o"), ("đ", "d"), ("ð", "d"), ("þ", "th"), ("æ", "ae"), ("œ", "oe"), ("ı", "i"),
)  # fmt: skip
"""Letters that Unicode does not take apart, after case folding."""
_MARKS: Final = re.compile(r"[\u0300-\u036f]")


def folded(text: str) -> str:
    """The text without case and diacritics.

    >>> folded("ŻÓŁĆ Straße")
    'zolc strasse'
    """
    plain = text.casefold()
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain))
        for letter, written in _OF_THEIR_OWN:
            plain = plain.replace(letter, written)
    return plain
