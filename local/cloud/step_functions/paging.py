"""Pages of the list calls: `maxResults` and an opaque `nextToken`."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from local.cloud.step_functions.refusals import RefusedError

T = TypeVar("T")


def page(items: Sequence[T], body: Mapping[str, Any], *, largest: int = 1000) -> tuple[Sequence[T], dict[str, str]]:
    """One page, and `nextToken` if there is more."""
    size = int(body.get("maxResults") or 0) or (100 if largest == 1000 else largest)
    start = _start(body.get("nextToken"))
    following = start + min(size, largest)
    if following >= len(items):
        return items[start:], {}
    return items[start:following], {"nextToken": base64.b64encode(f"at {following}".encode()).decode()}


def _start(token: object) -> int:
    if not token:
        return 0
    try:
        return int(base64.b64decode(str(token)).decode().removeprefix("at "))
    except ValueError as error:
        raise RefusedError("InvalidToken", "Invalid Token: 'nextToken'") from error
