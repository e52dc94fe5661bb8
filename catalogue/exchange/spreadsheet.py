"""Many entries as a table (CSV or a workbook): a line each; `id` names the entry, other columns are paths of its fields
(`cells.py`). What is exported, changed in a spreadsheet and imported changes what was changed there, and nothing else.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from catalogue.exchange.archive import MAX_ENTRIES
from catalogue.exchange.cells import cell_at
from catalogue.zip_source import ArchiveError

Lines = Iterable[tuple[int, list[str]]]
"""The lines that are not empty: their numbers, and their cells."""
_FORMULA: Final = re.compile(r"'*[=+@\-](?![\d.]*$)")
"""What spreadsheets take for a formula in a CSV file, expressions above all: an apostrophe before it says text."""


@dataclass(frozen=True)
class Row:
    """A line of the table. `cells`: by path, without the empty ones."""

    line: int
    id: str
    cells: Mapping[str, str]


def write_table(entries: Iterable[tuple[str, Mapping[str, Any]]], columns: Sequence[str], *, workbook: bool) -> bytes:
    """The table of entries (id, body): these paths of each. Raises `ArchiveError` on what no workbook can hold."""
    lines = ([id_, *(cell_at(body, path) for path in columns)] for id_, body in entries)
    rows = [["id", *columns], *lines]
    if workbook:
        from catalogue.exchange.workbook import write_workbook  # 160 ms that only workbooks cost

        return write_workbook(rows)
    text = StringIO(newline="")
    csv.writer(text).writerows([[f"'{c}" if _FORMULA.match(c) else c for c in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def read_table(content: bytes, *, workbook: bool) -> list[Row]:
    """The lines. Raises `ArchiveError` if this is no table with a column `id`."""
    rows: list[Row] = []
    for row in _rows(iter(_workbook_lines(content) if workbook else _csv_lines(content))):
        if len(rows) == MAX_ENTRIES:
            raise ArchiveError(f"The table has more than {MAX_ENTRIES} lines, as many as are read at once: split it.")
        rows.append(row)
    return rows


def _workbook_lines(content: bytes) -> Lines:
    from catalogue.exchange.workbook import read_workbook

    return read_workbook(content)


def _csv_lines(content: bytes) -> Lines:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArchiveError("The file is not UTF-8; save it as CSV in UTF-8.") from error
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(row):
                yield reader.line_num, [c[1:] if c[:1] == "'" and _FORMULA.match(c) else c for c in row]
    except csv.Error as error:
        raise ArchiveError(f"This is no CSV: {error}.") from error


def _rows(lines: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    _, columns = next(lines, (0, []))
    names = [name for name in columns if name]
    if "id" not in names or len(set(names)) < len(names):
        raise ArchiveError("The first line names the columns, each once, and one of them is 'id'.")
    for number, row in lines:
        if any(row[len(columns) :]):
            raise ArchiveError(f"Line {number} has more cells than there are columns.")
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name and cell.strip()}
        yield Row(number, cells.pop("id", ""), cells)
