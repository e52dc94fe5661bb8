"""Who waits for events in the token game, and what comes to whom."""

from collections.abc import Iterator

from tests.state_machines.flow.game.model import Definition, Node
from tests.state_machines.flow.game.reading import caught
from tests.state_machines.flow.game.state import AmbiguousError, Delivery, Run, State, Token


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


def letter(state: State) -> Delivery | None:
    """A message that was thrown comes to the only one who waits for it; to which of several, is not said."""
    for name in state.mail:
        found = [each for each in listening(state) if each.definition == Definition("message", name)]
        if len(found) > 1:
            raise AmbiguousError
        if found:
            state.mail.remove(name)
            return found[0]
    return None


def enough(state: State, event: Delivery) -> bool:
    """Whether an event is all that is needed; it is remembered otherwise. Who then keeps it, is not said."""
    node, heard = event.node, event.heard
    heard.times[event.place] += 1
    if not node.every:
        return True
    if heard.times[event.place] > 1 and any(each.event == "timer" for each in node.definitions):
        raise AmbiguousError  # from when its timer counts again is not said
    heard.some[event.place] = event.values
    places = [(node.id, number) for number in range(len(node.definitions))]
    if not all(place in heard.some for place in places):
        state.unsure |= event.values.keys()
        return False
    event.values = {name: value for place in places for name, value in heard.some.pop(place).items()}
    state.unsure -= event.values.keys()
    return True
