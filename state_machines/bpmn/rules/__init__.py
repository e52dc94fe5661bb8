"""The rules that a model must keep, one per file with a stable code. A rule's docstring tells its remedy.

Rules judge the processes that are executable; what the notation itself gets wrong, the reader says (BPMN-001 to 099).
"""

from collections.abc import Callable, Iterator
from typing import Final

from state_machines.bpmn.model import Model
from state_machines.bpmn.rules import (
    boundary_host,
    boundary_outgoing,
    cancel,
    compensation,
    complex_gateway,
    default_flow,
    duplicate_ids,
    end_event_outgoing,
    endless_calls,
    event_gateway,
    event_positions,
    event_sub_process_flows,
    executable_process,
    expression_syntax,
    flow_ends,
    ignored_conditions,
    implicit_end,
    inbound_connectors,
    links,
    long_ids,
    reachability,
    reserved_variable,
    split_conditions,
    start_event_incoming,
    start_events,
    task_form,
    timers,
    work_defined,
)
from state_machines.diagnostics import Diagnostic, up_to_limit

Rule = Callable[[Model], Iterator[Diagnostic]]

RULES: Final[tuple[tuple[str, Rule], ...]] = tuple(
    (module.CODE, module.check)
    for module in (
        executable_process,
        duplicate_ids,
        flow_ends,
        default_flow,
        boundary_host,
        start_events,
        reachability,
        implicit_end,
        end_event_outgoing,
        start_event_incoming,
        boundary_outgoing,
        compensation,
        split_conditions,
        ignored_conditions,
        event_gateway,
        links,
        cancel,
        reserved_variable,
        expression_syntax,
        timers,
        task_form,
        long_ids,
        complex_gateway,
        work_defined,
        event_positions,
        event_sub_process_flows,
        endless_calls,
        inbound_connectors,
    )
)


def check(model: Model) -> tuple[Diagnostic, ...]:
    """What all rules have to say about a model, in the order of the file."""
    found = up_to_limit(diagnostic for _, rule in RULES for diagnostic in rule(model))
    return tuple(sorted(found, key=lambda d: (d.line, d.code)))
