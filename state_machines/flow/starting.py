"""Where instances of a process begin, and by what: start events, and receive tasks and gateways that start it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from state_machines.bpmn.model import Event, EventDefinition, FlowNode, Gateway, Message, SequenceFlow, Task


@dataclass(frozen=True)
class Entry:
    """One way in which an instance begins. `key` is what `_dpc.start` says of it."""

    key: str
    node: FlowNode
    """Where the token begins; behind a gateway, `caught` is what was caught, over `flow`."""
    definition: EventDefinition | None = None
    message: Message | None = None
    caught: FlowNode | None = None
    flow: SequenceFlow | None = None


def begins(node: FlowNode) -> bool:
    """Whether a node of a process says itself that instances begin with it."""
    if isinstance(node, Event):
        return node.position == "start"
    return isinstance(node, Task | Gateway) and node.instantiate


def begins_all(node: FlowNode) -> bool:
    """A gateway whose events must all come, of which the first starts the instance."""
    return isinstance(node, Gateway) and node.kind == "eventBased" and node.instantiate and node.parallel_events


def entries(nodes: Mapping[str, FlowNode], flows: tuple[SequenceFlow, ...]) -> Iterator[Entry]:
    """All ways in which instances of a process begin, in the file's order; none if it does not say."""
    for node in nodes.values():
        if isinstance(node, Gateway) and begins(node):
            for flow in flows:
                if flow.source == node.id and flow.target in nodes:
                    yield from _behind(node, flow, nodes[flow.target])
        elif begins(node):
            yield from _of(node, node)


def _behind(gateway: Gateway, flow: SequenceFlow, target: FlowNode) -> Iterator[Entry]:
    for entry in _of(target, gateway):
        yield Entry(entry.key, gateway, entry.definition, entry.message, target, flow)


def _of(node: FlowNode, owner: FlowNode) -> Iterator[Entry]:
    if isinstance(node, Task):
        yield Entry(node.id, owner, message=node.message)
    elif isinstance(node, Event) and not node.definitions:
        yield Entry(node.id, owner)
    elif isinstance(node, Event):
        for place, definition in enumerate(node.definitions):
            key = node.id if node.takes_any else f"{node.id}/{place}"
            yield Entry(key, owner, definition, definition.message)
