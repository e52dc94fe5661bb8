"""The shipped domains in the demo's catalogue: drafted by a designer, approved and published by a product manager."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import yaml

from catalogue import kinds
from local.seed_api import Api

_DESIGNER: Final = "maria"
_MANAGER: Final = "tomek"
_FOUNDATION: Final = (kinds.DICTIONARY, kinds.MODEL, kinds.SEGMENT)
"""Published before what is made of them: a release holds few entries, and products name each other."""
Draft = tuple[str, Any]
"""A collection, and a body."""


def publish_domain(origin: str, folder: Path) -> bool:
    """Publish a domain of the catalogue, or what is missing of it; False if it is all there."""
    manager = Api(origin, _MANAGER)
    drafts = list(_drafts(folder))
    stands = {collection: _stands(manager, collection) for collection in {collection for collection, _ in drafts}}
    missing = [each for each in drafts if not stands[each[0]].get(each[1]["id"], {}).get("live")]
    if not missing:
        return False
    designer = Api(origin, _DESIGNER)
    for collection, body in missing:
        _approve(designer, manager, collection, body, stands[collection].get(body["id"], {}))
    foundation = {kind.collection for kind in _FOUNDATION}
    for wanted in (True, False):
        entries = [
            {"collection": collection, "id": body["id"], "version": _version(stands[collection].get(body["id"], {}))}
            for collection, body in missing
            if (collection in foundation) is wanted
        ]
        if entries:
            manager.post("/catalogue/releases", {"entries": entries, "reason": "The demo's products."})
    return True


def _drafts(folder: Path) -> Iterator[Draft]:
    for kind in kinds.ALL:
        for path in sorted((folder / kind.collection).glob("*.yaml")):
            # As JSON has it: YAML knows dates.
            text = json.dumps(yaml.safe_load(path.read_bytes()), default=lambda moment: moment.isoformat())
            yield kind.collection, json.loads(text)


def _stands(api: Api, collection: str) -> dict[str, Any]:
    """Where the entries of a collection stand, by id."""
    page = api.get(f"/catalogue/{collection}?limit=200")
    found: dict[str, Any] = {item["id"]: item for item in page["items"]}
    while page.get("cursor"):
        page = api.get(f"/catalogue/{collection}?limit=200&cursor={quote(page['cursor'])}")
        found |= {item["id"]: item for item in page["items"]}
    return found


def _approve(designer: Api, manager: Api, collection: str, body: Any, stands: Any) -> None:
    """Bring an entry as far as approved, from wherever it stands."""
    state = stands.get("openState")
    if state is None:
        new = "" if not stands else f"/{body['id']}/versions"
        designer.post(f"/catalogue/{collection}{new}", {"body": body})
    path = f"/catalogue/{collection}/{body['id']}/versions/{_version(stands)}"
    if state in (None, "draft"):
        designer.post(f"{path}/submit", {})
    if state in (None, "draft", "inReview"):
        manager.post(f"{path}/approve", {})


def _version(stands: Any) -> int:
    """The number of the version that is open, or that a new one has."""
    return int(stands.get("open") or stands.get("latest", 0) + 1)
