"""A product from draft to retirement over HTTP: two people, time that passes, everything asked twice."""

from datetime import timedelta
from typing import Any

import httpx

from tests.platform import RunningPlatform

BODY = {
    "id": "travel",
    "name": {"en": "Travel insurance", "pl": "Ubezpieczenie podróży"},
    "category": "insurance",
    "languages": ["en", "pl"],
    "content": {"summary": {"en": "For every journey.", "pl": "Na każdą podróż."}},
    "channels": {"web": {}},
}
TRAVEL = "/catalogue/products/travel"


def twice(client: httpx.Client, method: str, path: str, body: Any) -> Any:
    """Asked, and asked again because the answer was lost: the same answer, one effect."""
    headers = {"Idempotency-Key": f"{method} {path} {len(str(body))}"}
    first, second = (client.request(method, path, json=body, headers=headers) for _ in range(2))
    assert first.is_success, first.text
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    return first.json()


def offered(platform: RunningPlatform) -> list[str]:
    query = {"channel": "web", "language": "en"}
    found = platform.anybody.get("/market/offers", params=query).raise_for_status().json()["items"]
    return [offer["id"] for offer in found if offer["id"] == "travel"]


def test_from_draft_over_scheduled_publishing_to_retirement(platform: RunningPlatform) -> None:
    maria, tomek, ola = (platform.client(user) for user in ("maria", "tomek", "ola"))
    first = f"{TRAVEL}/versions/1"
    assert ola.get("/catalogue/products").status_code == 403
    twice(maria, "POST", "/catalogue/products", {"body": BODY})
    better = {**BODY, "channels": {"web": {}, "mobile": {}}}
    assert twice(maria, "PUT", first, {"lock": 1, "body": better})["lock"] == 2
    late = tomek.put(first, json={"lock": 1, "body": BODY})
    assert (late.status_code, late.json()["code"]) == (412, "stale") and "maria" in late.json()["detail"]
    twice(maria, "POST", f"{first}/submit", {})
    assert maria.post(f"{first}/approve", json={}).status_code == 403
    assert platform.client("demo").post(f"{first}/reject", json={"reason": "Polish?"}).json()["state"] == "draft"
    assert twice(tomek, "POST", f"{first}/submit", {"lock": 4})["submittedBy"] == "tomek"
    own = tomek.post(f"{first}/approve", json={})
    assert (own.status_code, own.json()["code"]) == (409, "four-eyes")
    twice(platform.client("demo"), "POST", f"{first}/approve", {})

    platform.idle()
    scheduled = twice(tomek, "POST", f"{first}/publish", {"at": _later(platform, seconds=30)})
    assert scheduled["state"] == "scheduled"
    assert offered(platform) == []
    platform.advance("PT30S")
    assert offered(platform) == ["travel"]
    twice(tomek, "POST", f"{first}/retire", {"at": _later(platform, days=8), "reason": "The season is over."})
    assert offered(platform) == ["travel"]
    platform.advance("P8DT1M")
    assert offered(platform) == []

    history = tomek.get(f"{TRAVEL}/history").json()["items"]
    assert [item["action"] for item in reversed(history)] == [
        "create", "edit", "submit", "reject", "submit", "approve", "publish", "publish", "retire", "retire",
    ]  # fmt: skip


def _later(platform: RunningPlatform, **ahead: int) -> str:
    return (platform.platform.clock.now() + timedelta(**ahead)).isoformat()
