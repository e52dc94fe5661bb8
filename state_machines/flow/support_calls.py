"""What the compiler refuses of call activities."""

from collections.abc import Iterator

from state_machines.bpmn.model import CallActivity
from state_machines.flow.graph import Graph
from state_machines.flow.support_scopes import kinds_of, not_yet

_BINDINGS = ("latest", "version")
_BOUNDARIES = ("error", "escalation", "message", "timer", "signal", "compensation")


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
    for event in graph.boundaries.get(node.id, ()):
        if kinds_of(event)[0] not in _BOUNDARIES or len(event.definitions) != 1:
            yield not_yet(event)
