"""Cursors of paged queries: the key after which the next page starts, as opaque text."""

import base64
import json


def encode(key: dict[str, str]) -> str:
    """The key as text."""
    return base64.urlsafe_b64encode(json.dumps(key, sort_keys=True).encode()).decode().rstrip("=")


def decode(cursor: str, names: frozenset[str], partition: tuple[str, str]) -> dict[str, str]:
    """The key, if it is one of this query's: it holds exactly `names`, and stays in the `partition` (name, value).

    Raises `ValueError` for everything else.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise ValueError("not a cursor") from error
    if not isinstance(key, dict) or set(key) != names or not all(isinstance(v, str) and v for v in key.values()):
        raise ValueError("not a cursor of this list")
    if key[partition[0]] != partition[1]:
        raise ValueError("not a cursor of this list")
    return key
