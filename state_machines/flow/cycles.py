"""Cycles among steps: what leads back to itself, and by which ways."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from state_machines.flow.steps import Step, ways_of

Following = Mapping[str, list[str]]
"""The keys of steps with those of the steps that may come next."""


def following(steps: Mapping[str, Step]) -> Following:
    """What follows what, within these steps."""
    return {key: list(dict.fromkeys(way.to for way in ways_of(step) if way.to in steps)) for key, step in steps.items()}


def cycles(after: Following) -> Iterator[list[str]]:
    """The sets of steps of which each leads to each, and the steps of each in order.

    >>> list(cycles({"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": []}))
    [['b', 'c']]
    """
    try:
        TopologicalSorter(after).prepare()
    except CycleError:
        import networkx as nx  # here, because it takes half a second and most processes have no loop

        graph: Any = nx.DiGraph([(key, to) for key, targets in after.items() for to in targets])
        order = {key: at for at, key in enumerate(after)}
        parts = (p for p in nx.strongly_connected_components(graph) if len(p) > 1 or graph.has_edge(*p, *p))
        yield from sorted((sorted(part, key=order.__getitem__) for part in parts), key=lambda part: order[part[0]])


def ways_back(after: Following) -> list[tuple[str, str]]:
    """From which step to which a depth-first walk comes back to where it is: every cycle has one of these.

    >>> ways_back({"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": ["a"]})
    [('c', 'b'), ('d', 'a')]
    """
    found, left, on_path = [], set[str](), set[str]()
    for start in after:
        path = [] if start in left else [(start, iter(after[start]))]
        on_path.update(key for key, _ in path)
        while path:
            key, targets = path[-1]
            if (target := next(targets, None)) is None:
                path.pop()
                on_path.discard(key)
                left.add(key)
            elif target in on_path:
                found.append((key, target))
            elif target not in left:
                on_path.add(target)
                path.append((target, iter(after[target])))
    return found
