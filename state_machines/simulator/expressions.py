"""JSONata expressions: parsed once per text, evaluated on a scene. Plain paths and literals need no interpreter.

Here `None` inside data is JSON's null and UNDEFINED is JSONata's "nothing".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from state_machines.simulator.interpreter import JException, Jsonata, Parser, Utils
from state_machines.simulator.library import Library
from state_machines.simulator.values import UNDEFINED, Json

_PATH = re.compile(r"\$([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)", re.ASCII)
_STRING = re.compile(r"'[^'\\]*'|\"[^\"\\]*\"")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII)
_WORDS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
_OPERATORS = frozenset({"and", "or", "in"})


class EvaluationError(Exception):
    """The expression failed; the text continues "The JSONata expression '…' specified for the field '…' "."""


@dataclass(slots=True)
class Scene:
    """What an expression sees: variables, and the members of `$states` that exist at this moment."""

    variables: Mapping[str, Json]
    input: Json
    context: Callable[[], dict[str, Json]]
    library: Library
    result: Json = UNDEFINED
    error_output: Json = UNDEFINED

    def member(self, name: str) -> Json:
        """A member of `$states`, or UNDEFINED."""
        if name == "input":
            return self.input
        if name == "context":
            return self.context()
        return self.result if name == "result" else self.error_output if name == "errorOutput" else UNDEFINED

    def states(self, with_context: bool) -> dict[str, Json]:
        """The value of `$states`."""
        members: dict[str, Json] = {"input": self.input}
        if self.result is not UNDEFINED:
            members["result"] = self.result
        if self.error_output is not UNDEFINED:
            members["errorOutput"] = self.error_output
        if with_context:
            members["context"] = self.context()
        return members


class Expression(Protocol):
    """A compiled expression: the value on a scene, or UNDEFINED. Raises EvaluationError."""

    def __call__(self, scene: Scene) -> Json:
        """Evaluate."""
        ...


KEPT: Final = 4_000
"""How many compiled expressions are kept: one of a machine's larger ones takes some 50 KB."""


@lru_cache(maxsize=KEPT)
def compile_expression(text: str) -> Expression:
    """The expression of a text without its `{% %}`. A text that does not parse raises EvaluationError."""
    text = text.strip()
    if text in _WORDS:
        return _Literal(_WORDS[text])
    if _STRING.fullmatch(text):
        return _Literal(text[1:-1])
    if _NUMBER.fullmatch(text):
        return _Literal(int(text))
    return _path(text) or _interpreted(text)


def _path(text: str) -> Expression | None:
    match = _PATH.fullmatch(text)
    if match is None:
        return None
    root, steps = match[1], tuple(match[2].split(".")[1:])
    if not _OPERATORS.isdisjoint(steps) or (root == "states" and not steps):
        return None
    return _StatesPath(text, steps[0], steps[1:]) if root == "states" else _VariablePath(text, root, steps)


@dataclass(frozen=True, slots=True)
class _Literal:
    value: Json

    def __call__(self, scene: Scene) -> Json:
        return self.value


@dataclass(frozen=True, slots=True)
class _StatesPath:
    """`$states.input.a.b`; a list on the way is left to the interpreter, which maps over it."""

    text: str
    member: str
    steps: tuple[str, ...]

    def __call__(self, scene: Scene) -> Json:
        value = scene.member(self.member)
        for step in self.steps:
            if not isinstance(value, dict):
                return _interpreted(self.text)(scene) if isinstance(value, list) else UNDEFINED
            value = value.get(step, UNDEFINED)
        return value


@dataclass(frozen=True, slots=True)
class _VariablePath:
    """`$name.a.b`; the functions of the library are left to the interpreter."""

    text: str
    name: str
    steps: tuple[str, ...]

    def __call__(self, scene: Scene) -> Json:
        if self.name not in scene.variables:
            return _interpreted(self.text)(scene)
        value = scene.variables[self.name]
        for step in self.steps:
            if not isinstance(value, dict):
                return _interpreted(self.text)(scene) if isinstance(value, list) else UNDEFINED
            value = value.get(step, UNDEFINED)
        return value


@dataclass(frozen=True, slots=True)
class _Interpreted:
    expression: Jsonata
    with_context: bool

    def __call__(self, scene: Scene) -> Json:
        frame = Jsonata.Frame(scene.library.frame)
        bindings = frame.bindings
        for name, value in scene.variables.items():
            bindings[name] = Utils.NULL_VALUE if value is None else value
        bindings["states"] = scene.states(self.with_context)
        bindings["$"] = None
        # The interpreter finds its regular expressions and the caller of higher-order functions here.
        Jsonata.CURRENT.jsonata = self.expression
        try:
            return _plain(self.expression.eval(self.expression.ast, None, frame))
        except EvaluationError:
            raise
        except JException as error:
            raise EvaluationError(f"threw an error during evaluation. {error.error}: {error}") from error
        except Exception as error:
            # What the interpreter does not foresee (a wrong operand type, say) is still the expression's fault.
            raise EvaluationError(f"threw an error during evaluation: {error}") from error


@lru_cache(maxsize=KEPT)
def _interpreted(text: str) -> Expression:
    try:
        expression = Jsonata(text)
    except JException as error:
        raise EvaluationError(f"is not valid JSONata. {error.error}: {error}") from error
    return _Interpreted(expression, "context" in text or "$states" in text.replace("$states.", ""))


def _plain(value: Any) -> Json:
    """The interpreter's value as plain JSON; what is not JSON raises EvaluationError."""
    if value is None:
        return UNDEFINED
    return _json(value)


def _json(value: Any) -> Json:
    if value is None or value is Utils.NULL_VALUE:
        return None
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, Utils.RangeList):
        return [value[at] for at in range(len(value))]
    if isinstance(value, list) and not isinstance(value, Parser.Symbol):
        return [_json(item) for item in value]
    raise EvaluationError("returned an unsupported result type.")


def _finite(value: float) -> float | str:
    # What is no number is shown as text (measured on AWS: floci-io/floci#2783).
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
