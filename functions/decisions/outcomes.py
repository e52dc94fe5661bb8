"""What an evaluation came to, as it is told."""

from typing import Any

from contract.shapes.decisions import DecisionOutcome, TracedDecision, TracedInput, TracedRule
from state_machines.dmn import DecisionResult, DecisionTrace, Definitions
from state_machines.dmn.explain import why_not
from state_machines.dmn.model import DecisionTable
from state_machines.feel import FeelWarning, to_json

MAX_RULES = 1000


def outcome(decision_id: str, version: int | None, result: DecisionResult) -> DecisionOutcome:
    """The value, the rules that fired, the warnings."""
    return DecisionOutcome(
        decision_id=decision_id,
        version=version,
        result=to_json(result.value),
        matched_rules=matched_rules(result),
        warnings=[warning_words(each) for each in result.warnings],
    )


def warning_words(warning: FeelWarning) -> str:
    """A warning, with its place within its expression unless that is the beginning."""
    place = f"line {warning.line}, column {warning.column}: " if (warning.line, warning.column) != (1, 1) else ""
    return f"{place}{warning.message}"


def matched_rules(result: DecisionResult) -> list[dict[str, Any]]:
    """The rules that fired, of every table that was asked, in the order in which they were."""
    return [
        {"decisionId": step.decision_id, "ruleId": rule_id, "index": index}
        for step in result.trace
        for rule_id, index in zip(step.matched_rules, step.fired, strict=False)
    ]


def traced(definitions: Definitions, result: DecisionResult) -> list[TracedDecision]:
    """What became of each rule of each table, decision by decision."""
    return [_traced(definitions, step) for step in result.trace]


def _traced(definitions: Definitions, step: DecisionTrace) -> TracedDecision:
    decision = definitions.decisions.get(step.decision_id)  # that of an imported model has no table here
    table = decision.expression if decision is not None else None
    return TracedDecision(
        decision_id=step.decision_id,
        name=step.name,
        result=to_json(step.value),
        inputs=[TracedInput(label=label, value=to_json(value)) for label, value in step.inputs],
        rules=_rules(table, step) if isinstance(table, DecisionTable) else [],
    )


def _rules(table: DecisionTable, step: DecisionTrace) -> list[TracedRule]:
    return [
        TracedRule(
            index=number,
            matched=rule.matched,
            cells=list(rule.verdicts),
            reason=None if rule.matched else why_not(table, number, rule, step),
        )
        for number, rule in enumerate(step.rules[:MAX_RULES], 1)
    ]
