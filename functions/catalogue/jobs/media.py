"""Media in files: which ones an export holds, what an import does to one, and its file on the way to its place.

An archive is not read into memory: of each medium no more than its own file is.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from catalogue.checks import media
from catalogue.exchange.archive import Archive, Filed
from catalogue.exchange.media_files import LIMITS, file_beside
from catalogue.kinds import MEDIA, Kind
from catalogue.kinds.medium import Medium, MediumFile
from catalogue.media import place_of
from catalogue.zip_source import ArchiveError, Unzipped, unzipped
from contract import errors, tables
from contract.buckets import EXCHANGE
from contract.buckets import MEDIA as BUCKET
from functions.catalogue.changing import Deed, entry_write, find_entry
from functions.catalogue.checking import Published, parsed
from functions.catalogue.jobs.items import Planned, upload_key_of
from functions.catalogue.media.items import IMMUTABLE, ONLY, announce_medium, told_medium, version_write
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item
from functions.runtime.unit import Unit

_QUOTED: Final = re.compile(r'"([a-z][a-z0-9-]{0,59})"')


def find_media(ports: Ports, job: Item, found: Iterable[tuple[Kind, str, str]]) -> list[Item]:
    """The media that exported entries (kind, id, body) show; all there are, where all drafts are exported.

    Raises `ArchiveError` for more than an archive holds.
    """
    rows = ports.store.query(tables.CATALOGUE, MEDIA.name, index="byEntity")
    ready = {item["sortKey"]: item for item in rows.items if item["status"] == "ready"}
    if not job["drafts"] or job["collections"] or job["entries"]:
        shown = {id_ for kind, _, text in found for id_ in _shown(ports, kind, text, ready.keys())}
        ready = {id_: item for id_, item in ready.items() if id_ in shown}
    if len(ready) > LIMITS.files or sum(item["size"] for item in ready.values()) > LIMITS.unpacked:
        words = f"{LIMITS.files} media and {LIMITS.unpacked} bytes of them"
        raise ArchiveError(f"A file holds {words}; these are more. Export by collections, or by ids.")
    return [ready[id_] for id_ in sorted(ready)]


def _shown(ports: Ports, kind: Kind, text: str, ready: Iterable[str]) -> set[str]:
    """Most entries show none, which their texts tell: they need not be understood."""
    candidates = set(_QUOTED.findall(text)).intersection(ready)
    if not candidates:
        return candidates
    try:
        return {reference.id for reference in media(parsed(kind.name, text), Published(ports))}
    except ValueError:  # an unfinished draft: whatever it may mean
        return candidates


def add_media(ports: Ports, archive: Archive, items: Iterable[Item]) -> None:
    """Put media into an archive; one that has been deleted meanwhile is left out."""
    for item in items:
        if content := ports.objects.get(BUCKET, item["key"]):
            archive.add_medium(item["sortKey"], json.loads(item["name"]), item["contentType"], content)


def medium_in(one: Filed, job: str) -> Medium | None:
    """The medium that a sound file of an archive becomes."""
    if one.problems or one.error:
        return None
    file = MediumFile.model_validate(one.body)
    key = place_of(file.id, file.content_type, file.sha256, job)
    return Medium(id=file.id, name=file.name, content_type=file.content_type, size=file.size, key=key)


def against(item: Item, medium: Medium, sha256: str) -> tuple[str, str]:
    """What is done to a medium (`create`, `keep`), given its item as it stands; or why it is refused."""
    if item.get("status") != "ready":
        return "create", ""
    same = item["key"] == place_of(medium.id, medium.content_type, sha256, item["upload"])
    if same and json.loads(item["name"]) == medium.name:
        return "keep", ""
    what = "another name" if same else "another file"
    return "", f"There is a medium {medium.id!r} with {what}, and media never change. Give this one an id of its own."


def keep_media(ports: Ports, unit: Unit, job: Item, todo: Sequence[Planned], deed: Deed) -> None:
    """Files to their places, and what tells of them to the unit. Raises `ProblemError` if another medium has been
    uploaded since, or another archive."""
    id_ = str(job["pk"]).removeprefix("JOB#")
    media = [(one.file, Medium.model_validate_json(one.text)) for one in todo]
    try:
        with unzipped(ports.objects.open(EXCHANGE, upload_key_of(id_, "archive"))) as archive:
            for name, medium in media:
                _keep(ports, unit, medium, _content(archive, name, medium, id_), id_, deed)
    except ArchiveError as error:
        raise ProblemError(errors.CONFLICT, f"The archive is not the one that was checked: {error}") from error


def _content(archive: Unzipped, name: str, medium: Medium, upload: str) -> bytes:
    """The bytes that were checked. Raises `ArchiveError` if they are not in the archive."""
    beside = file_beside(name, medium.content_type)
    content = archive.read(beside, medium.size) if beside in archive.names else b""
    if place_of(medium.id, medium.content_type, hashlib.sha256(content).hexdigest(), upload) != medium.key:
        raise ArchiveError(f"{beside!r} is another file.")
    return content


def _keep(ports: Ports, unit: Unit, medium: Medium, content: bytes, upload: str, deed: Deed) -> None:
    item = find_entry(ports, MEDIA, medium.id)
    if item is not None and item["status"] == "ready":
        raise ProblemError(errors.CONFLICT, f"There is a medium {medium.id!r} now, and media never change.")
    ports.objects.put(BUCKET, medium.key, content, medium.content_type, caching=IMMUTABLE)
    about = {"contentType": medium.content_type, "size": medium.size, "name": json.dumps(medium.name)}
    ready = {"status": "ready", "live": ONLY, "latest": ONLY, "key": medium.key, "upload": upload, "fault": None}
    unit.add(entry_write(item, told_medium(item, medium.id, deed, **about, **ready)), version_write(medium, deed))
    announce_medium(unit, medium.id, deed)
