"""A shipped domain in a catalogue of one's own: published as the demo does it, and offered to whom it is for."""

import json
from pathlib import Path

from local.seed_catalogue import publish_domain
from tests.platform import RunningPlatform

LEASING = Path(__file__).parents[2] / "catalogue" / "domains" / "leasing"


def test_leasing_is_published_once_and_offered_to_companies(platform: RunningPlatform) -> None:
    assert publish_domain(platform.origin, LEASING)
    assert not publish_domain(platform.origin, LEASING)
    assert offered(platform, company=True) == {"car-lease", "equipment-lease", "fleet-service", "car-with-service"}
    assert offered(platform, company=False) == set()
    query = {"channel": "web", "language": "en", "customer": json.dumps({"company": True})}
    service = platform.anybody.get("/market/offers/fleet-service", params=query).raise_for_status().json()
    (scope,) = service["features"]
    assert scope["value"] == ["inspections", "seasonal tyres", "replacement car", "roadside assistance"]


def offered(platform: RunningPlatform, **customer: object) -> set[str]:
    query = {"channel": "web", "category": "leases", "customer": json.dumps(customer)}
    found = platform.anybody.get("/market/offers", params=query).raise_for_status().json()["items"]
    return {offer["id"] for offer in found}
