"""States evaluated outside their machine, because what they read stands elsewhere: the same texts, on whole values.

Given the state as the definition has it. What comes out is put aside again, so that the machine can take it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from state_machines.by_reference.marks import is_marked, unguarded
from state_machines.by_reference.values import Json, Storage, list_aside, loaded, size
from state_machines.flow.jsonata import LARGE, MAX_BYTES
from state_machines.simulator.expressions import EvaluationError, Scene, compile_expression
from state_machines.simulator.interpreter import Jsonata
from state_machines.simulator.library import Library
from state_machines.simulator.values import UNDEFINED

DEFAULT: Final = -1
"""The way of a Choice of which no rule is true."""
_EVALUATIONS: Final = 50_000_000


class NotEvaluatedError(Exception):
    """An expression has failed; the text says which and why."""


@dataclass(frozen=True)
class Asked:
    """What is evaluated, and what it sees."""

    state: Mapping[str, Any]
    asking: str
    """The state that asks: a Choice has a rule that leads to it."""
    input: Json
    context: Mapping[str, Json]
    variables: Mapping[str, Json] = field(default_factory=dict)
    result: Json = UNDEFINED
    """Of a task that has its answer."""
    now_ms: int = 0


def decided(asked: Asked, storage: Storage) -> dict[str, Json]:
    """Of a Choice: `picked`, the number of the rule that is true, `output` if it has one, and `assign`."""
    scene = _scene(asked, storage)
    rules = [rule for rule in asked.state["Choices"] if rule["Next"] != asked.asking]
    for number, rule in enumerate(rules):
        if _value(rule["Condition"], scene) is True:
            output = {"output": storage.output_aside(_value(rule["Output"], scene))} if "Output" in rule else {}
            return {"picked": number, **output, "assign": _assigned(asked, scene, storage)}
    return {"picked": DEFAULT, "assign": _assigned(asked, scene, storage)}


def answered(asked: Asked, storage: Storage) -> dict[str, Json]:
    """Of a task that has its answer: its `output` and what it would `assign`."""
    scene = _scene(asked, storage)
    output = _value(asked.state.get("Output", "{% $states.result %}"), scene)
    return {"output": storage.output_aside(output), "assign": _assigned(asked, scene, storage)}


def prepared(asked: Asked, storage: Storage) -> dict[str, Json]:
    """Of a task that has not begun, or of a pause: `given`, what its marked texts give, by their numbers."""
    scene = _scene(asked, storage)
    texts = enumerate(marked_texts(asked.state))
    return {"given": {str(number): storage.shape_aside(_value(text, scene)) for number, text in texts}}


def marked_texts(state: Mapping[str, Any]) -> Iterator[str]:
    """The texts with marks that are evaluated when a state begins, in order."""
    for name in ("Arguments", "TimeoutSeconds", "Seconds", "Timestamp"):
        yield from _marked(state.get(name))


def _marked(value: Json) -> Iterator[str]:
    if isinstance(value, str) and is_marked(value):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _marked(each)


def _assigned(asked: Asked, scene: Scene, storage: Storage) -> dict[str, Json]:
    given = asked.state.get("Assign", {})
    return {name: storage.shape_aside(_value(each, scene)) for name, each in given.items()}


def _value(template: Json, scene: Scene) -> Json:
    """A value of a definition, its expressions evaluated. Raises `NotEvaluatedError`."""
    if isinstance(template, dict):
        return {name: _value(each, scene) for name, each in template.items()}
    if isinstance(template, list):
        return [_value(each, scene) for each in template]
    if not isinstance(template, str) or not template.startswith("{%"):
        return template
    # What is large is put aside before it is handed on.
    text = unguarded(template.removeprefix("{%").removesuffix("%}").strip()).replace(LARGE, "$large($s)")
    try:
        value = compile_expression(text)(scene)
    except EvaluationError as error:
        raise NotEvaluatedError(f"The expression '{text}' {error}") from error
    if value is UNDEFINED:
        raise NotEvaluatedError(f"The expression '{text}' returned nothing (undefined).")
    return value


def _scene(asked: Asked, storage: Storage) -> Scene:
    library = Library(evaluations=_EVALUATIONS)
    library.begin(asked.now_ms, str(asked.context))
    functions: dict[str, Any] = {
        "whole": lambda names, given: _whole(names, given, storage),
        "large": lambda text: size(storage.output_aside(json.loads(text))) > MAX_BYTES,
        "keep": storage.shape_aside,
        "listed": lambda value: list_aside(loaded(value, storage.fetch), storage.store, limit=storage.limit),
    }
    library.frame.bindings.update({name: Jsonata.JLambda(each) for name, each in functions.items()})
    context = dict(asked.context)
    return Scene(asked.variables, asked.input, lambda: context, library, asked.result)


def _whole(names: Json, given: Json, storage: Storage) -> Json:
    if not isinstance(given, dict):
        return given
    listed = [names] if isinstance(names, str) else names or []
    return given | {name: loaded(given[name], storage.fetch) for name in listed if name in given}
