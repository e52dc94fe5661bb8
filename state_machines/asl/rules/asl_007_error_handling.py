"""ASL-007: Retry and Catch stand on Task, Parallel and Map alone, name errors, and States.ALL stands alone and last."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault, Scanned

_TYPES = ("Task", "Parallel", "Map")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds Retry and Catch where they are not possible or not reached."""
    for state in definition.states:
        for field in ("Retry", "Catch"):
            if field not in state.body:
                continue
            if state.type not in _TYPES:
                yield Fault("ASL-007", state.name, f"{field} is not possible on a {state.type} state")
            yield from _listed(state, field)


def _listed(state: Scanned, field: str) -> Iterator[Fault]:
    entries = state.body[field]
    for i, entry in enumerate(entries if isinstance(entries, list) else []):
        errors = entry.get("ErrorEquals") if isinstance(entry, dict) else None
        if not isinstance(errors, list) or not errors:
            yield Fault("ASL-007", state.name, f"{field} without ErrorEquals")
        elif "States.ALL" in errors and (len(errors) > 1 or i + 1 < len(entries)):
            yield Fault("ASL-007", state.name, f"States.ALL must be alone and last in {field}")
