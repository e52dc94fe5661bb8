"""Evaluating deployed decisions, over the API and for machines. What they were asked is recorded."""

from collections.abc import Mapping
from typing import Any

from contract import errors
from contract.shapes.common import Finding
from contract.shapes.decisions import DecisionBatch, DecisionOutcome, EvaluateDecision, EvaluateDecisionBatch
from functions.decisions import recording
from functions.decisions.models import deployed, load
from functions.decisions.outcomes import matched_rules, outcome, traced, warning_words
from functions.runtime import held, registry
from functions.runtime.machine_calls import ConnectorRejected, MachineCall
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.variables import without_reserved
from state_machines.bindings import Bound
from state_machines.dmn import DecisionResult, evaluate
from state_machines.dmn.results import ResultError, results
from state_machines.feel import FeelSyntaxError, from_json, parse, to_json
from state_machines.feel import evaluate as feel


def evaluate_deployed(ports: Ports, decision_id: str, request: EvaluateDecision) -> DecisionOutcome:
    """A version of a decision (the current one if none is named) over the given variables."""
    version, definitions = deployed(ports, decision_id, request.version)
    result = evaluate(definitions, decision_id, request.variables, clock=ports.clock.now)
    if request.strict:
        _refuse_warnings(result)
    recording.record(ports, decision_id, version, [recording.read_of(request.variables, result)])
    told = outcome(decision_id, version, result)
    return told.model_copy(update={"trace": traced(definitions, result)}) if request.trace else told


def evaluate_batch(ports: Ports, decision_id: str, request: EvaluateDecisionBatch) -> DecisionBatch:
    """One version over many inputs, each by itself."""
    version, definitions = deployed(ports, decision_id, request.version)
    results = [evaluate(definitions, decision_id, each, clock=ports.clock.now) for each in request.inputs]
    if request.strict:
        for index, result in enumerate(results):
            _refuse_warnings(result, f"input {index}: ")
    pairs = zip(request.inputs, results, strict=True)
    recording.record(ports, decision_id, version, [recording.read_of(*pair) for pair in pairs])
    outcomes = [outcome(decision_id, version, result) for result in results]
    return DecisionBatch(decision_id=decision_id, version=version, outcomes=outcomes)


def _refuse_warnings(result: DecisionResult, place: str = "") -> None:
    findings = [
        Finding(code="FEEL-001", severity="warning", message=f"{place}{warning_words(each)}")
        for each in result.warnings
    ]
    if findings:
        words = "; ".join(each.message for each in findings[:3])
        raise ProblemError(errors.EVALUATION_REFUSED, f"The evaluation is strict, and has warnings: {words}", findings)


def evaluate_decision(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """`dpc:decision`: {decisionId, binding, version, variables, results} -> {value, matchedRules}.

    By the version that the process was published with, else by the one that its expressions name. With `results`, the
    value is an object of what Camunda 7's mappings make of it.
    """
    decision_id, variables = call.input.get("decisionId"), call.input.get("variables")
    if not isinstance(decision_id, str) or not isinstance(variables, dict):
        raise ConnectorRejected("dpc:decision needs decisionId (text) and variables (object)")
    given = {name: str(value) for name, value in call.input.items() if name in ("binding", "version")}
    known = _meant(ports, call, Bound(decision_id, **given))
    definitions = load(ports, decision_id, known)
    result = evaluate(definitions, decision_id, variables, clock=ports.clock.now)
    recording.record(ports, decision_id, known, [recording.read_of(variables, result)], call.context)
    fired = [rule["ruleId"] for rule in matched_rules(result) if rule["decisionId"] == decision_id]
    kept = held.storage(ports, call.context.instance_id)
    wanted = call.input.get("results")
    if not wanted:
        return {"value": kept.aside(to_json(result.value)), "matchedRules": fired}
    try:
        taken = results(definitions, decision_id, result, wanted)
    except ResultError as error:
        raise ConnectorRejected(f"the decision {decision_id!r}: {error}") from error
    return {"value": {name: kept.aside(value) for name, value in taken.items()}, "matchedRules": fired}


def _meant(ports: Ports, call: MachineCall, bound: Bound) -> int:
    """The version of a decision that a process means."""
    pinned = registry.process(ports, call.context.process_id, call.context.version).get("decisions", {})
    if bound.name in pinned:
        return int(pinned[bound.name])
    item = None
    match bound.binding:
        case "latest":
            item = registry.find(ports, "decision", bound.id)
        case "version" if bound.number is not None:
            item = registry.find(ports, "decision", bound.id, bound.number)
        case "versionTag":
            item = registry.find_tagged(ports, "decision", bound.id, bound.version)
    if item is None:
        raise ConnectorRejected(f"there is no decision {bound.name!r}")
    return int(item["version"])


def evaluate_expressions(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """`dpc:feel`: {expressions, context} -> {values}, in that order. What JSONata cannot say is said here."""
    expressions, context = call.input.get("expressions"), call.input.get("context")
    if not isinstance(expressions, list) or not isinstance(context, dict):
        raise ConnectorRejected("dpc:feel needs expressions (a list of texts) and a context (object)")
    values = {name: from_json(value) for name, value in without_reserved(context).items()}
    kept = held.storage(ports, call.context.instance_id)
    return {"values": [kept.aside(_value(ports, str(text), values)) for text in expressions]}


def _value(ports: Ports, text: str, context: Mapping[str, Any]) -> Any:
    try:
        return to_json(feel(parse(text, frozenset(context)), context, clock=ports.clock.now))
    except FeelSyntaxError as error:
        raise ConnectorRejected(f"{text!r} is not FEEL: {error}") from error
