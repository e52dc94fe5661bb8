"""A decision's evaluation in words: what went in, which rules fired, and at which cell each other rule failed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from state_machines.dmn import model as m
from state_machines.dmn.evaluate import DecisionResult, DecisionTrace
from state_machines.dmn.tables import RuleTrace
from state_machines.feel.values import Value, to_json

MAX_RULES = 200
"""Rules that did not match of one table that are told."""


def explain(definitions: m.Definitions, result: DecisionResult) -> Iterator[str]:
    """Lines for people, decision by decision in the order in which they were made; warnings at the end."""
    for step in result.trace:
        yield from explain_step(definitions.decisions, step)
    for warning in result.warnings:
        yield f"warning: {warning.message}"


def explain_step(decisions: Mapping[str, m.Decision], step: DecisionTrace) -> Iterator[str]:
    """One decision. That of an imported model has no table here: its value is told alone."""
    decision = decisions.get(step.decision_id)
    table = decision.expression if decision is not None else None
    if not isinstance(table, m.DecisionTable):
        yield f"{step.name} = {words(step.value)}"
        return
    yield f"{step.name} = {words(step.value)}: {_fired(step)}"
    for label, value in step.inputs:
        yield f"  {label} = {words(value)}"
    missed = [(number, rule) for number, rule in enumerate(step.rules, 1) if not rule.matched]
    for number, rule in missed[:MAX_RULES]:
        yield f"  rule {number} does not match: {why_not(table, number, rule, step)}"
    if len(missed) > MAX_RULES:
        yield f"  and {len(missed) - MAX_RULES} more rules do not match"


def words(value: Value) -> str:
    """A value as JSON."""
    return json.dumps(to_json(value), ensure_ascii=False)


def _fired(step: DecisionTrace) -> str:
    numbers: list[Any] = [str(number) for number in step.fired]
    if not numbers:
        return "no rule matches"
    return f"rule{'s' * (len(numbers) > 1)} {', '.join(numbers)} fired"


def why_not(table: m.DecisionTable, number: int, rule: RuleTrace, step: DecisionTrace) -> str:
    """Which cell of a rule (counted from 1) did not let the inputs pass."""
    column = len(rule.verdicts) - 1
    label, value = step.inputs[column]
    test = table.rules[number - 1].tests[column].text
    verdict = "is not so for" if rule.verdicts[column] is False else "cannot be said of"
    return f"{label} `{test}` {verdict} {words(value)}"
