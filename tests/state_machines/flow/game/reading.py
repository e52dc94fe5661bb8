"""What a node, a token or a run says of itself to the rules of the token game."""

from tests.state_machines.flow.game.knowledge import Knowledge
from tests.state_machines.flow.game.model import Definition, Node, Scope
from tests.state_machines.flow.game.state import Delivery, Done, Run, Token


def beginning(run: Run) -> list[Node]:
    """Where a run begins. An ad-hoc sub-process that chooses has a run for each activity."""
    owner = run.owner
    if run.scope.started:
        start = run.scope.start()
        gates = (run.scope.nodes[flow.source] for flow in run.scope.entering(start.id))
        gate = next((gate for gate in gates if gate.every), None)
        return [run.scope.nodes[flow.target] for flow in run.scope.leaving(gate.id)] if gate else [start]
    if owner is None or owner.node.kind != "adhoc":
        return run.scope.firsts()
    firsts = run.scope.firsts()
    return [firsts[owner.index]] if chooses(owner.node) else firsts


def begins_another(scope: Scope, name: str) -> bool:
    """Whether a message begins an instance of a process."""
    gates = [node.id for node in scope.nodes.values() if node.kind == "choose" and node.extras == "instantiate"]
    behind = {flow.target for flow in scope.flows if flow.source in gates}
    first = (n for n in scope.nodes.values() if n.kind == "start" or n.extras == "instantiate" or n.id in behind)
    return any(Definition("message", name) in node.definitions for node in first)


def chooses(node: Node) -> bool:
    return node.kind == "adhoc" and bool(node.until or node.ordered)


def at_once(node: Node, number: int) -> int:
    """How many instances of an activity begin when it does. `number`: what was said last."""
    if node.first:
        return int(number > 1)
    if node.kind == "adhoc" and node.body:
        return len(node.body.firsts()) if chooses(node) and not node.ordered else 1
    return node.times if node.repeat == "each" else min(node.times, 1)


def one_by_one(node: Node) -> int:
    """How many instances there are, one after the other."""
    if node.kind == "adhoc" and node.body:
        return len(node.body.firsts()) if node.ordered else 0
    return node.times if node.repeat in ("sequence", "most") else 0


def once_more(node: Node, count: int, number: int) -> bool:
    """Whether a loop goes on that asks, after so many turns."""
    return node.repeat == "again" and number > 1 and (node.times < 2 or count < node.times)


def caught(token: Token) -> list[Node]:
    """What a token waits for."""
    node = token.run.scope.nodes.get(token.node)
    if node is None or node.kind not in ("catch", "receive", "choose"):
        return []
    if node.kind == "choose":
        return [token.run.scope.nodes[flow.target] for flow in token.run.scope.leaving(node.id)]
    return [node]


def handlers(done: list[Done], scope: Scope, *, deep: bool) -> list[Node]:
    """What compensates activities, in the order of these. `deep`: a handler beside a sub-process is not all (Camunda 7:
    only an event sub-process `consumes` the event)."""
    found = []
    for each in done:
        own = [node for node in each.run.scope.handlers() if node.event == "compensate"] if each.run else []
        if own and each.node.kind != "call" and not each.node.handler:
            found += own
        elif each.run and each.node.kind != "call" and (deep or not each.node.handler):
            found += handlers(each.run.done, each.run.scope, deep=deep)
        if each.node.handler:
            found.append(scope.nodes[each.node.handler])
    return found


def catcher(nodes: list[Node], event: str, code: str) -> Node | None:
    """Who catches a code; else who catches any."""
    able = [node for node in nodes if node.event == event]
    return next((n for name in (code, "*") for n in able if n.name == name), None)


def linked(throw: Node, catch: Node) -> bool:
    return (throw.kind, throw.event, catch.kind, catch.event, catch.name) == (
        "throw",
        "link",
        "catch",
        "link",
        throw.name,
    )


def told(knows: Knowledge, event: Delivery | None, *, narrow: bool) -> Knowledge:
    """What is known behind an event. `narrow`: where it maps something, nothing else of what it brings remains."""
    if event is None:
        return knows
    maps = event.node.value != 0
    for name, value in () if maps and narrow else event.values.items():
        knows = knows.write(name, value)
    return knows.write(f"r_{event.node.id}", event.node.value) if maps else knows


def leading(scope: Scope, node: str) -> list[str]:
    """The boundary events over which a token in an activity can leave it: others begin tokens of their own."""
    return [event.id for event in scope.beside(node) if not event.stays]
