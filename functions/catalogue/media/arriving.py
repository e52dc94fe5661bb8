"""The file of a medium has arrived: it is what it was said to be, and is moved to where the market shows it, or not.

The place has a name that follows from the upload and the bytes: told twice, it is the same one. Nobody can guess it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from catalogue.kinds import MEDIA
from catalogue.kinds.medium import Medium
from catalogue.media import fault, place_of
from contract.buckets import MEDIA as BUCKET
from functions.catalogue.changing import Deed, entry_write, find_entry
from functions.catalogue.media.items import IMMUTABLE, ONLY, announce_medium, told_medium, upload_key, version_write
from functions.runtime.ports import Ports
from functions.runtime.records import ConditionFailedError, Item
from functions.runtime.unit import Unit


def on_upload(ports: Ports, found: Mapping[str, Any]) -> None:
    """An object of the bucket `media`: what is no upload concerns nobody; an upload goes once it is judged."""
    key = unquote_plus(str(found["key"]))
    parts = key.split("/")
    if len(parts) != 3 or parts[0] != "uploads":
        return
    item = find_entry(ports, MEDIA, parts[1])
    if item is not None and item["status"] == "waiting" and upload_key(item) == key:
        _judge(ports, item, key, int(found.get("size", 0)))
    ports.objects.delete(BUCKET, key)


def _judge(ports: Ports, item: Item, key: str, size: int) -> None:
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=item["upload"])
    content = ports.objects.get(BUCKET, key) or b"" if size == item["size"] else b""
    wrong, id_ = _fault(item, content, size), item["sortKey"]
    deed = Deed("refuse" if wrong else "ready", item["changedBy"], ports.clock.now(), wrong)
    announce_medium(unit, id_, deed)
    if wrong:
        unit.add(entry_write(item, told_medium(item, id_, deed, status="refused", fault=wrong)))
    else:
        medium = _kept(ports, item, content)
        ready = {"status": "ready", "live": ONLY, "latest": ONLY, "key": medium.key}
        unit.add(entry_write(item, told_medium(item, id_, deed, **ready)), version_write(medium, deed))
    try:
        unit.commit()
    except ConditionFailedError:
        return  # told twice, deleted, or asked for anew meanwhile


def _fault(item: Item, content: bytes, size: int) -> str:
    if size != item["size"]:
        return f"The file has {size} bytes; {item['size']} were announced."
    return fault(content, item["contentType"], size)


def _kept(ports: Ports, item: Item, content: bytes) -> Medium:
    type_, id_ = item["contentType"], item["sortKey"]
    key = place_of(id_, type_, hashlib.sha256(content).hexdigest(), item["upload"])
    ports.objects.put(BUCKET, key, content, type_, caching=IMMUTABLE)
    name = json.loads(item["name"])
    return Medium(id=id_, name=name, content_type=type_, size=len(content), key=key)
