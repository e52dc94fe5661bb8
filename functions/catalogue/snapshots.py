"""Snapshots of the shelf in S3, from which a process without one begins: it then reads only the releases since.

The object: gzip, a line of JSON each: `{"format", "revision", "media"}` (where media are served), then
`[kind, id, version, body, media]` of all that is published.
"""

import gzip
import json
from collections.abc import Iterator
from typing import Any, Final

from catalogue.selling.shelf import Published, Shelf
from contract.buckets import ARTIFACTS
from functions.runtime.ports import Ports

KEY: Final = "catalogue/shelf.jsonl.gz"
_FORMAT: Final = 2


def write_snapshot(ports: Ports, shelf: Shelf) -> None:
    """Keep a shelf. One that is older than what is kept does no harm: its readers read more changes."""
    text = "\n".join(_lines(shelf, ports.settings.media_url)).encode()
    ports.objects.put(ARTIFACTS, KEY, gzip.compress(text, compresslevel=5, mtime=0), "application/gzip")


def read_snapshot(ports: Ports, revision: int) -> Shelf | None:
    """The kept shelf; None if there is none, or one that is later than this revision, of another format, or of
    media that are served elsewhere."""
    packed = ports.objects.get(ARTIFACTS, KEY)
    if packed is None:
        return None
    first, *lines = gzip.decompress(packed).decode().split("\n")
    head: dict[str, Any] = json.loads(first)
    known = head["format"] == _FORMAT and head["media"] == ports.settings.media_url
    if not known or head["revision"] > revision:
        return None
    published = (Published(*json.loads(line)) for line in lines)
    return Shelf(head["revision"], {(one.kind, one.id): one for one in published})


def _lines(shelf: Shelf, media_url: str) -> Iterator[str]:
    yield json.dumps({"format": _FORMAT, "revision": shelf.revision, "media": media_url})
    for one in shelf.published.values():
        yield json.dumps([one.kind, one.id, one.version, one.text, one.media], ensure_ascii=False)
