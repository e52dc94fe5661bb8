"""DMN-007: a table's hit policy and aggregation must exist and go together; PRIORITY needs output values."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.tables_of import tables
from state_machines.dmn.tables import AGGREGATIONS, HIT_POLICIES, hit_policy


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """What stands in the table's corner."""
    for owner, table in tables(definitions):
        for words in _faults(table):
            yield Diagnostic("DMN-007", "error", table.id or owner.id, table.line, f"'{owner.name}': {words}")


def _faults(table: m.DecisionTable) -> Iterator[str]:
    policy = hit_policy(table)
    if policy not in HIT_POLICIES.values():
        yield f"there is no hit policy '{policy}'."
    if table.aggregation and table.aggregation not in AGGREGATIONS:
        yield f"there is no aggregation '{table.aggregation}'."
    elif table.aggregation and policy != "COLLECT":
        yield f"the hit policy {policy} does not aggregate; only COLLECT does."
    values = any(output.allowed is not None and output.allowed.text for output in table.outputs)
    if policy in ("PRIORITY", "OUTPUT ORDER") and not values:
        yield f"the hit policy {policy} needs output values, highest priority first."
