"""A picture on its way: uploaded by a designer, seen by customers in what is published, and nowhere before."""

import random
from typing import Any

from catalogue.kinds import PAGE
from tests.catalogue.archives import write_archive
from tests.journeys.offering import imported
from tests.platform import RunningPlatform

GIF = b"GIF89a" + bytes(range(64))


def test_a_picture_is_seen_where_published_pages_show_it(platform: RunningPlatform) -> None:
    maria, tomek = platform.client("maria"), platform.client("tomek")
    for id_ in ("shown", "drafted"):
        asked = {"id": id_, "name": {"en": "A picture"}, "contentType": "image/gif", "size": len(GIF)}
        sent = maria.post("/catalogue/media", json=asked).raise_for_status().json()["upload"]
        platform.anybody.request(sent["method"], sent["url"], headers=sent["headers"], content=GIF).raise_for_status()
    platform.idle()
    draft(maria, "shown"), draft(maria, "drafted")
    for client, move in ((maria, "submit"), (tomek, "approve"), (tomek, "publish")):
        client.post(f"/catalogue/pages/with-shown/versions/1/{move}", json={}).raise_for_status()

    pages = platform.anybody.get("/market/pages", params={"channel": "web", "slot": "pictures"}).json()["items"]
    ((block,),) = (page["blocks"] for page in pages)
    assert block["media"]["contentType"] == "image/gif" and "/media/" in block["media"]["url"]
    seen = platform.anybody.get(block["media"]["url"]).raise_for_status()
    assert (seen.content, seen.headers["content-type"]) == (GIF, "image/gif")
    assert (seen.headers["x-content-type-options"], "immutable" in seen.headers["cache-control"]) == ("nosniff", True)

    guessed = block["media"]["url"].replace("shown", "drafted")
    assert platform.anybody.get(guessed).status_code == 403
    assert platform.anybody.put(block["media"]["url"], content=b"x").status_code == 403
    assert platform.anybody.get("/market/pages/with-drafted", params={"channel": "web"}).status_code == 404
    preview = maria.get("/market/pages/with-drafted/preview", params={"channel": "web", "version": 1}).json()
    link = preview["blocks"][0]["media"]["url"]
    assert "/media/" not in link.partition("?")[0].split("/_aws/")[0] and platform.anybody.get(link).content == GIF


def test_pictures_travel_in_archives(platform: RunningPlatform) -> None:
    """Exported, imported again under another id: a file that is larger than what is read at once."""
    large = b"\x89PNG\r\n\x1a\n" + random.Random(7).randbytes(9 * 1024 * 1024)
    page = {"id": "travels", "name": {"en": "A page"}, "type": "page", "languages": ["en"]}
    first = write_archive([(PAGE, {**page, "blocks": [{"type": "image", "media": "large"}]})], [("large", large)])
    assert imported(platform, first) == "done"
    maria = platform.client("maria")
    asked = {"entries": [{"collection": "pages", "id": "travels"}]}
    job = maria.post("/catalogue/export", json=asked).raise_for_status().json()
    platform.idle()
    job = maria.get(f"/catalogue/jobs/{job['id']}").json()
    exported = platform.anybody.get(job["url"]).content
    assert (job["total"], exported) == (2, first)
    shown = platform.anybody.get("/market/pages/travels", params={"channel": "web"}).json()["blocks"][0]["media"]
    assert platform.anybody.get(shown["url"]).content == large


def draft(maria: Any, medium: str) -> None:
    page = {"id": f"with-{medium}", "name": {"en": "A page"}, "type": "page", "slot": "pictures", "languages": ["en"]}
    body = {**page, "blocks": [{"type": "image", "media": medium}]}
    maria.post("/catalogue/pages", json={"body": body}).raise_for_status()
