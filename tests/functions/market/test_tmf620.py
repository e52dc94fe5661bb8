"""What is published as TMF620 v5 tells it: resources that refer to each other, parts of lists, chosen attributes."""

from typing import Any

import pytest

from catalogue.tmf620 import KINDS
from contract.routes import GET_TMF620, LIST_TMF620
from functions.market.handler import handle
from functions.market.tmf620 import PATH
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.market.shop import opened


@pytest.fixture(scope="module")
def world() -> World:
    return opened()


def listed(world: World, kind: str, language: str = "en", **query: str) -> Reply:
    headers = {"accept-language": f"{language}, en;q=0.5"}
    return call(world, handle, LIST_TMF620, path={"resource": kind}, query=list(query.items()), headers=headers)


def read(world: World, kind: str, id_: str) -> dict[str, Any]:
    return dict(call(world, handle, GET_TMF620, path={"resource": kind, "id": id_}).json)


def references(value: Any) -> set[str]:
    """All that a resource refers to."""
    if isinstance(value, list):
        return {href for each in value for href in references(each)}
    if not isinstance(value, dict):
        return set()
    own = {value["href"]} if "href" in value else set()
    return own.union(*(references(each) for each in value.values()))


def test_whatever_is_referred_to_can_be_read(world: World) -> None:
    resources = [one for kind in KINDS for one in listed(world, kind).json]
    assert {one["@type"] for one in resources} == {
        "Catalog", "Category", "ProductSpecification", "ProductOffering", "ProductOfferingPrice"
    }  # fmt: skip
    hrefs = {one["href"] for one in resources}
    assert references(resources) <= hrefs
    for one in resources:
        kind, id_ = one["href"].split(f"{PATH}/")[1].split("/")
        assert read(world, kind, id_)["@type"] == one["@type"]


def test_products_and_packages_in_its_words(world: World) -> None:
    (fee,) = [one for one in listed(world, "productOfferingPrice").json if one["id"] == "day.fee"]
    assert fee["price"] == {"unit": "PLN", "value": 12.5}
    assert (fee["recurringChargePeriodType"], fee["recurringChargePeriodLength"]) == ("month", 1)
    package = read(world, "productOffering", "starter")
    assert package["isBundle"]
    first = package["bundledProductOffering"][0]
    assert (first["id"], first["bundledProductOfferingOption"]["numberRelOfferLowerLimit"]) == ("student", 1)
    (day,) = [one for one in listed(world, "productSpecification", "pl").json if one["id"] == "day"]
    source = next(each for each in day["productSpecCharacteristic"] if each["id"] == "source")
    assert (source["name"], source["characteristicValueSpecification"][0]["value"]) == ("Źródło", "COAL")
    night = read(world, "category", "night-power")
    assert (night["isRoot"], night["parent"]["id"], night["productOffering"][0]["id"]) == (False, "power", "night")


def test_parts_of_lists(world: World) -> None:
    some = listed(world, "productOffering", offset="1", limit="2", fields="name")
    assert [one["id"] for one in some.json] == ["night", "starter"]
    assert (some.headers["X-Total-Count"], some.headers["X-Result-Count"]) == ("4", "2")
    assert set(some.json[0]) == {"id", "href", "@type", "name"}
    assert listed(world, "offering").code == "not-found"

    def ids(kind: str, **wanted: str) -> list[str]:
        found = call(world, handle, LIST_TMF620, path={"resource": kind}, query=list(wanted.items()))
        assert found.headers["X-Total-Count"] == str(len(found.json))
        return [one["id"] for one in found.json]

    assert ids("productOffering", isBundle="true") == ["starter"]
    assert ids("productOffering", **{"category.id": "night-power,none"}) == ["night"]
    assert ids("productOffering", **{"category.id": "power", "channel.id": "mobile"}) == ["day", "student"]
    assert ids("productSpecification", lifecycleStatus="Retired") == ids("category", colour="red") == []
    missing = call(world, handle, GET_TMF620, path={"resource": "category", "id": "none"})
    assert missing.code == "not-found"
