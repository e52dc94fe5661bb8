"""What the compiler refuses of call activities, and of what else calls a version of something."""

from collections.abc import Iterator

from state_machines.bpmn.model import CallActivity, CalledDecision, CalledProcess, Text
from state_machines.flow.graph import Graph


def call_words(graph: Graph, node: CallActivity) -> Iterator[str]:
    """One text for each thing in a call activity that cannot be compiled."""
    name = f"'{node.name}' ({node.id})" if node.name else f"'{node.id}'"
    called = node.called
    if called is None:
        return
    yield from version_words(f"The call activity {name}", called)
    for event in graph.boundaries.get(node.id, ()):
        if event.has("cancel"):
            yield f"The boundary event '{event.id}' can never happen: what {name} calls is no transaction."


def version_words(caller: str, called: CalledProcess | CalledDecision) -> Iterator[str]:
    """A version that is not named, or not by a number."""
    if called.binding in ("version", "versionTag") and called.version is None:
        yield f"{caller} is bound by {called.binding}, but names none."
    number = called.version if called.binding == "version" else None
    if isinstance(number, Text) and not (number.text.isascii() and number.text.isdigit()):
        yield f"{caller} names '{number.text}' as version; give a whole number."
