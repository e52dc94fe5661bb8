"""A scenario file to a scenario with lines, or to everything that is wrong with its text.

SCENARIO-001 not YAML or JSON    SCENARIO-002 shape    (SCENARIO-003 and on: see check.py and bundle.py)
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ValidationError

from catalogue.scenarios import format as shapes
from catalogue.yaml_source import YamlError, YamlSource, read_yaml
from state_machines.diagnostics import Diagnostic
from state_machines.scenarios import (
    Advance,
    Answer,
    Complete,
    Expect,
    Expectation,
    Mock,
    Publish,
    Resolve,
    Scenario,
    Step,
    TaskExpectation,
)

Path = tuple[str | int, ...]
_ERRORS = {"unavailable": "ConnectorUnavailable", "rejected": "ConnectorRejected"}


def read_scenario(name: str, source: bytes) -> tuple[Scenario | None, tuple[Diagnostic, ...]]:
    """The scenario of a file named `name`, if its shape is right, and all the problems of its shape, with lines."""
    try:
        text = read_yaml(source)
    except YamlError as error:
        return None, (Diagnostic("SCENARIO-001", "error", "", error.line, error.message),)
    said: list[Diagnostic] = []
    try:
        shape = shapes.ScenarioShape.model_validate(text.data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        said += [_problem(text, e["type"], e["loc"], e["msg"]) for e in found]
    if said:
        return None, tuple(sorted(dict.fromkeys(said), key=lambda d: d.line))
    return _scenario(PurePosixPath(name).stem, shape, text), ()


def _problem(text: YamlSource, kind: str, location: Path, message: str) -> Diagnostic:
    path = tuple(_real(location))
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    words = _words(kind, path, message)
    words += "" if words.endswith("?") else "."
    return Diagnostic("SCENARIO-002", "error", "", text.line(path), f"{where}: {words}" if where else words)


def _real(location: Path) -> Iterator[str | int]:
    """A location without the names that pydantic gives to the members of unions."""
    return (part for part in location if not (isinstance(part, str) and part.startswith("(")))


def _words(kind: str, path: Path, message: str) -> str:
    if not path:
        return "the file holds no scenario: it begins with 'process: <id>'"
    if kind == "extra_forbidden":
        word, known = str(path[-1]), _known_words()
        if word in known:
            return "this word stands elsewhere, not here"
        close = get_close_matches(word, sorted(known), 1)
        return "this word is not known here" + (f"; did you mean '{close[0]}'?" if close else "")
    if kind == "missing":
        return "this is missing"
    if kind in ("too_short", "too_long"):
        return message.replace(" after validation", "")
    return message.removeprefix("Value error, ").replace("Input should be", "it should be")


def _known_words() -> set[str]:
    models = (m for m in vars(shapes).values() if isinstance(m, type) and issubclass(m, BaseModel))
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def _scenario(name: str, shape: shapes.ScenarioShape, text: YamlSource) -> Scenario:
    mocks = {n: _mock(answers, text.line(("connectors", n))) for n, answers in shape.connectors.items()}
    steps = (_STEPS[type(s)](s, text, ("steps", at)) for at, s in enumerate(shape.steps))
    return Scenario(
        name=name,
        process=shape.process,
        description=shape.description,
        begins=shape.start.at,
        business_key=shape.start.business_key,
        initiator=shape.start.initiator,
        variables=shape.start.variables,
        mocks=mocks,
        steps=tuple(steps),
        expect=_expectation(shape.expect, text, ("expect",)),
        settle=shape.settle,
    )


def _mock(answers: shapes.AnswerShape | list[shapes.AnswerShape], line: int) -> Mock:
    if not isinstance(answers, list):
        return Mock((_answer(answers),) * answers.times, repeats="times" not in answers.model_fields_set, line=line)
    return Mock(tuple(_answer(answer) for answer in answers for _ in range(answer.times)), line=line)


def _answer(shape: shapes.AnswerShape) -> Answer:
    if shape.bpmn_error is not None:
        return Answer(
            error="BpmnError",
            code=shape.bpmn_error,
            message=shape.message,
            variables=shape.variables,
            after=shape.after,
        )
    for field, error in _ERRORS.items():
        if field in shape.model_fields_set:
            return Answer(error=error, message=getattr(shape, field) or "", after=shape.after)
    return Answer(shape.answer, after=shape.after)


def _expectation(shape: shapes.ExpectShape, text: YamlSource, path: Path) -> Expectation:
    lines = {n: text.line((*path, f.alias or n)) for n, f in shapes.ExpectShape.model_fields.items()}
    tasks = [TaskExpectation(t.element, t.group, t.form, t.assignee) for t in shape.tasks or ()]
    messages = [(message.name, message.key) for message in shape.messages or ()]
    return Expectation(
        path=_tuple(shape.path),
        passed={element: times or 0 for element, times in shape.passed.items()},
        not_passed=tuple(shape.not_passed),
        variables=shape.variables,
        absent=tuple(shape.absent),
        tasks=None if shape.tasks is None else tuple(tasks),
        messages=None if shape.messages is None else tuple(messages),
        signals=_tuple(shape.signals),
        incidents=_tuple(shape.incidents),
        status=shape.status,
        calls=shape.calls,
        duration=shape.duration,
        lines=lines,
        line=text.line(path),
    )


def _tuple(items: list[str] | None) -> tuple[str, ...] | None:
    return None if items is None else tuple(items)


def _message(shape: shapes.MessageStep, text: YamlSource, path: Path) -> Step:
    line = text.line(path)
    return Publish("message", shape.message, shape.key, shape.variables, shape.time_to_live, line)


_STEPS: Mapping[type[Any], Callable[[Any, YamlSource, Path], Step]] = {
    shapes.CompleteShape: lambda s, text, path: Complete(s.complete, s.variables, text.line(path)),
    shapes.MessageStep: _message,
    shapes.SignalStep: lambda s, text, path: Publish("signal", s.signal, variables=s.variables, line=text.line(path)),
    shapes.AdvanceStep: lambda s, text, path: Advance(s.advance, text.line(path)),
    shapes.ResolveStep: lambda s, text, path: Resolve(s.resolve, s.action, s.variables, text.line(path)),
    shapes.ExpectStep: lambda s, text, path: Expect(_expectation(s.expect, text, (*path, "expect")), text.line(path)),
}
