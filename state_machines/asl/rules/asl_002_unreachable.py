"""ASL-002: every state can be reached from StartAt."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds states that nothing leads to."""
    for part in definition.parts:
        states = {state.name: state for state in part.states}
        seen: set[str] = set()
        pending = [part.start_at]
        while pending:
            name = pending.pop()
            if name in states and name not in seen:
                seen.add(name)
                pending.extend(states[name].targets())
        for name in states:
            if name not in seen:
                yield Fault("ASL-002", name, "nothing leads to this state")
