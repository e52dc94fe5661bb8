"""The catalogue and the market, played over HTTP once through: what their functions may do is done here."""

import json
from datetime import timedelta
from typing import Any

from catalogue.kinds import PRODUCT, SEGMENT
from tests.catalogue.archives import write_archive
from tests.platform import RunningPlatform

FOUND = ("", "?state=open", "?customer=c2")
"""Lists of quotes: each reads another index."""


def ask(platform: RunningPlatform, method: str, path: str, user: str = "", **request: Any) -> Any:
    """A request that succeeds, with an idempotency key wherever one may be."""
    key = {"Idempotency-Key": f"{method}-{path}-{request.get('json')}"[:200].encode("ascii", "replace").decode()}
    headers = {**key, **request.pop("headers", {})}
    answer = platform.client(user).request(method, path, headers=headers, **request)
    assert answer.is_success, (method, path, answer.text)
    platform.idle()
    return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.content


def design(platform: RunningPlatform) -> None:
    """A product is drafted, approved, scheduled, published and retired; one that is deployed drops a reference."""
    body = {"id": "card", "name": {"en": "Card"}, "category": "cards", "languages": ["en"], "channels": {"web": {}}}
    body |= {"content": {"summary": {"en": "A card."}}}
    goes = {**body, "relations": [{"type": "goesWith", "product": "cash-loan"}]}
    path = "/catalogue/products/card/versions"
    for version, wanted in enumerate((goes, body), start=1):
        where = f"{path}/{version}"
        ask(platform, "POST", path if version > 1 else "/catalogue/products", "maria", json={"body": body})
        ask(platform, "PUT", where, "maria", json={"lock": 1, "body": wanted})
        ask(platform, "POST", f"{where}/submit", "maria", json={})
        ask(platform, "POST", f"{where}/approve", "tomek", json={})
        later = {"at": (platform.platform.clock.now() + timedelta(days=1)).isoformat()}
        ask(platform, "POST", f"{where}/publish", "tomek", json=later)
        ask(platform, "POST", f"{where}/publish", "tomek", json={"reason": "sooner"})
    ask(platform, "POST", path, "maria", json={})
    ask(platform, "DELETE", f"{path}/3", "maria")
    for read in ("", "/card", "/card/versions/2", "/card/history", "/card/diff"):
        ask(platform, "GET", f"/catalogue/products{read}", "maria")
    entries = [{"collection": "products", "id": "card", "version": 2, "retire": True}]
    ask(platform, "POST", "/catalogue/releases", "tomek", json={"entries": entries})
    for collection in ("products", "pages"):
        job = ask(platform, "POST", "/catalogue/export", "maria", json={"collections": [collection]})
        found = ask(platform, "GET", f"/catalogue/jobs/{job['id']}", "maria")
        content = platform.anybody.get(found["url"]).raise_for_status().content
    assert imported(platform, content) == "done"
    for more in (goes, body):
        file = ("files", ("product.yaml", json.dumps({**more, "id": "deployed"}).encode()))
        assert platform.client().post("/processes", files=[file]).status_code == 201


def imported(platform: RunningPlatform, content: bytes, **options: Any) -> str:
    """An import that publishes, approved if it asks for that; its status then."""
    job = ask(platform, "POST", "/catalogue/import", "maria", json={"publish": True, **options})
    path, upload = f"/catalogue/jobs/{job['id']}", job["upload"]
    platform.anybody.request(upload["method"], upload["url"], headers=upload["headers"], content=content)
    platform.idle()
    if ask(platform, "GET", path, "maria")["status"] == "inReview":
        ask(platform, "POST", f"{path}/approve", "tomek", json={})
    return str(ask(platform, "GET", path, "maria")["status"])


def judge(platform: RunningPlatform) -> None:
    """A change of what many products use, which is looked at from the snapshot of all that is published."""
    about = {"category": "cards", "languages": ["en"], "channels": {"web": {}}, "segments": ["many"]}
    about |= {"name": {"en": "One of many"}, "content": {"summary": {"en": "A card."}}}
    segment = {"id": "many", "name": {"en": "Many"}, "conditions": [{"rule": "= true"}]}
    products = [(PRODUCT, {**about, "id": f"many-{at}"}) for at in range(30)]
    first = write_archive([(SEGMENT, segment), *products])
    assert imported(platform, first, reason="many") == "done"
    changed = {**segment, "conditions": [{"rule": "= false"}]}
    assert imported(platform, write_archive([(SEGMENT, changed)]), dryRun=True) == "done"


def picture(platform: RunningPlatform) -> None:
    """A picture is uploaded, looked at, shown in a preview, and deleted."""
    content = b"GIF89a-and-more"
    asked = {"id": "view", "name": {"en": "A view"}, "contentType": "image/gif", "size": len(content)}
    upload = ask(platform, "POST", "/catalogue/media", "maria", json=asked)["upload"]
    platform.anybody.request(upload["method"], upload["url"], headers=upload["headers"], content=content)
    platform.idle()
    assert ask(platform, "GET", "/catalogue/media", "maria")["items"]
    assert ask(platform, "GET", "/catalogue/media/view", "maria")["status"] == "ready"
    block = {"type": "image", "media": "view"}
    body = {"id": "views", "name": {"en": "Views"}, "type": "page", "languages": ["en"], "blocks": [block]}
    ask(platform, "POST", "/catalogue/pages", "maria", json={"body": body})
    ask(platform, "GET", "/market/pages/views/preview?version=1&channel=web", "maria")
    ask(platform, "DELETE", "/catalogue/media/view", "maria")


def publish_entry(platform: RunningPlatform, collection: str, **body: Any) -> None:
    """Drafted by one, approved and published by another."""
    path = f"/catalogue/{collection}/{body['id']}/versions/1"
    ask(platform, "POST", f"/catalogue/{collection}", "maria", json={"body": body})
    ask(platform, "POST", f"{path}/submit", "maria", json={})
    for act in ("approve", "publish"):
        ask(platform, "POST", f"{path}/{act}", "tomek", json={})


def browse(platform: RunningPlatform) -> None:
    """What the market is asked: offers with a decided price and a promotion that runs out, pages, customers."""
    about = {"languages": ["en"], "content": {"summary": {"en": "A loan."}}, "channels": {"web": {}}}
    decided = {"decision": "loan-scoring", "inputs": {"age": "= 40"}, "result": "rate"}
    price = {"id": "rate", "name": {"en": "Rate"}, "type": "rate", "decided": decided}
    fee = {"id": "fee", "name": {"en": "Fee"}, "type": "oneOff", "value": 100, "currency": "PLN"}
    about |= {"process": "cash-loan", "prices": [price, fee]}
    publish_entry(platform, "products", id="scored", name={"en": "Scored"}, category="loans", **about)
    change = {"product": "scored", "effect": "percentOff", "value": "5"}
    window = {"from": "2020-01-01T00:00:00Z"}
    publish_entry(platform, "promotions", id="few", name={"en": "Few"}, valid=window, changes=[change], stock=5)
    publish_entry(platform, "pages", id="home", name={"en": "Home"}, type="page", languages=["en"])
    kept = ask(platform, "PUT", "/market/customers/c1", json={"features": {"age": 40}})
    customer = {"customer": json.dumps({"id": "c1", "key": kept["key"]})}
    for path in ("offers", "offers/scored", "compare?ids=scored", "pages", "pages/home"):
        ask(platform, "GET", f"/market/{path}", **({} if "?" in path else {"params": customer}))
    for path in (
        "offers/scored/why",
        "offers/scored/preview?version=1",
        "pages/home/preview?version=1",
        "customers/c1",
    ):
        ask(platform, "GET", f"/market/{path}")
    for path in ("productOffering", "productOffering/scored"):
        ask(platform, "GET", f"/tmf-api/productCatalogManagement/v5/{path}")
    ask(platform, "DELETE", "/market/customers/c1")


def quote(platform: RunningPlatform) -> None:
    """Quotes are made, found, changed, linked, approved, rejected, accepted and erased; a promotion is taken."""
    ask(platform, "PUT", "/market/customers/c2", json={"features": {}})

    def made(**line: Any) -> Any:
        body = {"channel": "web", "lines": [{"productId": "scored", **line}], "customer": {"id": "c2"}}
        return ask(platform, "POST", "/market/quotes", json=body)

    first = f"/market/quotes/{made()['id']}"
    ask(platform, "GET", first)
    changed = {"channel": "web", "lines": [{"productId": "scored", "count": 2}], "customer": {"id": "c2"}, "version": 1}
    ask(platform, "PUT", first, json=changed)
    ask(platform, "POST", f"{first}/link", json={})
    ask(platform, "POST", f"{first}/accept", json={"version": 2})
    for path in (f"{first}/versions", f"{first}/versions/1", *(f"/market/quotes{which}" for which in FOUND)):
        ask(platform, "GET", path)
    for act in ("approve", "reject"):
        waiting = made(discounts=[{"reason": act, "percent": 50}])
        ask(platform, "POST", f"/market/quotes/{waiting['id']}/{act}", "tomek", json={"version": 1})
    ask(platform, "DELETE", "/market/customers/c2")
