"""What is taken away in the token game: tokens, with all that they are doing."""

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
