"""The functions that Step Functions adds to JSONata or takes away, bound to the simulator's clock and made repeatable.

`$random`, `$uuid` and `$shuffle` draw from a seed that the execution and its event give, so a run repeats exactly.
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from state_machines.simulator.interpreter import Functions, JException, Jsonata, Utils
from state_machines.simulator.values import Json, encode

_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_RANGE_LIMIT = 1_000
EVALUATION_LIMIT = 500_000
"""Nodes of expressions that one state may evaluate."""

DEPTH_LIMIT = 100
"""How deeply evaluations may nest; on AWS the ceiling was measured between 99 and 101 (floci-io/floci#2737)."""


class BoundExceeded(Exception):  # noqa: N818 - what happened, in the words of the others
    """An expression has evaluated more nodes than it may, or too deeply."""


class Library:
    """The frame of functions under every evaluation, and what they read: the time and the seed."""

    def __init__(self, evaluations: int = EVALUATION_LIMIT) -> None:
        self._limit = evaluations
        self._now_ms = 0
        self._seed = ""
        self._random: random.Random | None = None
        self._evaluations = 0
        self._depth = 0
        self.frame = Jsonata.Frame(Jsonata.static_frame)
        self.frame.bindings.update(
            {name: Jsonata.JLambda(function) for name, function in self._functions().items()},
            string=Jsonata.JNativeFunction("string", "<x-b?:s>", _Text, "string"),
            eval=None,
            __evaluate_entry=self._enter,
            __evaluate_exit=self._leave,
        )

    def begin(self, now_ms: int, seed: str) -> None:
        """Set what the functions see during the evaluations that follow."""
        self._now_ms = now_ms
        self._seed = seed
        self._random = None
        self._evaluations = 0
        self._depth = 0

    def _enter(self, *_: Any) -> None:
        # Bounds that do not depend on the machine's speed: a runaway expression fails the same way everywhere.
        self._evaluations += 1
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise BoundExceeded("Stack overflow error: the expression is nested or recurses too deeply")
        if self._evaluations > self._limit:
            raise BoundExceeded(f"more than {self._limit} evaluations: check for an infinite loop")

    def _leave(self, *_: Any) -> None:
        self._depth -= 1

    def _functions(self) -> dict[str, Callable[..., Any]]:
        return {
            "now": self._now,
            "millis": lambda: self._now_ms,
            "random": self._draw,
            "uuid": lambda: str(uuid.UUID(int=self._generator().getrandbits(128), version=4)),
            "shuffle": self._shuffle,
            "partition": _partition,
            "range": _range,
            "hash": _hash,
            "parse": _parse,
        }

    def _generator(self) -> random.Random:
        if self._random is None:
            self._random = random.Random(self._seed)  # noqa: S311 - repeatable on purpose
        return self._random

    def _now(self, picture: str | None = None, timezone: str | None = None) -> Any:
        return Functions.datetime_from_millis(self._now_ms, picture, timezone)

    def _draw(self, seed: Json = None) -> float:
        generator = self._generator() if seed is None else random.Random(str(seed))  # noqa: S311
        return generator.random()

    def _shuffle(self, items: Json) -> Json:
        if items is None:
            return None
        return self._generator().sample(items, len(items)) if isinstance(items, list) else [items]


class _Text(Functions):  # type: ignore[misc]
    """Texts of values as JSON.stringify makes them: letters beyond ASCII are themselves."""

    @staticmethod
    def string(value: Any, prettify: bool | None) -> Any:
        """The text of a value; of texts, functions and nothing as the interpreter has it."""
        if isinstance(value, Utils.JList) and value.outer_wrapper:
            value = value[0]
        if not isinstance(value, dict | list):
            return Functions.string(value, prettify)
        form: dict[str, Any] = {"indent": "  "} if prettify else {"separators": (",", ":")}
        return json.dumps(value, cls=Functions.Encoder, ensure_ascii=False, **form)


def _number(value: Json, function: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise JException("T0410", -1, 1, function)
    return int(value)


def _partition(items: Json = None, size: Json = None) -> Json:
    if items is None:
        return None
    width = _number(size, "partition")
    if not isinstance(items, list) or width < 1:
        raise JException("T0410", -1, 1, "partition")
    return [items[at : at + width] for at in range(0, len(items), width)]


def _range(start: Json = None, end: Json = None, step: Json = None) -> Json:
    first, last, delta = (_number(value, "range") for value in (start, end, step))
    if delta == 0:
        raise JException("T0410", -1, 3, "range")
    numbers = range(first, last + (1 if delta > 0 else -1), delta)
    if len(numbers) > _RANGE_LIMIT:
        raise JException("D2014", -1, len(numbers))
    # As recorded from AWS this is a sequence: one number comes out alone, none is nothing.
    return Utils.create_sequence_from_iter(numbers)


def _hash(data: Json = None, algorithm: Json = None) -> str | None:
    if data is None:
        return None
    if not isinstance(algorithm, str) or algorithm not in _HASHES:
        raise JException("T0410", -1, 2, "hash")
    text = data if isinstance(data, str) else encode(data)
    return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _parse(text: Json = None) -> Json:
    if text is None:
        return None
    if not isinstance(text, str):
        raise JException("T0410", -1, 1, "parse")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise JException("D3141", -1, f"$parse: {error}") from error
    return Utils.NULL_VALUE if value is None else value
