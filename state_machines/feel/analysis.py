"""What can be said of a tree without evaluating it: the variables that it reads."""

from __future__ import annotations

from state_machines.feel import nodes as n
from state_machines.feel.builtins import NAMES


def names_read(node: n.Node, *, filters: bool = True) -> frozenset[str]:
    """The free variables: first steps of paths that nothing in the tree binds. Builtin functions that are called and
    `?` are left out, and so is what stands in a filter's condition only as `item`.

    Other names in a filter's condition may be variables or entries of the member; `filters` says whether they count.
    """
    found: set[str] = set()
    pending: list[tuple[n.Node, frozenset[str]]] = [(node, frozenset({"?"}))]
    while pending:
        each, bound = pending.pop()
        if isinstance(each, n.Name):
            if each.name not in bound:
                found.add(each.name)
        elif isinstance(each, n.Filter) and not filters:
            pending.append((each.source, bound))
        else:
            pending.extend(_parts(each, bound))
    return frozenset(found)


def _parts(node: n.Node, bound: frozenset[str]) -> list[tuple[n.Node, frozenset[str]]]:
    if isinstance(node, n.For | n.Quantified):
        return _iterated(node, bound)
    if isinstance(node, n.FunctionDefinition):
        return [(node.body, bound | {name for name, _ in node.parameters})]
    if isinstance(node, n.Filter):
        return [(node.source, bound), (node.predicate, bound | {"item"})]
    if isinstance(node, n.ContextLiteral):
        keys = [key for key, _ in node.entries]
        return [(value, bound | set(keys[:i])) for i, (_, value) in enumerate(node.entries)]
    if isinstance(node, n.Call) and isinstance(node.function, n.Name) and node.function.name in NAMES:
        return [(part, bound) for part in (*node.arguments, *(value for _, value in node.named))]
    return [(part, bound) for part in n.children(node)]


def _iterated(node: n.For | n.Quantified, bound: frozenset[str]) -> list[tuple[n.Node, frozenset[str]]]:
    parts: list[tuple[n.Node, frozenset[str]]] = []
    for iterator in node.iterators:
        parts.append((iterator.source, bound))
        if iterator.end is not None:
            parts.append((iterator.end, bound))
        bound = bound | {iterator.name}
    body = node.body if isinstance(node, n.For) else node.condition
    return [*parts, (body, bound | ({"partial"} if isinstance(node, n.For) else frozenset()))]


def paths_read(node: n.Node) -> frozenset[str]:
    """The variables with the steps that follow them (`order.amount`), where nothing but steps follows."""
    found: set[str] = set()
    pending = [node]
    while pending:
        each = pending.pop()
        path = _path_text(each)
        if path is not None:
            found.add(path)
        else:
            pending.extend(n.children(each))
    return frozenset(found - NAMES)


def _path_text(node: n.Node) -> str | None:
    steps: list[str] = []
    while isinstance(node, n.Path):
        steps.append(node.name)
        node = node.source
    return ".".join([node.name, *reversed(steps)]) if isinstance(node, n.Name) else None
