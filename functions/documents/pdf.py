"""HTML to PDF, with xhtml2pdf: no network, no files but our fonts, bounded before and while it runs.

The same HTML gives the same bytes: what xhtml2pdf stamps with the time is set to the time that is given.
"""

import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

MAX_CHARACTERS: Final = 1_000_000
MAX_ELEMENTS: Final = 20_000
MAX_DEPTH: Final = 60
MAX_SECONDS: Final = 40
FONTS: Final = Path(__file__).parent / "fonts"
_CSS: Final = """
@font-face { font-family: "DejaVu Sans"; src: url(DejaVuSans.ttf); }
@font-face { font-family: "DejaVu Sans"; src: url(DejaVuSans-Bold.ttf); font-weight: bold; }
html, body, p, div, table, td, th, li, h1, h2, h3, h4 { font-family: "DejaVu Sans"; }
"""
_EMPTY: Final = frozenset({"br", "hr", "img", "meta", "col", "link", "input", "area", "base", "wbr"})
_DATES: Final = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}[+-]\d\d'\d\d'(\))")
_IDS: Final = re.compile(rb"(/ID\s*\[<)[0-9a-f]{32}(><)[0-9a-f]{32}(>\])")


class UnprintableError(ValueError):
    """The HTML is too large, too deep, or cannot be laid out."""


def print_pdf(html: str, *, document_id: str, at: datetime) -> bytes:
    """The PDF. `document_id`: 32 hexadecimal digits; `at`: aware. Raises `UnprintableError`.

    About 8 ms a table row; xhtml2pdf itself is loaded at the first call (over a second).
    """
    _bound(html)
    from xhtml2pdf import pisa  # type: ignore[import-untyped]
    from xhtml2pdf.config.resources import ResourceAccessPolicy  # type: ignore[import-untyped]
    from xhtml2pdf.default import DEFAULT_CSS  # type: ignore[import-untyped]

    policy = ResourceAccessPolicy.server(
        FONTS, allow_remote=False, max_depth=MAX_DEPTH + 10, max_render_seconds=MAX_SECONDS
    )
    out = io.BytesIO()
    try:
        status = pisa.CreatePDF(
            html,
            dest=out,
            encoding="utf-8",
            path=str(FONTS / "document.html"),
            default_css=DEFAULT_CSS + _CSS,
            resource_policy=policy,
        )
    except Exception as error:
        raise UnprintableError(f"The document cannot be laid out: {error}") from error
    if status.err:
        raise UnprintableError(f"The document cannot be laid out: {status.log}")
    return _pinned(out.getvalue(), document_id, at)


def _pinned(pdf: bytes, document_id: str, at: datetime) -> bytes:
    """Dates and file identifier replaced by bytes of the same length, so that the cross-reference table holds."""
    stamp = f"{at.astimezone(UTC):%Y%m%d%H%M%S}+00'00'".encode()
    identifier = document_id.encode()
    dated = _DATES.sub(lambda found: found[1] + stamp + found[2], pdf)
    return _IDS.sub(lambda found: found[1] + identifier + found[2] + identifier + found[3], dated)


def _bound(html: str) -> None:
    if len(html) > MAX_CHARACTERS:
        raise UnprintableError(f"The document has more than {MAX_CHARACTERS} characters.")
    reader = _Counter()
    reader.feed(html)
    reader.close()


class _Counter(HTMLParser):
    """Counts elements and their depth, and stops at the limits."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._count = 0

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self._count += 1
        if tag not in _EMPTY and not tag.startswith("pdf:"):
            self._open.append(tag)
        if self._count > MAX_ELEMENTS:
            raise UnprintableError(f"The document has more than {MAX_ELEMENTS} elements.")
        if len(self._open) > MAX_DEPTH:
            raise UnprintableError(f"The document's elements are nested more than {MAX_DEPTH} deep.")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
