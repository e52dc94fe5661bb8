"""Where the token of a scope begins: of a process, by `_dpc.start`, which says what started the instance."""

from dataclasses import replace

from state_machines.bpmn.model import Event, FlowNode
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.graph import Graph
from state_machines.flow.jsonata import DPC, INPUT, text
from state_machines.flow.lower.events import fork_definitions, lower_part
from state_machines.flow.starting import Entry, begins_all, entries
from state_machines.flow.steps import END, Decide, Passed, Rule, Way

STARTED = f"{DPC}.start"


def begin(b: SegmentBuilder, graph: Graph) -> Way:
    """The way to where a scope begins: of a process, by what started the instance."""
    flows = tuple(flow for each in graph.outgoing.values() for flow in each)
    found = [] if graph.scope else list(entries(graph.nodes, flows))
    places = {(entry.node.id, entry.caught.id if entry.caught else "") for entry in found}
    if len(places) < 2:
        return _entered(b, found[0]) if found else b.begin(graph)
    asked = _asked_for(found)
    rules = [Rule(f"{STARTED} = {text(entry.key)}", _entered(b, entry)) for entry in found if entry is not asked]
    rules += [
        Rule(b.build.expressions.condition(entry.definition.condition, entry.node, INPUT), _entered(b, entry))
        for entry in found
        if entry.definition and entry.definition.condition and asked.definition
    ]
    key = b.helper(b.build.process.id, "start")
    b.add(Decide(key, graph.starts()[0].id, "helper", tuple(rules), _entered(b, asked)))
    return Way(key)


def lower_begun(b: SegmentBuilder, node: FlowNode, key: str) -> str:
    """Of several that must all come, the one that started the instance has come; the others are waited for.

    Returns the key of the state that waits.
    """
    inner = b.build.names.of_element(node.id)
    b.add(Decide(key, node.id, "choice", (Rule(_started_by(node.id), b.through(node)),), Way(inner)))
    return inner


def lower_all_started(b: SegmentBuilder, node: Event, key: str) -> None:
    """A start event that needs all of its definitions: the first starts the instance, which waits for the others."""

    def unless_begun(inner: SegmentBuilder, place: int) -> Way:
        wait, check = inner.helper(node.id, "part"), inner.helper(node.id, "begun")
        part = replace(node, position="intermediateCatch", definitions=(node.definitions[place],), outputs=())
        lower_part(inner, part, wait)
        inner.add(Decide(check, node.id, "helper", (Rule(_started_by(f"{node.id}/{place}"), Way(END)),), Way(wait)))
        return Way(check)

    fork_definitions(b, node, key, unless_begun)


def _started_by(key: str) -> str:
    """JSONata of whether this started the instance; who asks for one himself brings all that it needs."""
    return f"$not($exists({STARTED})) or {STARTED} = {text(key)}"


def _asked_for(found: list[Entry]) -> Entry:
    """Where instances begin that somebody asks for: at the plain start event, else at the first."""
    return next((entry for entry in found if not entry.definition and not entry.message), found[0])


def _entered(b: SegmentBuilder, entry: Entry) -> Way:
    if begins_all(entry.node) or isinstance(entry.node, Event):
        return b.into(entry.node)
    if entry.caught is None or entry.flow is None:
        return b.through(entry.node)
    way = b.through(entry.caught)
    return way.after(Passed("element", entry.node.id), Passed("flow", entry.flow.id))
