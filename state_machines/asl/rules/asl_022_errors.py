"""ASL-022: errors have names that Step Functions knows or that are the machine's own; each is looked for once."""

from collections.abc import Iterator
from typing import Any, Final

from state_machines.asl.scan import Definition, Fault, Scanned

_KNOWN: Final = frozenset(
    f"States.{name}"
    for name in (
        *("ALL", "DataLimitExceeded", "ExceedToleratedFailureThreshold", "HeartbeatTimeout", "Http.Socket"),
        *("ItemReaderFailed", "Permissions", "QueryEvaluationError", "ResultWriterFailed", "TaskFailed", "Timeout"),
    )
)
"""Those that a Retry or Catch can meet: States.Runtime ends the execution whatever stands there."""
_NAME_LENGTH: Final = 256


def check(definition: Definition) -> Iterator[Fault]:
    """Finds reserved names that do not exist, names that were looked for before, and errors that cannot be thrown."""
    for state in definition.states:
        for field in ("Retry", "Catch"):
            yield from (Fault("ASL-022", state.name, words) for words in _looked_for(state, field))
        if state.type == "Fail":
            yield from (Fault("ASL-022", state.name, words) for words in _thrown(state.body.get("Error")))


def _looked_for(state: Scanned, field: str) -> Iterator[str]:
    before: set[str] = set()
    for entry in state.entries(field):
        listed = entry.get("ErrorEquals")
        names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
        for name in names:
            if name.startswith("States.") and name not in _KNOWN:
                yield f"{field} looks for '{name}', which nothing throws or nothing can catch"
            if name in before and "States.ALL" not in names:  # beside others: ASL-007
                yield f"{field} looks for '{name}' a second time"
            before.add(name)


def _thrown(error: Any) -> Iterator[str]:
    if error is None:
        return
    if not isinstance(error, str):
        yield f"Error is {error!r}, which is no text"
    elif error.startswith("States.") or (not error.startswith("{%") and len(error) > _NAME_LENGTH):
        yield f"'{error[:80]}' cannot be thrown: it is reserved, or longer than {_NAME_LENGTH} characters"
