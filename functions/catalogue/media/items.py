"""Media as the table holds them: `MEDIA#<id>` / `ENTRY`, and `V#00000001` once the file is there and sound.

waiting -> ready (its version is live) | refused. A medium that is ready never changes.
"""

import json
from datetime import timedelta
from typing import Any, Final

from catalogue.kinds import MEDIA
from catalogue.kinds.medium import Medium
from contract import events, tables
from contract.shapes.catalogue import MediaItem
from functions.catalogue.changing import Deed, entry_of, told
from functions.catalogue.drafting import announce
from functions.catalogue.keys import entry_key, version_key
from functions.runtime.ports import Ports
from functions.runtime.records import Item, Put
from functions.runtime.unit import Unit

LINKED: Final = timedelta(minutes=15)
"""How long links to upload and to look hold."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""What browsers and the CDN are told of a file that is ready."""
ONLY: Final = 1
"""The number of the one version that a medium has."""


def medium_item(ports: Ports, id_: str) -> Item:
    """Raises `ProblemError` if there is no such medium."""
    return entry_of(ports, MEDIA, id_)


def upload_key(item: Item) -> str:
    """Where the file of a medium is to be sent: not below `media/`, so nobody is served it before it is checked."""
    return f"uploads/{item['sortKey']}/{item['upload']}"


def told_medium(item: Item | None, id_: str, deed: Deed, **more: Any) -> Item:
    """The medium's item after a deed."""
    return told(MEDIA, id_, item, deed, **more)


def version_write(medium: Medium, deed: Deed) -> Put:
    """The version from which all who ask for published entries learn of the medium."""
    body = json.dumps(medium.model_dump(mode="json", by_alias=True), ensure_ascii=False)
    key = {"pk": entry_key(MEDIA, medium.id), "sk": version_key(ONLY)}
    about = {"version": ONLY, "state": "published", "publishedAt": deed.at.isoformat()}
    return Put(tables.CATALOGUE, {**key, **about, "body": body})


def announce_medium(unit: Unit, id_: str, deed: Deed) -> None:
    """Tell of a medium as of any entry: `upload`, `ready`, `refuse`, `delete`."""
    announce(unit, events.ENTRY_CHANGED, MEDIA, {"pk": entry_key(MEDIA, id_), "version": ONLY}, deed)


def shown_medium(item: Item, **more: Any) -> MediaItem:
    """A medium as the API shows it."""
    about = {name: item.get(name) for name in ("status", "contentType", "size", "fault", "changedAt", "changedBy")}
    return MediaItem.model_validate({**about, "id": item["sortKey"], "name": json.loads(item["name"]), **more})
