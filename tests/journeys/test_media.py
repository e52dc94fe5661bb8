"""A picture on its way: uploaded by a designer, seen by customers in what is published, and nowhere before."""

from typing import Any

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


def draft(maria: Any, medium: str) -> None:
    page = {"id": f"with-{medium}", "name": {"en": "A page"}, "type": "page", "slot": "pictures", "languages": ["en"]}
    body = {**page, "blocks": [{"type": "image", "media": medium}]}
    maria.post("/catalogue/pages", json={"body": body}).raise_for_status()
