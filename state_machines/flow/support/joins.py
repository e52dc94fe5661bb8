"""What can be said of joins before a model runs: at which of them tokens may wait for ever."""

from collections.abc import Iterator, Mapping

from state_machines.diagnostics import Diagnostic
from state_machines.flow.exploring import explore
from state_machines.flow.graph import Graph
from state_machines.flow.regions import Region, open_joins


def deadlocks(graphs: Mapping[str, Graph], regions: Mapping[str, Region]) -> Iterator[Diagnostic]:
    """One warning for each join of a scope that may wait for a token which no longer comes, whatever the data say."""
    for graph in graphs.values():
        joins = {join.id: join for join in open_joins(graph, regions)}
        starts = graph.starts()
        played = explore(graph, starts[0]) if joins and len(starts) == 1 else None
        left = played.waiting() if played else ()
        stuck = {flow.target for flows in graph.outgoing.values() for flow in flows if flow.id in left}
        for join in (joins[each] for each in joins if each in stuck):
            name = f"'{join.name}' ({join.id})" if join.name else f"'{join.id}'"
            words = f"The join {name} may wait for a token that no longer comes: by some choices before it, none does."
            yield Diagnostic("FLOW-053", "warning", join.id, join.line, words)
