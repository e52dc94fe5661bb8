"""Scenarios of decisions: tables of inputs and expected outputs, as CSV or YAML, and the rules that they reach.

The file is named after its decision (CSV) or names it (YAML). Codes are those of the scenarios of processes.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from catalogue.yaml_source import YamlError, read_yaml
from state_machines.diagnostics import Diagnostic
from state_machines.dmn import Definitions, evaluate
from state_machines.dmn.evaluate import DecisionResult
from state_machines.dmn.explain import explain_step, words
from state_machines.dmn.model import DecisionTable
from state_machines.feel.comparison import same
from state_machines.feel.values import Value, from_json

MAX_CASES = 1_000
WHOLE = ""
"""The name of an expectation of the whole result."""


@dataclass(frozen=True)
class Case:
    """One row: values by the name of the input, expected values by the name of the output (WHOLE: the result)."""

    line: int
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]


@dataclass(frozen=True)
class DecisionScenario:
    """The cases of one decision."""

    decision: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class RuleCoverage:
    """Which rules of a decision's table no case reaches, by number from 1."""

    decision: str
    rules: int
    missed: tuple[int, ...]

    @property
    def share(self) -> float:
        """Of the rules that were reached, 0 to 1."""
        return 1 - len(self.missed) / self.rules if self.rules else 1.0


class CaseShape(BaseModel):
    """A case as YAML has it."""

    model_config = ConfigDict(extra="forbid")
    input: dict[str, Any] = {}
    expect: Any


class ScenarioShape(BaseModel):
    """A file as YAML has it."""

    model_config = ConfigDict(extra="forbid")
    decision: str
    description: str = ""
    cases: list[CaseShape]


def is_decision_scenario(file: str, source: bytes) -> bool:
    """Whether a scenario's file is about a decision."""
    if PurePosixPath(file).suffix == ".csv":
        return True
    return any(line.startswith((b"decision:", b'"decision":')) for line in source.replace(b"{", b"\n").splitlines())


def read_decision_scenario(file: str, source: bytes) -> tuple[DecisionScenario | None, tuple[Diagnostic, ...]]:
    """The cases, or what is wrong with the file."""
    try:
        path = PurePosixPath(file)
        read = _csv(path.stem, source.decode("utf-8-sig")) if path.suffix == ".csv" else _yaml(source)
    except YamlError as error:
        return None, (_said("SCENARIO-001", error.line, error.message),)
    except UnicodeDecodeError:
        return None, (_said("SCENARIO-001", 1, "The file is not UTF-8."),)
    except _ShapeError as error:
        return None, (_said("SCENARIO-002", error.line, str(error)),)
    if len(read.cases) > MAX_CASES:
        return None, (_said("SCENARIO-020", 1, f"There are {len(read.cases)} cases; at most {MAX_CASES} are run."),)
    return read, ()


class _ShapeError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _said(code: str, line: int, message: str) -> Diagnostic:
    return Diagnostic(code, "error", "", line, message)


def _csv(decision: str, text: str) -> DecisionScenario:
    """A header with the names of inputs, and of outputs behind `=`; cells are JSON, or text as it stands."""
    lines = text.splitlines()
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = list(csv.reader(lines, delimiter=delimiter))
    header = [cell.strip() for cell in rows[0]] if rows else []
    if not any(name.startswith("=") for name in header):
        raise _ShapeError(1, "The first line needs a column such as '=result', whose values are expected.")
    cases = []
    for line, row in enumerate(rows[1:], 2):
        if len(row) > len(header):
            raise _ShapeError(line, f"The line has {len(row)} cells, but the first line names {len(header)}.")
        cells = [(name, _cell(cell.strip())) for name, cell in zip(header, row, strict=False) if cell.strip()]
        if cells:
            inputs = {name: value for name, value in cells if not name.startswith("=")}
            expected = {name[1:].strip(): value for name, value in cells if name.startswith("=")}
            cases.append(Case(line, inputs, expected))
    return DecisionScenario(decision, tuple(cases))


def _cell(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _yaml(source: bytes) -> DecisionScenario:
    text = read_yaml(source)
    try:
        shape = ScenarioShape.model_validate(text.data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise _ShapeError(text.line(first["loc"]), f"{where}: {first['msg']}") from error
    cases = [
        Case(text.line(("cases", index)), case.input, _named(case.expect)) for index, case in enumerate(shape.cases)
    ]
    return DecisionScenario(shape.decision, tuple(cases))


def _named(expect: Any) -> dict[str, Any]:
    return expect if isinstance(expect, dict) else {WHOLE: expect}


def run_decision_scenario(
    scenario: DecisionScenario, decisions: Mapping[str, Definitions]
) -> tuple[tuple[Diagnostic, ...], tuple[DecisionResult, ...]]:
    """What is not as expected, and all results. Never raises on the scenario's content."""
    definitions = decisions.get(scenario.decision)
    if definitions is None:
        known = ", ".join(decisions) or "none"
        words_ = f"There is no decision {scenario.decision!r}; there are: {known}."
        return (Diagnostic("SCENARIO-003", "error", scenario.decision, 1, words_),), ()
    results = [evaluate(definitions, scenario.decision, case.inputs) for case in scenario.cases]
    said = [
        Diagnostic("SCENARIO-012", "error", scenario.decision, case.line, difference)
        for case, result in zip(scenario.cases, results, strict=True)
        for difference in _differences(definitions, case, result)
    ]
    return tuple(said), tuple(results)


def _differences(definitions: Definitions, case: Case, result: DecisionResult) -> Iterator[str]:
    for name, expected in case.expected.items():
        value = result.value if name == WHOLE else _entry(result.value, name)
        if not same(from_json(expected), value):
            what = "the result" if name == WHOLE else name
            why = "; ".join(line.strip() for step in result.trace[-1:] for line in _why(definitions, step))
            yield f"Expected {what} to be {words(from_json(expected))}, but it is {words(value)}. {why}"


def _why(definitions: Definitions, step: Any) -> list[str]:
    return list(explain_step(definitions.decisions, step))[:4]


def _entry(value: Value, name: str) -> Value:
    return value.get(name) if isinstance(value, dict) else None


def rule_coverage(results: Iterable[DecisionResult], decisions: Mapping[str, Definitions]) -> tuple[RuleCoverage, ...]:
    """Of every table that was asked, in the order in which they first were."""
    reached: dict[str, set[int]] = {}
    for result in results:
        for step in result.trace:
            reached.setdefault(step.decision_id, set()).update(step.fired)
    found = []
    for id_, fired in reached.items():
        decision = decisions[id_].decisions.get(id_) if id_ in decisions else None
        if decision is not None and isinstance(decision.expression, DecisionTable):
            count = len(decision.expression.rules)
            found.append(RuleCoverage(id_, count, tuple(n for n in range(1, count + 1) if n not in fired)))
    return tuple(found)
