"""Ad-hoc sub-processes that choose: a loop over their activities, with one turn or instance for each.

What multi-instances have, they have too: an order, a completion condition, the end of what still runs.
"""

from functools import partial

from state_machines.by_reference.marks import SEEN, whole
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.choosing import CHOSEN, Choosing
from state_machines.flow.jsonata import INPUT, asl, plain
from state_machines.flow.lower.counting import changes_of_handlers, told_by_handlers, until_none_is_open
from state_machines.flow.lower.incidents import unsettled
from state_machines.flow.lower.loops import lower_loop
from state_machines.flow.steps import Decide, Rule, Way


def lower_choosing(b: SegmentBuilder, node: Choosing, key: str) -> None:
    """The loop, or one turn of it."""
    if node.loop is None:
        _turn(b, node, key)
    elif node.ad_hoc_completion is None:
        lower_loop(b, node, key, b.after(node), partial(_settled, b, node))
    else:
        lower_loop(b, node, key, _enough(b, node, b.after(node)), partial(_settled, b, node))


def _settled(b: SegmentBuilder, node: Choosing, way: Way) -> Way:
    """To the next activity: in turn, it begins when handlers that run aside have ended too (clause 13.3.5)."""
    graph = b.graph(node)
    if not b.build.handles_aside(graph):
        return way
    key, region = b.scopes[graph.scope], b.bounds.region
    if region and b.build.joins_beside(graph):
        way = told_by_handlers(b, node, key, way, region.base)
    else:
        b.build.taken[key] = b.build.names.variable("taken", key)
        way = changes_of_handlers(b, node, key, way, whole=False)
    return until_none_is_open(b, node, graph.scope, key, way)


def _turn(b: SegmentBuilder, node: Choosing, key: str) -> None:
    """The activity with the id that is chosen."""
    # Of a list that stands elsewhere the element does so too.
    chosen = f"({SEEN} := {whole([jsonata.text(CHOSEN)], INPUT)}; {jsonata.member(SEEN, CHOSEN)})"
    without = asl(jsonata.without(INPUT, [CHOSEN]))
    starts = b.graph(node).starts()
    rules = [Rule(f"{chosen} = {jsonata.text(start.id)}", b.into(start), without) for start in starts]
    cause = plain(f"'{node.id}' shall run an activity that it does not have, or that another one leads to.")
    skip = b.end_of(b.graph(node))
    unknown = unsettled(b, node, key, "ActivityUnknown", cause, Way(key, (), "continues"), skip)
    b.add(Decide(key, node.id, "helper", tuple(rules), unknown))


def _enough(b: SegmentBuilder, node: Choosing, after: Way) -> Way:
    """Behind the loop: whether what has run was enough. If not, nothing is left that could make it so."""
    key = b.helper(node.id, "enough")
    cause = plain(f"All activities of '{node.id}' have ended, but its completion condition is not true.")
    again = Way(key, (), "continues")
    with b.outside(node, key):
        condition = b.build.expressions.condition(node.ad_hoc_completion, node) if node.ad_hoc_completion else "true"
        left = unsettled(b, node, key, "NotCompleted", cause, again, after)
        b.add(Decide(key, node.id, "choice", (Rule(condition, after),), left))
    return Way(key)
