"""Cells of tables: what stands at a path of a body, as text, and a body with a cell applied.

A path is keys joined by dots: `name.pl`, `prices.commission.value`. Members of lists are found by their id, code or
product. An empty cell changes nothing, nor does one that says what is there already; `(none)` removes the field.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any, Final

NOTHING: Final = "(none)"
_NAMED_BY: Final = ("id", "code", "product")


class CellError(Exception):
    """A cell cannot be applied; the message says why."""


def cell_at(body: Mapping[str, Any], path: str) -> str:
    """What stands at a path: text as it is, else JSON; empty if there is nothing.

    >>> cell_at({"prices": [{"id": "fee", "value": 5}]}, "prices.fee.value")
    '5'
    """
    *above, last = path.split(".")
    parent: Any = body
    for step in above:
        parent = _found(parent, step)
    return _shown(parent[last]) if isinstance(parent, dict) and last in parent else ""


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _found(parent: Any, step: str) -> Any:
    """The child; None if there is none."""
    if isinstance(parent, dict):
        return parent.get(step)
    members = [member for member in parent if isinstance(member, dict)] if isinstance(parent, list) else []
    return next((m for m in members if any(str(m[name]) == step for name in _NAMED_BY if name in m)), None)


def _plain(text: str) -> str:
    """Without what spreadsheets change on their own: ends of lines, blanks around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def apply(body: Mapping[str, Any], path: str, cell: str) -> dict[str, Any]:
    """The body with a cell applied. Raises `CellError` if the path leads nowhere.

    >>> apply({"prices": [{"id": "fee", "value": "5"}]}, "prices.fee.value", "6.50")
    {'prices': [{'id': 'fee', 'value': '6.50'}]}
    """
    if cell == _plain(cell_at(body, path)):
        return dict(body)
    changed = copy.deepcopy(dict(body))
    *above, last = path.split(".")
    parent: Any = changed
    for step in above:
        parent = _child(parent, step, path)
    if isinstance(parent, list):
        raise CellError(f"{path!r} ends at a member of a list; name a field of it.")
    if not isinstance(parent, dict):
        raise CellError(f"{path!r} leads through a value that has no fields.")
    if cell == NOTHING:
        parent.pop(last, None)
    else:
        parent[last] = _value(cell, parent.get(last))
    return changed


def _child(parent: Any, step: str, path: str) -> Any:
    if isinstance(parent, dict):
        return parent.setdefault(step, {})
    if (found := _found(parent, step)) is not None:
        return found
    raise CellError(f"{path!r} leads nowhere: there is no {step!r}.")


def _value(cell: str, before: Any) -> Any:
    """Text stays text; else what JSON says, where it says something: numbers, true, lists."""
    if isinstance(before, str):
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell
