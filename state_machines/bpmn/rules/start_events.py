"""BPMN-106: a process, sub-process and event sub-process has the start events that its kind needs."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, Model, Process, SubProcess
from state_machines.bpmn.rules.walk import Place, finding, label, places, unled
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-106"


def check(model: Model) -> Iterator[Diagnostic]:
    """No start event, or more than can be told apart. Remedy: draw one start event of the kind that the words name."""
    for place in places(model):
        starts = [n for n in place.scope.nodes if isinstance(n, Event) and n.position == "start"]
        if place.owner is None:
            yield from _process(place, starts)
        elif place.owner.kind == "event":
            yield from _event_sub_process(place.owner, starts)
        elif place.owner.kind != "adHoc":
            yield from _sub_process(place, place.owner, starts)


def _process(place: Place, starts: list[Event]) -> Iterator[Diagnostic]:
    owner: Process = place.process
    if not _has_beginning(place, starts):
        yield finding(CODE, owner, f"The process '{owner.name or owner.id}' has no start event. Draw one.")
    yield from _several_none(starts, "process")


def _sub_process(place: Place, owner: SubProcess, starts: list[Event]) -> Iterator[Diagnostic]:
    if not _has_beginning(place, starts):
        yield finding(CODE, owner, f"The sub-process {label(owner)} has no start event. Draw one inside it.")
    for start in starts:
        if start.definitions:
            message = (
                f"The sub-process {label(owner)} starts when the flow reaches it. Make its start event a plain one."
            )
            yield finding(CODE, start, message)
    yield from _several_none(starts, "sub-process")


def _event_sub_process(owner: SubProcess, starts: list[Event]) -> Iterator[Diagnostic]:
    if len(starts) != 1 or not starts[0].definitions:
        message = (
            f"The event sub-process {label(owner)} needs exactly one start event, and one that waits for something: "
            "a message, a timer, an error or the like."
        )
        yield finding(CODE, owner, message)


def _several_none(starts: list[Event], word: str) -> Iterator[Diagnostic]:
    plain = [start for start in starts if not start.definitions]
    for extra in plain[1:]:
        yield finding(
            CODE, extra, f"The {word} has two plain start events. Keep {label(plain[0])} and remove this one."
        )


def _has_beginning(place: Place, starts: list[Event]) -> bool:
    """Without a start event all elements begin that no flow leads to (BPMN 2.0.2, 13.4.1)."""
    return bool(starts) or any(unled(node) for node in place.scope.nodes)
