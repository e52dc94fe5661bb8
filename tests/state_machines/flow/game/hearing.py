"""Who waits for events in the token game."""

from collections.abc import Iterator

from tests.state_machines.flow.game.model import Node
from tests.state_machines.flow.game.reading import caught
from tests.state_machines.flow.game.state import Delivery, Run, State, Token


def listening(state: State) -> Iterator[Delivery]:
    """All who wait for an event."""
    for run, token, node in _waiting(state):
        for number in range(len(node.definitions)):
            if (each := Delivery(run, token, node, number)).waits():
                yield each


def _waiting(state: State) -> Iterator[tuple[Run, Token | None, Node]]:
    for run in () if state.over else state.root.runs():
        for handler in () if run.stopped else run.scope.handlers():
            yield run, None, handler
        for token in run.tokens:
            for node in (*caught(token), *(run.scope.beside(token.node) if token.parts else ())):
                yield run, token, node


def heard_late(state: State) -> bool:
    """Whether somebody has begun to wait for a signal in the moment in which it was thrown."""
    return any(
        each.definition.event == "signal" and state.thrown.get(each.definition.name) == state.clock == each.since()
        for each in listening(state)
    )
