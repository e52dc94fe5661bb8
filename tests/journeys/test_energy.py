"""A business user's story: a domain that nobody has sold before, from its definition to what each customer is offered.

The entries are those of docs/catalogue.md, the promotion's time aside.
"""

import json
from datetime import timedelta
from typing import Any

import httpx

from catalogue import kinds
from tests.docs.catalogue_page import example
from tests.platform import RunningPlatform

COLLECTIONS = {kind.name: kind.collection for kind in kinds.ALL}


class Story:
    """The domain as it is drafted, reviewed and published on a platform."""

    def __init__(self, platform: RunningPlatform) -> None:
        self.platform = platform
        self.bodies = {(COLLECTIONS[kind], id_): body for (kind, id_), body in example().items()}
        valid = {"from": self.later(30), "until": self.later(60)}
        self.bodies["promotions", "first-flat"] = {**self.bodies["promotions", "first-flat"], "valid": valid}

    def later(self, days: int) -> str:
        return (self.platform.platform.clock.now() + timedelta(days=days)).isoformat()

    def move(self, user: str, name: str, key: tuple[str, str], **body: Any) -> httpx.Response:
        path = f"/catalogue/{key[0]}/{key[1]}/versions/1/{name}"
        return self.platform.client(user).post(path, json=body)

    def offers(self, channel: str, language: str = "en", **customer: Any) -> dict[str, dict[str, Any]]:
        """What of this domain is offered, by id."""
        query = {"channel": channel, "language": language, "category": "home-tariffs", "customer": json.dumps(customer)}
        found = self.platform.anybody.get("/market/offers", params=query).raise_for_status().json()["items"]
        return {offer["id"]: offer for offer in found}

    def charge(self, channel: str, **customer: Any) -> float:
        """The standing charge for wind power."""
        (price,) = self.offers(channel, **customer)["wind-power"]["prices"]
        return float(price["value"])


def test_a_new_domain_is_defined_approved_scheduled_and_offered(platform: RunningPlatform) -> None:
    story = Story(platform)
    _drafts_with_all_problems_at_once(story)
    _is_approved_by_somebody_else(story)

    due = story.later(2)
    for key in story.bodies:
        assert story.move("tomek", "publish", key, at=due).json()["state"] == "scheduled"
    assert story.offers("web") == {}
    platform.advance("P2DT1M")
    _speaks_two_languages_and_fits_each_channel(story)

    assert story.charge("mobile", age=22) == 19.90
    platform.advance("P29D")
    assert [story.charge("mobile", age=22), story.charge("web", age=22)] == [9.95, 19.90]
    assert [story.charge("mobile", age=40), story.charge("mobile")] == [19.90, 19.90]
    _says_why(story)
    platform.advance("P30D")
    assert story.charge("mobile", age=22) == 19.90


def _drafts_with_all_problems_at_once(story: Story) -> None:
    maria = story.platform.client("maria")
    for (collection, id_), body in story.bodies.items():
        if (collection, id_) != ("products", "wind-power"):
            maria.post(f"/catalogue/{collection}", json={"body": body}).raise_for_status()
    sound = story.bodies["products", "wind-power"]
    wrong = {**sound, "name": {"pl": "Prąd"}, "category": "tarifs", "segment": "= customer.age >"}
    maria.post("/catalogue/products", json={"body": wrong}).raise_for_status()
    refused = story.move("maria", "submit", ("products", "wind-power"))
    assert (refused.status_code, refused.json()["code"]) == (422, "validation-failed")
    errors = {(each["code"], each["field"]) for each in refused.json()["errors"] if each["severity"] == "error"}
    assert errors == {("PRODUCT-005", "/name"), ("PRODUCT-003", "/segment")}  # the model is not published yet
    path = "/catalogue/products/wind-power/versions/1"
    halves = maria.get(path).raise_for_status().json()["completeness"]
    assert {(each["language"], "/name" in each["missing"]) for each in halves} == {("pl", False), ("en", True)}
    maria.put(path, json={"lock": 1, "body": sound}).raise_for_status()


def _is_approved_by_somebody_else(story: Story) -> None:
    for key in story.bodies:
        story.move("maria", "submit", key).raise_for_status()
        assert story.move("maria", "approve", key).status_code == 403
        assert story.move("tomek", "approve", key).json()["state"] == "approved"


def _speaks_two_languages_and_fits_each_channel(story: Story) -> None:
    web, mobile = story.offers("web", "pl"), story.offers("mobile", "pl")
    assert web.keys() == {"wind-power", "gas-for-home", "home-energy"}
    assert mobile.keys() == {"wind-power", "gas-for-home"}
    assert story.offers("branch") == {}
    assert web["wind-power"]["summary"] == "Zielony prąd ze stałą ceną na dwa lata."
    assert mobile["wind-power"]["summary"] == "Zielony prąd w 3 minuty."
    components = web["home-energy"]["components"]
    assert [(each["name"], each["available"]) for each in components] == [
        ("Prąd z wiatru", True),
        ("Gaz do domu", True),
    ]
    english = story.offers("web", "en")["wind-power"]
    assert english["name"] == "Wind power"
    features = {each["id"]: each for each in english["features"]}
    assert (features["source"]["labels"], features["promise"]["value"]) == (
        ["Wind"],
        "**100%** of the energy from wind.",
    )


def _says_why(story: Story) -> None:
    maria = story.platform.client("maria")
    asked = {"channel": "mobile", "customer": json.dumps({"age": 40})}
    why = maria.get("/market/offers/wind-power/why", params=asked).raise_for_status().json()
    assert why["offered"] is True
    (promotion,) = (each for each in why["promotions"] if each["about"] == "first-flat")
    assert promotion["passed"] is False
