"""Lines of text as a workbook (.xlsx) and back: the first sheet, every cell as text, nothing is ever calculated."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from catalogue.exchange.archive import LIMITS
from catalogue.zip_source import ArchiveError, check_zip

_NAME: Final = "workbook (.xlsx)"
MAX_CELL: Final = 32_767
"""Characters that a spreadsheet's cell holds."""
_AS_TEXT: Final = "@"
"""The format of text: spreadsheets leave what is typed there as it was typed, formulas and numbers too."""


def write_workbook(rows: Iterable[list[str]]) -> bytes:
    """The workbook of these rows. Raises `ArchiveError` on text that no cell can hold."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("changes")
    sheet.freeze_panes = "B2"
    cells = [[_text_cell(sheet, text, row[0]) for text in row] for row in rows]  # before the first one opens a file
    for row in cells:
        sheet.append(row)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _text_cell(sheet: Any, text: str, line: str) -> Any:
    if len(text) > MAX_CELL:
        raise ArchiveError(f"A cell of {line!r} has {len(text)} characters; at most {MAX_CELL} fit: leave it out.")
    cell = WriteOnlyCell(sheet)
    try:
        cell.value = text
    except IllegalCharacterError as error:
        raise ArchiveError(f"A cell of {line!r} holds a character that no workbook can hold.") from error
    cell.data_type, cell.number_format = "s", _AS_TEXT  # what begins with = is text too
    return cell


def read_workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of the first sheet. Raises `ArchiveError` on what is no plain, moderate workbook, and on formulas."""
    try:
        check_zip(content, LIMITS, _NAME)
        sheet = load_workbook(BytesIO(content), read_only=True, keep_links=False).worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size need not be so
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if any(cells := [_text(cell) for cell in row]):
                yield number, cells
    except ArchiveError:
        raise
    # What is broken inside raises whatever it meets there: KeyError, ValueError, ParseError, BadZipFile and more.
    except Exception as error:
        raise ArchiveError(f"This is not a {_NAME} that can be read: {error}.") from error


def _text(cell: Any) -> str:
    """A cell as text: numbers with the 15 digits that spreadsheets have, dates and times as ISO 8601."""
    value = cell.value
    if cell.data_type in ("f", "e"):
        what = "a formula; put its value there" if cell.data_type == "f" else f"the error {value}"
        raise ArchiveError(f"Cell {cell.coordinate} holds {what}.")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value if value is not None else "")
