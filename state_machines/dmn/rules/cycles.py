"""DMN-006: decisions must not require themselves, directly or through others."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """One finding per knot of decisions."""
    import networkx as nx  # here, because it takes half a second, and only who reads a DMN file needs it

    graph: nx.DiGraph[str] = nx.DiGraph()
    for decision in definitions.decisions.values():
        graph.add_edges_from((decision.id, each) for each in decision.requires if each in definitions.decisions)
    for knot in nx.strongly_connected_components(graph):
        ids = sorted(knot)
        if len(ids) > 1 or graph.has_edge(ids[0], ids[0]):
            names = ", ".join(definitions.decisions[id_].name for id_ in ids)
            first = definitions.decisions[ids[0]]
            yield Diagnostic("DMN-006", "error", first.id, first.line, f"Decisions require each other: {names}.")
