"""Single functions as Step Functions has them: those that it adds to JSONata, and those that the package has otherwise.

What is said to be measured was measured on AWS (floci-io/floci#2662, #2676).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any, Final

from state_machines.simulator.interpreter import MOST_NUMBERS, Functions, JException, Utils
from state_machines.simulator.values import Json, encode

_HASHES: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?")
_OTHER_BASE: Final = re.compile(r"0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+")
_JAVA: Final = 0x5DEECE66D
_48_BITS: Final = (1 << 48) - 1


class Text(Functions):  # type: ignore[misc]
    """What makes text of values and values of text."""

    @staticmethod
    def string(value: Any, prettify: bool | None) -> Any:
        """As JSON.stringify makes it: letters beyond ASCII are themselves. Of other values as the package has it."""
        if isinstance(value, Utils.JList) and value.outer_wrapper:
            value = value[0]
        if not isinstance(value, dict | list):
            return Functions.string(value, prettify)
        form: dict[str, Any] = {"indent": "  "} if prettify else {"separators": (",", ":")}
        return json.dumps(value, cls=Functions.Encoder, ensure_ascii=False, **form)

    @staticmethod
    def number(value: Any) -> Any:
        """Of a text only digits with fraction and exponent, or those of another base: no spaces, no `inf`."""
        if not isinstance(value, str):
            return Functions.number(value)
        if _NUMBER.fullmatch(value) and math.isfinite(number := float(value)):
            return number
        if _OTHER_BASE.fullmatch(value):
            return int(value, 0)
        raise JException("D3030", -1, value)


def partition(items: Json = None, size: Json = None) -> Json:
    """`$partition`: a list in pieces of a size."""
    if items is None:
        return None
    width = _towards_zero(size, "partition")
    if not isinstance(items, list) or width < 1:
        raise JException("T0410", -1, 1, "partition")
    return [items[at : at + width] for at in range(0, len(items), width)]


def sequence(start: Json = None, end: Json = None, step: Json = None) -> Json:
    """`$range`. As recorded from AWS this is a sequence: one number comes out alone, none is nothing."""
    first, last, delta = (_towards_zero(value, "range") for value in (start, end, step))
    if delta == 0:
        raise JException("T0410", -1, 3, "range")
    numbers = range(first, last + (1 if delta > 0 else -1), delta)
    if len(numbers) > MOST_NUMBERS:
        raise JException("D2014", -1, len(numbers))
    return Utils.create_sequence_from_iter(numbers)


def digest(data: Json = None, algorithm: Json = None) -> str | None:
    """`$hash`: of a text, or of a value's JSON, in hexadecimal digits."""
    if data is None:
        return None
    if not isinstance(algorithm, str) or algorithm not in _HASHES:
        raise JException("T0410", -1, 2, "hash")
    text = data if isinstance(data, str) else encode(data)
    return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def parse(text: Json = None) -> Json:
    """`$parse`: the value of a JSON text."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise JException("T0410", -1, 1, "parse")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise JException("D3141", -1, f"$parse: {error}") from error
    return Utils.NULL_VALUE if value is None else value


def seeded(seed: Json) -> float:
    """`$random(seed)`: the first double of Java's generator, bit for bit (measured)."""
    state = (_towards_zero(seed, "random") ^ _JAVA) & _48_BITS
    drawn = []
    for bits in (26, 27):
        state = (state * _JAVA + 0xB) & _48_BITS
        drawn.append(state >> (48 - bits))
    return float((drawn[0] << 27) + drawn[1]) / (1 << 53)


def _towards_zero(value: Json, function: str) -> int:
    """A number without its fraction (measured)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise JException("T0410", -1, 1, function)
    return int(value)
