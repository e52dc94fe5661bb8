"""What telemetry shows of one execution, after each event of its history."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from functions.telemetry.fold import Fold, Folder, LogEvent
from functions.telemetry.source_map import read_source_map
from state_machines.compilation import CompiledProcess


def shown(process: CompiledProcess, history: Iterable[Mapping[str, Any]]) -> Iterator[Folder]:
    """The fold, one event after the other."""
    folder = Folder(Fold(), read_source_map(process.source_map))
    for event in history:
        details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
        at = iso(event["timestamp"])
        folder.apply(LogEvent(event["id"], event["previousEventId"], event["type"], details.get("name", ""), at))
        yield folder


def strays(process: CompiledProcess, history: Iterable[Mapping[str, Any]]) -> set[str]:
    """The elements that were active while the sub-process around them was not.

    Compensation aside, which comes back into what has completed, or into a transaction that was cancelled.
    """
    elements: Any = process.source_map["elements"]
    found = set[str]()
    for folder in shown(process, history):
        known = {element for element, _, _ in folder.fold.open.values()}
        for passage in folder.findings.passages.values():
            if passage.state == "completed" or elements[passage.element]["type"] == "transaction":
                known.add(passage.element)
        scopes = {element: elements[element]["scope"] for element, _, _ in folder.fold.open.values()}
        found |= {element for element, scope in scopes.items() if scope and scope not in known}
    return found


def iso(at: datetime) -> str:
    """A moment as logs have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
