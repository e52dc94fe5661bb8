"""Cursors of lists that are kept in memory: behind which place the next page begins."""

import base64

from contract import errors
from functions.runtime.problems import ProblemError


def cursor(place: str) -> str:
    """The cursor of what follows a place.

    >>> after(cursor("cash-loan"))
    'cash-loan'
    """
    return base64.urlsafe_b64encode(place.encode()).decode()


def after(text: str) -> str:
    """The place; empty at the beginning. Raises `ProblemError` for what is no cursor of ours."""
    try:
        return base64.b64decode(text.encode(), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise ProblemError(errors.INVALID_REQUEST, "The cursor is not one of ours.") from error
