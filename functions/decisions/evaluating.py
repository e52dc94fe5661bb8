"""Evaluating deployed decisions. Read models are kept: the same version is never parsed twice by a warm function."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from contract.buckets import ARTIFACTS
from contract.shapes.work import (
    CompareDecision,
    DecisionBatch,
    DecisionComparison,
    DecisionDifference,
    DecisionOutcome,
    EvaluateDecision,
    EvaluateDecisionBatch,
)
from functions.runtime import registry
from functions.runtime.machine_calls import ConnectorRejected, MachineCall
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.variables import without_reserved
from state_machines.dmn import DecisionResult, Definitions, evaluate, load_dmn
from state_machines.feel import FeelSyntaxError, from_json, parse, to_json
from state_machines.feel import evaluate as feel


def evaluate_deployed(ports: Ports, decision_id: str, request: EvaluateDecision) -> DecisionOutcome:
    """A version of a decision (the current one if none is named) over the given variables."""
    version, definitions = _deployed(ports, decision_id, request.version)
    return _outcome(ports, definitions, decision_id, version, request.variables)


def evaluate_batch(ports: Ports, decision_id: str, request: EvaluateDecisionBatch) -> DecisionBatch:
    """One version over many inputs, each by itself."""
    version, definitions = _deployed(ports, decision_id, request.version)
    outcomes = [_outcome(ports, definitions, decision_id, version, each) for each in request.inputs]
    return DecisionBatch(decision_id=decision_id, version=version, outcomes=outcomes)


def compare(ports: Ports, decision_id: str, request: CompareDecision) -> DecisionComparison:
    """What another version would have said of inputs that were recorded."""
    sides = [_deployed(ports, decision_id, version) for version in (request.before, request.after)]
    differences = []
    for index, variables in enumerate(request.inputs):
        before, after = (_outcome(ports, model, decision_id, version, variables) for version, model in sides)
        if before.result != after.result:
            differences.append(DecisionDifference(index=index, before=before, after=after))
    return DecisionComparison(decision_id=decision_id, compared=len(request.inputs), differences=differences)


def _deployed(ports: Ports, decision_id: str, wanted: int | None) -> tuple[int, Definitions]:
    """The version (the current one if none is wanted) and what was read of it. Raises `ProblemError`."""
    item = registry.find(ports, "decision", decision_id, wanted)
    if item is None:
        raise not_found("decision", decision_id)
    version = int(item["version"])
    return version, _load(ports, decision_id, version)


def _outcome(
    ports: Ports, definitions: Definitions, decision_id: str, version: int, variables: Mapping[str, Any]
) -> DecisionOutcome:
    result = evaluate(definitions, decision_id, variables, clock=ports.clock.now)
    return DecisionOutcome(
        decision_id=decision_id,
        version=version,
        result=to_json(result.value),
        matched_rules=matched_rules(result),
        warnings=[f"line {w.line}, column {w.column}: {w.message}" for w in result.warnings],
    )


def matched_rules(result: DecisionResult) -> list[dict[str, Any]]:
    """The rules that fired, of every table that was asked, in the order in which they were."""
    return [
        {"decisionId": step.decision_id, "ruleId": rule_id, "index": index}
        for step in result.trace
        for rule_id, index in zip(step.matched_rules, step.fired, strict=False)
    ]


def evaluate_decision(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """`dpc:decision`: {decisionId, variables} -> {value, matchedRules}, by the version that the process came with."""
    decision_id, variables = call.input.get("decisionId"), call.input.get("variables")
    if not isinstance(decision_id, str) or not isinstance(variables, dict):
        raise ConnectorRejected("dpc:decision needs decisionId (text) and variables (object)")
    version = (
        registry.process(ports, call.context.process_id, call.context.version).get("decisions", {}).get(decision_id)
    )
    item = registry.find(ports, "decision", decision_id, int(version) if version else None)
    if item is None:
        raise ConnectorRejected(f"there is no decision {decision_id!r}")
    definitions = _load(ports, decision_id, int(item["version"]))
    result = evaluate(definitions, decision_id, variables, clock=ports.clock.now)
    fired = [rule["ruleId"] for rule in matched_rules(result) if rule["decisionId"] == decision_id]
    return {"value": to_json(result.value), "matchedRules": fired}


def evaluate_expressions(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """`dpc:feel`: {expressions, context} -> {values}, in that order. What JSONata cannot say is said here."""
    expressions, context = call.input.get("expressions"), call.input.get("context")
    if not isinstance(expressions, list) or not isinstance(context, dict):
        raise ConnectorRejected("dpc:feel needs expressions (a list of texts) and a context (object)")
    values = {name: from_json(value) for name, value in without_reserved(context).items()}
    return {"values": [_value(ports, str(text), values) for text in expressions]}


def _value(ports: Ports, text: str, context: Mapping[str, Any]) -> Any:
    try:
        return to_json(feel(parse(text, frozenset(context)), context, clock=ports.clock.now))
    except FeelSyntaxError as error:
        raise ConnectorRejected(f"{text!r} is not FEEL: {error}") from error


def _load(ports: Ports, decision_id: str, version: int) -> Definitions:
    source = ports.objects.get(ARTIFACTS, registry.artifact("decision", decision_id, version))
    if source is None:
        raise LookupError(f"the artifact of decision {decision_id} version {version} is missing")
    return _parsed(source)


@lru_cache(maxsize=64)
def _parsed(source: bytes) -> Definitions:
    return load_dmn(source)  # its rules were asked when it was deployed
