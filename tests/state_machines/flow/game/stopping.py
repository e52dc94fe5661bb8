"""What is taken away in the token game: tokens, with all that they are doing."""

from tests.state_machines.flow.game.reading import one_by_one
from tests.state_machines.flow.game.state import Run, Token


def stop(token: Token) -> None:
    """What it knew stays known where it was."""
    token.alive = False
    token.run.tokens.remove(token)
    token.run.left.append(token.known())
    stop_parts(token)


def stop_parts(token: Token) -> None:
    for part in token.parts:
        for run in part.run.runs() if part.run else ():
            for inner in run.tokens:
                inner.alive = False
    token.parts = []


def stop_all(run: Run) -> None:
    for token in list(run.tokens):
        stop(token)


def terminate(run: Run, *, narrow: bool) -> None:
    """All of the scope ends: in an ad-hoc sub-process the other activities too, and those that would follow."""
    stop_all(run)
    if run.owner is None or run.owner.node.kind != "adhoc":
        return
    token = run.owner.token
    for other in [each for each in token.parts if each is not run.owner]:
        if other.run:
            stop_all(other.run)
        token.results.append(other.result(narrow=narrow))
        token.parts.remove(other)
    token.count = one_by_one(token.parts[0].node)
