"""A process as the token game knows it: scopes of nodes and flows; and the sketch that draws it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

WAITING: Final = ("user", "service")
"""Activities that somebody does."""
ACTIVITIES: Final = (*WAITING, "receive", "sub", "tx", "call")


class Fixed:
    """What is the same in each copy of a game."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self


@dataclass(eq=False)
class Node(Fixed):
    """`kind` is a word of the sketches, `event` that of its definition: `name` is a message, a code, minutes, a flag.

    An event sub-process has its own event. `stays`: the event does not interrupt. `repeat`: each, sequence or again.
    """

    id: str
    kind: str
    event: str = ""
    name: str = ""
    host: str = ""
    stays: bool = False
    body: "Scope | None" = None
    repeat: str = ""
    times: int = 1
    until: str = ""
    handler: str = ""
    """Of an activity: the task that compensates it."""
    undoes: bool = False
    """Whether it is such a task."""


@dataclass(eq=False)
class Flow(Fixed):
    """A sequence flow; `number`: its place among the flows that leave its source."""

    id: str
    source: str
    target: str
    number: int


@dataclass(eq=False)
class Scope(Fixed):
    """A process or sub-process. Gateways with several flows out may choose."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def add(self, node: Node) -> str:
        self.nodes[node.id] = node
        return node.id

    def connect(self, source: str, target: str) -> str:
        number = len(self.leaving(source))
        self.flows.append(Flow(f"{source}_{target}_{number}", source, target, number))
        return target

    def leaving(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node]

    def entering(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node]

    def beside(self, host: str) -> list[Node]:
        """The boundary events of an activity."""
        return [node for node in self.nodes.values() if node.kind == "boundary" and node.host == host]

    def handlers(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == "esub"]

    def start(self) -> Node:
        return next(node for node in self.nodes.values() if node.kind == "start")

    @cached_property
    def by_id(self) -> dict[str, Flow]:
        return {flow.id: flow for flow in self.flows}

    def taken(self, node: str, number: int) -> list[Flow]:
        """The flows that a token takes: exclusive the one with its number, inclusive all with smaller ones."""
        flows = self.leaving(node)
        kind = self.nodes[node].kind
        if len(flows) < 2 or kind not in ("xor", "or"):
            return flows
        if kind == "xor":
            return [flows[number] if number < len(flows) else flows[0]]
        return [flow for flow in flows[1:] if number > flow.number] or [flows[0]]

    def joins(self, node: str) -> bool:
        return self.nodes[node].kind in ("and", "or") and len(self.entering(node)) > 1

    def walk(self) -> Iterator[Node]:
        for node in self.nodes.values():
            yield node
            if node.body and node.kind != "call":
                yield from node.body.walk()


def sketched(scope: Scope) -> str:
    """The process and those that it calls, as a sketch."""
    called = [node for node in scope.walk() if node.kind == "call"]
    parts = [_scope(scope)]
    for node in called:
        assert node.body
        parts.append(f"process child{node.id} {{\n{sketched(node.body)}\n}}")
    return "\n".join(parts)


def _scope(scope: Scope) -> str:
    nodes = [_node(scope, node) for node in scope.nodes.values()]
    plain = "; ".join(text for text in nodes if "\n" not in text)
    flows = "; ".join(f"{f.source} -{f.id}{_condition(scope, f)}-> {f.target}" for f in scope.flows)
    return "\n".join(part for part in (plain, *(text for text in nodes if "\n" in text), flows) if part)


def _node(scope: Scope, node: Node) -> str:
    words = [node.kind, node.id]
    if node.kind in ("xor", "or") and len(scope.leaving(node.id)) > 1:
        words += ["default", scope.leaving(node.id)[0].id]
    if node.host:
        words += ["on", node.host]
    if node.kind == "call":
        words += ["process", f"child{node.id}"]
    if node.repeat == "again":
        words += ["again", "`n > 1`"]
    elif node.repeat:
        words += [node.repeat, f"i_{node.id}", "of", f"items{node.times}"]
        words += ["until", f"`{node.until}`"] if node.until else []
    if node.undoes:
        words += ["undo"]
    if node.event and node.kind != "esub":
        words += _event(node)
    text = " ".join(words)
    if node.body is None or node.kind == "call":
        return text
    inner = _scope(node.body)
    if node.kind == "esub":
        start = node.body.start()
        inner = inner.replace(f"start {start.id}", " ".join(["start", start.id, *_event(node)]), 1)
    return f"{text} {{\n{inner}\n}}"


def _event(node: Node) -> list[str]:
    stays = ["non"] if node.stays else []
    if node.event == "timer":
        return ["timer", f"PT{node.name}M", *stays]
    if node.event == "condition":
        return ["condition", f"`{node.name} = true`", *stays]
    if node.event == "compensate":
        return ["compensate", *([node.name] if node.name else []), *(["by", node.handler] if node.handler else [])]
    return [node.event, *([node.name] if node.name else []), *stays]


def _condition(scope: Scope, flow: Flow) -> str:
    kind = scope.nodes[flow.source].kind
    if not flow.number or kind not in ("xor", "or"):
        return ""
    return f"[n {'=' if kind == 'xor' else '>'} {flow.number}]"
