"""ASL-001: StartAt, Next and Default name states of the same part."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds names that lead nowhere."""
    for part in definition.parts:
        if part.start_at not in part.names:
            owner = part.parents[-1] if part.parents else ""
            yield Fault("ASL-001", owner, f"StartAt names '{part.start_at}', which is no state there")
        for state in part.states:
            for target in state.targets():
                if target not in part.names:
                    yield Fault("ASL-001", state.name, f"leads to '{target}', which is no state there")
