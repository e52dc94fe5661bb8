"""Changes of many entries as a table (CSV): a line each; `id` names the entry, other columns are paths of its fields.

A path is keys joined by dots: `name.pl`, `prices.commission.value`. Members of lists are found by their id, code or
product. An empty cell changes nothing, `(none)` removes the field.
"""

import copy
import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from catalogue.exchange.archive import MAX_ENTRIES, ArchiveError

NOTHING: Final = "(none)"
_NAMED_BY: Final = ("id", "code", "product")


class CellError(Exception):
    """A cell cannot be applied; the message says why."""


@dataclass(frozen=True)
class Row:
    """A line of the table. `cells`: by path, without the empty ones."""

    line: int
    id: str
    cells: Mapping[str, str]


def read_rows(content: bytes) -> list[Row]:
    """The lines. Raises `ArchiveError` if this is no table with a column `id`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArchiveError("The file is not UTF-8; save it as CSV in UTF-8.") from error
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        rows = list(_rows(csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)))
    except csv.Error as error:
        raise ArchiveError(f"This is no CSV: {error}.") from error
    if len(rows) > MAX_ENTRIES:
        raise ArchiveError(f"The table has {len(rows)} lines; at most {MAX_ENTRIES} are read at once: split it.")
    return rows


def _rows(reader: "csv.DictReader[str]") -> Iterator[Row]:
    columns = [name for name in reader.fieldnames or () if name]
    if "id" not in columns or len(set(columns)) < len(columns):
        raise ArchiveError("The first line names the columns, each once, and one of them is 'id'.")
    for row in reader:
        if row.get(None):  # where csv puts cells without a column
            raise ArchiveError(f"Line {reader.line_num} has more cells than there are columns.")
        cells = {name: row[name].strip() for name in columns if name != "id" and (row[name] or "").strip()}
        yield Row(reader.line_num, (row["id"] or "").strip(), cells)


def apply(body: Mapping[str, Any], path: str, cell: str) -> dict[str, Any]:
    """The body with a cell applied. Raises `CellError` if the path leads nowhere.

    >>> apply({"prices": [{"id": "fee", "value": "5"}]}, "prices.fee.value", "6.50")
    {'prices': [{'id': 'fee', 'value': '6.50'}]}
    """
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
    if isinstance(parent, list):
        for member in parent:
            if isinstance(member, dict) and any(str(member.get(name)) == step for name in _NAMED_BY if name in member):
                return member
    raise CellError(f"{path!r} leads nowhere: there is no {step!r}.")


def _value(cell: str, before: Any) -> Any:
    """Text stays text; else what JSON says, where it says something: numbers, true, lists."""
    if isinstance(before, str):
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell
