"""The functions that Step Functions adds to JSONata or takes away, bound to the simulator's clock and made repeatable.

`$random`, `$uuid` and `$shuffle` draw from a seed that the execution and its event give, so a run repeats exactly.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any

from state_machines.simulator import functions
from state_machines.simulator.interpreter import Functions, Jsonata, strict
from state_machines.simulator.values import Json

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
            strict(Jsonata.static_frame.bindings),
            **{name: Jsonata.JLambda(function) for name, function in self._functions().items()},
            string=Jsonata.JNativeFunction("string", "<x-b?:s>", functions.Text, "string"),
            number=Jsonata.JNativeFunction("number", "<(nsb)-:n>", functions.Text, "number"),
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
            "partition": functions.partition,
            "range": functions.sequence,
            "hash": functions.digest,
            "parse": functions.parse,
        }

    def _generator(self) -> random.Random:
        if self._random is None:
            self._random = random.Random(self._seed)  # noqa: S311 - repeatable on purpose
        return self._random

    def _now(self, picture: str | None = None, timezone: str | None = None) -> Any:
        return Functions.datetime_from_millis(self._now_ms, picture, timezone)

    def _draw(self, seed: Json = None) -> float:
        return self._generator().random() if seed is None else functions.seeded(seed)

    def _shuffle(self, items: Json) -> Json:
        if items is None:
            return None
        return self._generator().sample(items, len(items)) if isinstance(items, list) else [items]
