"""What the compiler refuses of call activities."""

from collections.abc import Iterator

from state_machines.bpmn.model import CallActivity
from state_machines.flow.graph import Graph

_BINDINGS = ("latest", "version")
_BOUNDARIES = (["error"], ["timer"])


def call_words(graph: Graph, node: CallActivity) -> Iterator[str]:
    """One text for each thing in a call activity that cannot be compiled."""
    name = f"'{node.name}' ({node.id})" if node.name else f"'{node.id}'"
    called = node.called
    if called is None:
        return
    if called.binding not in _BINDINGS:
        yield f"The call activity {name} is bound by {called.binding}: only the latest or one version can be."
    if called.binding == "version" and not (called.version.isascii() and called.version.isdigit()):
        yield f"The call activity {name} names '{called.version}' as version; give a whole number."
    boundaries = graph.boundaries.get(node.id, ())
    for event in boundaries:
        kinds = [definition.kind for definition in event.definitions]
        if kinds not in _BOUNDARIES or not event.interrupting:
            yield f"The boundary event '{event.id}' of the call activity {name} cannot be compiled yet."
    if sum(definition.kind == "timer" for event in boundaries for definition in event.definitions) > 1:
        yield f"{name} has more than one interrupting timer; only one can be compiled yet."
