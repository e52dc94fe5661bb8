"""Which joins of the token game have got what they wait for."""

from tests.state_machines.flow.game.model import Node
from tests.state_machines.flow.game.reading import leading, linked
from tests.state_machines.flow.game.state import Run, Token


def ready(root: Run) -> tuple[Run, str] | None:
    """A join whose tokens can go on together."""
    for run in root.runs():
        for node in run.scope.nodes.values():
            if run.scope.joins(node.id) and _complete(run, node):
                return run, node.id
    return None


def _complete(run: Run, node: Node) -> bool:
    entering = {flow.id for flow in run.scope.entering(node.id)}
    filled = {token.flow for token in run.tokens if token.resting} & entering
    if node.kind == "or" and filled:
        return not any(_awaited(run, token, node.id, filled, entering) for token in run.tokens)
    return filled == entering


def _awaited(run: Run, token: Token, join: str, filled: set[str], entering: set[str]) -> bool:
    """Table 13.3: a token can come to an empty flow of the join, and to none that is filled."""
    sources = [] if token.flow else [token.node, *leading(run.scope, token.node)]
    pending = [token.flow] if token.flow else [flow.id for n in sources for flow in run.scope.leaving(n)]
    reached: set[str] = set()
    while pending:
        flow = pending.pop()
        target = run.scope.by_id[flow].target
        if flow not in reached:
            reached.add(flow)
            around = [target, *leading(run.scope, target)] if target != join else []
            around += [n.id for n in run.scope.nodes.values() if linked(run.scope.nodes[target], n)]
            pending.extend(each.id for n in around for each in run.scope.leaving(n))
    return bool(reached & (entering - filled)) and not reached & filled
