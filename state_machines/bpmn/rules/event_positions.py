"""BPMN-125: an event's kind is one that its position allows (BPMN 2.0.2, table 10.93)."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, Model
from state_machines.bpmn.rules.walk import Place, finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-125"

_CATCHING: Final = frozenset({"message", "timer", "signal", "conditional"})
_SCOPE: Final = _CATCHING | {"error", "escalation", "compensation"}
_ALLOWED: Final = {
    "start": _CATCHING,
    "eventSubProcessStart": _SCOPE,
    "intermediateCatch": _CATCHING | {"link"},
    "intermediateThrow": frozenset({"message", "signal", "escalation", "compensation", "link"}),
    "boundary": _SCOPE | {"cancel"},
    "end": frozenset({"message", "error", "signal", "escalation", "compensation", "terminate", "cancel"}),
}
_WORDS: Final = {
    "start": "start event",
    "eventSubProcessStart": "start event of an event sub-process",
    "intermediateCatch": "catching event",
    "intermediateThrow": "throwing event",
    "boundary": "boundary event",
    "end": "end event",
}


def check(model: Model) -> Iterator[Diagnostic]:
    """An event that cannot happen at its place, or that cannot go without interrupting. Remedy: change its kind."""
    for place, node in nodes(model):
        if isinstance(node, Event):
            yield from _event(node, _position(node, place))


def _position(event: Event, place: Place) -> str:
    return "eventSubProcessStart" if event.position == "start" and place.within("event") else event.position


def _event(event: Event, position: str) -> Iterator[Diagnostic]:
    for definition in event.definitions:
        if definition.kind not in _ALLOWED[position]:
            message = f"The {definition.kind} event {label(event)} cannot be a {_WORDS[position]}. Change its kind."
            yield finding(CODE, event, message)
        elif definition.kind in ("error", "cancel") and not event.interrupting:
            message = f"The {definition.kind} event {label(event)} always interrupts. Make it an interrupting one."
            yield finding(CODE, event, message)
    if not event.definitions and position in ("boundary", "intermediateCatch"):
        message = f"The {_WORDS[position]} {label(event)} does not say what it waits for. Choose a kind of event."
        yield finding(CODE, event, message)
