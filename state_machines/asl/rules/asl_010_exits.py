"""ASL-010: every state either goes on or ends, as its type allows."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault, Scanned

_ENDING = ("Task", "Pass", "Wait", "Parallel", "Map")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds states with no way out, or with two."""
    for state in definition.states:
        yield from _exits(state)


def _exits(state: Scanned) -> Iterator[Fault]:
    goes, ends = "Next" in state.body, state.body.get("End") is True
    if state.type in _ENDING:
        if goes == ends:
            yield Fault("ASL-010", state.name, "exactly one of Next and End is needed")
    elif state.type == "Choice":
        if goes or ends:
            yield Fault("ASL-010", state.name, "a Choice has neither Next nor End")
        if "Default" not in state.body:
            yield Fault("ASL-010", state.name, "the Choice has no Default: no true condition would fail the execution")
    elif state.type in ("Succeed", "Fail"):
        if "Next" in state.body or "End" in state.body:
            yield Fault("ASL-010", state.name, f"a {state.type} has neither Next nor End: it is the end")
    else:
        yield Fault("ASL-010", state.name, f"'{state.type}' is no type of state")
