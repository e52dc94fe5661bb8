"""ASL-016: the machine, each branch and each processor has a state that ends it."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault, Part, Scanned


def check(definition: Definition) -> Iterator[Fault]:
    """Finds parts that can only go round and round."""
    for part in definition.parts:
        if part.states and all(_goes_on(state) for state in part.states):
            yield Fault("ASL-016", _owner(part), "no state ends the machine or branch")


def _goes_on(state: Scanned) -> bool:
    """A state with no way out at all is another rule's."""
    return any(state.targets()) and state.body.get("End") is not True


def _owner(part: Part) -> str:
    return part.parents[-1] if part.parents else ""
