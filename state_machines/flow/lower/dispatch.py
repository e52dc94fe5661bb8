"""From a process to steps: finds the regions, and hands each node to the module of its family."""

from collections.abc import Callable
from typing import Any

from state_machines.bpmn.model import Activity, CallActivity, Event, FlowNode, Gateway, SubProcess, Task
from state_machines.flow.bounds import Bounds
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.choosing import Choosing
from state_machines.flow.compensating import whole
from state_machines.flow.compiling import Build
from state_machines.flow.completed import begun
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.ad_hoc import lower_choosing
from state_machines.flow.lower.asides import begin_or_aside
from state_machines.flow.lower.beginning import lower_all_started, lower_begun
from state_machines.flow.lower.borders import lower_border
from state_machines.flow.lower.call_activity import lower_call_activity
from state_machines.flow.lower.conditions import lower_written
from state_machines.flow.lower.events import lower_event
from state_machines.flow.lower.gateways import lower_choice, lower_fork, lower_gateway
from state_machines.flow.lower.joins import lower_move, lower_resumed
from state_machines.flow.lower.loops import lower_loop
from state_machines.flow.lower.remote import evaluate_before
from state_machines.flow.lower.resuming import entered_anywhere
from state_machines.flow.lower.rounds import in_rounds
from state_machines.flow.lower.scopes import lower_guarded, lower_sub_process, lower_watched, process_begin
from state_machines.flow.lower.tasks import lower_task
from state_machines.flow.lower.waiting import lower_event_gateway
from state_machines.flow.shared import known
from state_machines.flow.starting import begins_all
from state_machines.flow.steps import Compute, Segment, Way
from state_machines.flow.unseen import Border, Guarded, ImplicitChoice, ImplicitSplit, Move, Resumed, Written


def lower_process(build: Build) -> Segment:
    """The steps of a whole process, from its start event."""
    b = SegmentBuilder(build, Bounds(), lower_node, evaluate_before)
    main = b.filled(_noted(b, process_begin(b)), "")
    whole = in_rounds(build, begin_or_aside(b, main), lower_node, evaluate_before)
    return entered_anywhere(b, whole)


def _noted(b: SegmentBuilder, begin: Way) -> Way:
    """Where tokens tell each other what they write: with the note of what was known when the instance started."""
    conditions, start = b.build.conditions, b.build.graphs[""].shown_start()
    if not (conditions.names and conditions.beside):
        return begin
    key = b.helper(b.build.process.id, "known")
    b.add(Compute(key, start.id, "helper", begin, asl(known(conditions.names, INPUT))))
    return Way(key)


def lower_node(b: SegmentBuilder, node: FlowNode, key: str) -> None:
    """One node."""
    unseen = next((lower for kind, lower in _UNSEEN if isinstance(node, kind)), None)
    if unseen is not None:
        unseen(b, node, key)
        return
    if b.build.begun(node):
        key = lower_begun(b, node, key)
    if isinstance(node, Activity):
        lower_activity(b, node, key)
    elif isinstance(node, Gateway) and node.kind == "eventBased" and not begins_all(node):
        lower_event_gateway(b, node, key)
    elif isinstance(node, Gateway):
        lower_gateway(b, node, key)
    elif isinstance(node, Event):
        whole = node.takes_any or node.position != "start"
        (lower_event if whole else lower_all_started)(b, node, key)


_UNSEEN: tuple[tuple[type[FlowNode], Callable[[SegmentBuilder, Any, str], None]], ...] = (
    (Written, lower_written),
    (Border, lower_border),
    (Guarded, lower_guarded),
    (Move, lower_move),
    (Resumed, lower_resumed),
    (ImplicitSplit, lower_fork),
    (ImplicitChoice, lower_choice),
    (Choosing, lower_choosing),
)
"""What is drawn nowhere, but stands before or behind what is."""


def lower_activity(b: SegmentBuilder, node: Activity, key: str) -> None:
    """One activity."""
    if b.build.compensation.turns(node) and not b.is_body(node):
        first, key = key, b.helper(node.id, "turns")
        b.add(Compute(first, node.id, "helper", Way(key), asl(begun(whole(node.id), items=b.bounds.items > 0))))
    if b.stands_inside(node):
        lower_watched(b, node, key)
    elif node.loop is not None:
        lower_loop(b, node, key, b.after_turns(node))
    elif isinstance(node, Task):
        lower_task(b, node, key)
    elif isinstance(node, SubProcess):
        lower_sub_process(b, node, key)
    elif isinstance(node, CallActivity):
        lower_call_activity(b, node, key)
