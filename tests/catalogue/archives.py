"""Archives as tests and benchmarks make them."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from catalogue.exchange.archive import Archive
from catalogue.kinds import Kind


def write_archive(entries: Iterable[tuple[Kind, Mapping[str, Any]]], media: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """The archive of entries (kind, body) and of pictures (id, PNG)."""
    made = BytesIO()
    with Archive(made) as archive:
        for kind, body in entries:
            archive.add(kind, body)
        for id_, content in media:
            archive.add_medium(id_, {"en": id_.title()}, "image/png", content)
    return made.getvalue()
