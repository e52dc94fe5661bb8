"""BPMN-116: link events come in pairs of one name."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, Model
from state_machines.bpmn.rules.walk import finding, label, places
from state_machines.diagnostics import Diagnostic, Severity

CODE: Final = "BPMN-116"


def check(model: Model) -> Iterator[Diagnostic]:
    """A jump from or to nowhere, or to two places. Remedy: give both link events the same name, and one target."""
    for place in places(model):
        events = [n for n in place.scope.nodes if isinstance(n, Event)]
        throws = [
            (e, d.name) for e in events for d in e.definitions if d.kind == "link" and e.position != "intermediateCatch"
        ]
        catches = [
            (e, d.name) for e in events for d in e.definitions if d.kind == "link" and e.position == "intermediateCatch"
        ]
        yield from _unpaired(throws, catches, "catching", "error")
        yield from _unpaired(catches, throws, "throwing", "warning")
        seen: set[str] = set()
        for event, name in catches:
            if name in seen:
                yield finding(CODE, event, f"Two link events catch '{name}'. Keep one: a link leads to one place.")
            seen.add(name)


def _unpaired(
    these: list[tuple[Event, str]], those: list[tuple[Event, str]], other: str, severity: Severity
) -> Iterator[Diagnostic]:
    names = {name for _, name in those}
    words = f"there is no {other} link event of that name. Draw one, or correct the name."
    for event, name in these:
        if name not in names:
            yield finding(CODE, event, f"For the link {label(event)} ('{name}') {words}", severity)
