"""JSON values as the simulator carries them: the value and its text side by side, sizes, the names of types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

Json = Any
"""A JSON value. Values are never changed in place once they are part of an execution."""

PAYLOAD_LIMIT: Final = 262_144
"""Bytes of UTF-8 that an input, output or result may have (Step Functions quotas)."""


class _Undefined(Enum):
    UNDEFINED = "undefined"


UNDEFINED: Final = _Undefined.UNDEFINED
"""JSONata's "nothing", which is not null."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Payload:
    """A value with its JSON text, so that a text is written once for all events that show it."""

    value: Json
    text: str

    @property
    def size(self) -> int:
        """Bytes in UTF-8."""
        return len(self.text) if self.text.isascii() else len(self.text.encode())


def payload(value: Json) -> Payload:
    """A value with its compact text. ValueError or TypeError when it is not JSON."""
    return Payload(value, _encode(value))


def detached(value: Json) -> Payload:
    """A value from outside, copied so that nobody else can change it. ValueError or TypeError when it is not JSON."""
    text = _encode(value)
    return Payload(json.loads(text), text)


def encode(value: Json) -> str:
    """Compact JSON text. ValueError or TypeError when it is not JSON."""
    return _encode(value)


def too_large(value: Payload) -> bool:
    """Whether a payload is beyond the service's limit."""
    return len(value.text) * 4 > PAYLOAD_LIMIT and value.size > PAYLOAD_LIMIT


def type_name(value: Json) -> str:
    """The name that AWS uses for a value's type in its messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return names[type(value)]
