"""A definition compiled for running: scopes (the machine itself, branches, item processors) and their states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from state_machines.simulator.errors import InvalidDefinition
from state_machines.simulator.expressions import EvaluationError
from state_machines.simulator.resources import parse_resource
from state_machines.simulator.templates import Constant, Object, Template, compile_template
from state_machines.simulator.values import Json

ROOT: Final = ""
"""The path of the machine's own scope; a branch's is `<outer>/<state>/<index>`."""

_KINDS = frozenset({"Pass", "Succeed", "Fail", "Choice", "Wait", "Task", "Parallel", "Map"})
_JSONPATH_FIELDS = ("InputPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector", "Result", "ItemsPath")
_DISTRIBUTED_FIELDS = ("ItemReader", "ItemBatcher", "ResultWriter")
_GO_ON = frozenset({"Pass", "Wait", "Task", "Parallel", "Map"})
_TEMPLATES = (
    *("Arguments", "Output", "Assign", "Seconds", "Timestamp", "TimeoutSeconds", "HeartbeatSeconds", "Error", "Cause"),
    *("Items", "ItemSelector", "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a Choice."""

    condition: Template
    next: str
    templates: Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class Retrier:
    """One entry of Retry; times in seconds."""

    errors: frozenset[str]
    interval: float
    attempts: int
    backoff: float
    max_delay: float | None
    jitter: bool


@dataclass(frozen=True, slots=True)
class Catcher:
    """One entry of Catch."""

    errors: frozenset[str]
    next: str
    templates: Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class State:
    """One state; `templates` holds its fields that may contain expressions, `scopes` the paths of what it runs."""

    name: str
    kind: str
    next: str | None
    resource: str
    templates: Mapping[str, Template]
    rules: tuple[Rule, ...]
    default: str | None
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """States that can reach one another."""

    start: str
    states: Mapping[str, State]


@dataclass(frozen=True, slots=True)
class Machine:
    """A compiled definition, with the definition itself (what a dump keeps)."""

    definition: Mapping[str, Json]
    scopes: Mapping[str, Scope]
    timeout_seconds: int | None


def compile_machine(definition: Mapping[str, Json]) -> Machine:
    """Compile a definition. Raises InvalidDefinition: not JSONata, a dangling name, an unknown type, bad JSONata."""
    try:
        language = definition.get("QueryLanguage", "JSONPath")
        scopes = dict(_scopes(definition, ROOT, language))
        return Machine(definition, scopes, definition.get("TimeoutSeconds"))
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidDefinition(f"malformed definition: {error!r}") from error


def _scopes(
    body: Mapping[str, Json], path: str, language: str, outer: Set[str] = frozenset()
) -> Iterator[tuple[str, Scope]]:
    states = {name: _state(name, raw, path, language) for name, raw in body["States"].items()}
    _check_targets(body["StartAt"], states)
    names = set(_assigned(states))
    if not names.isdisjoint(outer):
        raise InvalidDefinition(f"a scope assigns variables of an outer scope: {sorted(names & outer)}")
    yield path, Scope(body["StartAt"], states)
    for name, raw in body["States"].items():
        for inner_path, inner in zip(states[name].scopes, _bodies(raw), strict=True):
            yield from _scopes(inner, inner_path, language, outer | names)


def _assigned(states: Mapping[str, State]) -> Iterator[str]:
    for state in states.values():
        parts: tuple[State | Rule | Catcher, ...] = (state, *state.rules, *state.catchers)
        for template in (part.templates["Assign"] for part in parts if "Assign" in part.templates):
            if isinstance(template, Object | Constant):
                yield from template.names


def _bodies(raw: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    if raw["Type"] == "Parallel":
        return list(raw["Branches"])
    return [raw.get("ItemProcessor") or raw["Iterator"]] if raw["Type"] == "Map" else []


def _check_targets(start: str, states: Mapping[str, State]) -> None:
    targets = [start]
    for state in states.values():
        targets += [target for target in (state.next, state.default) if target is not None]
        targets += [rule.next for rule in state.rules] + [catcher.next for catcher in state.catchers]
    for target in targets:
        if target not in states:
            raise InvalidDefinition(f"no state is named {target!r}")


def _state(name: str, raw: Mapping[str, Json], path: str, language: str) -> State:
    _check_dialect(name, raw, raw.get("QueryLanguage", language))
    _check_shape(name, raw)
    try:
        return State(
            name=name,
            kind=raw["Type"],
            next=raw.get("Next"),
            resource=parse_resource(raw["Resource"]).arn if raw["Type"] == "Task" else "",
            templates=_templates(raw),
            rules=tuple(
                Rule(
                    compile_template(rule["Condition"], f"Choices[{at}]/Condition"),
                    rule["Next"],
                    _templates(rule, f"Choices[{at}]/"),
                )
                for at, rule in enumerate(raw.get("Choices", ()))
            ),
            default=raw.get("Default"),
            retriers=tuple(_retrier(entry) for entry in raw.get("Retry", ())),
            catchers=tuple(
                Catcher(frozenset(entry["ErrorEquals"]), entry["Next"], _templates(entry, f"Catch[{at}]/"))
                for at, entry in enumerate(raw.get("Catch", ()))
            ),
            scopes=tuple(f"{path}/{name}/{at}" for at in range(len(_bodies(raw)))),
        )
    except EvaluationError as error:
        raise InvalidDefinition(f"state {name!r}: an expression {error}") from error
    except ValueError as error:
        raise InvalidDefinition(f"state {name!r}: {error}") from error


def _check_dialect(name: str, raw: Mapping[str, Json], language: str) -> None:
    if raw["Type"] not in _KINDS:
        raise InvalidDefinition(f"state {name!r} has the unknown type {raw['Type']!r}")
    if language != "JSONata":
        raise InvalidDefinition(f"state {name!r} is {language}; only JSONata states are run")
    for field in _JSONPATH_FIELDS:
        if field in raw:
            raise InvalidDefinition(f"state {name!r} has {field}, a field of JSONPath states")
    for field in _DISTRIBUTED_FIELDS:
        if field in raw:
            raise InvalidDefinition(f"state {name!r} has {field}, a field of distributed Map states: none is run")


def _check_shape(name: str, raw: Mapping[str, Json]) -> None:
    kind = raw["Type"]
    if kind in _GO_ON and ("Next" in raw) == (raw.get("End") is True):
        raise InvalidDefinition(f"state {name!r} needs exactly one of Next and End")
    if kind == "Wait" and ("Seconds" in raw) == ("Timestamp" in raw):
        raise InvalidDefinition(f"state {name!r} needs exactly one of Seconds and Timestamp")
    processor = raw.get("ItemProcessor", {})
    if kind == "Map" and processor.get("ProcessorConfig", {}).get("Mode", "INLINE") != "INLINE":
        raise InvalidDefinition(f"state {name!r} is a distributed Map: none is run")


def _templates(raw: Mapping[str, Json], prefix: str = "") -> dict[str, Template]:
    return {field: compile_template(raw[field], prefix + field) for field in _TEMPLATES if field in raw}


def _retrier(entry: Mapping[str, Json]) -> Retrier:
    return Retrier(
        errors=frozenset(entry["ErrorEquals"]),
        interval=entry.get("IntervalSeconds", 1),
        attempts=entry.get("MaxAttempts", 3),
        backoff=entry.get("BackoffRate", 2.0),
        max_delay=entry.get("MaxDelaySeconds"),
        jitter=entry.get("JitterStrategy", "NONE") == "FULL",
    )
