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
    assert ids("productSpecification", lifecycleStatus="Retired") == ids("category", lastUpdate="2027") == []
    missing = call(world, handle, GET_TMF620, path={"resource": "category", "id": "none"})
    assert missing.code == "not-found"


@pytest.mark.parametrize(
    ("kind", "query", "ids"),
    [
        ("productOfferingPrice", "price.value.gt=10&price.value.lte=12.5", ["day.fee", "night.fee", "student.fee"]),
        ("productOfferingPrice", "price.value%3E12.50", []),
        ("productOfferingPrice", "price.value>1000;id=day.fee", ["day.fee"]),
        ("productOffering", "id.ne=day,night&isBundle=false", ["student"]),
        ("productOffering", "name.regex=(%3Fi)^ST", ["starter", "student"]),
        ("productOffering", "name*=^zzz", []),
        ("productOffering", "category.id=power&id=day;category.id=night-power&id=night", ["day", "night"]),
        ("productOffering", "isBundle=true;isBundle=false&limit=2", ["day", "night"]),
        ("productOffering", "sort=-isBundle,-id", ["starter", "student", "night", "day"]),
        ("productOffering", "lastUpdate.gt=2020-01-01T00:00:00Z", []),
    ],
)
def test_conditions_and_order(world: World, kind: str, query: str, ids: list[str]) -> None:
    found = call(world, handle, LIST_TMF620, path={"resource": kind}, query=query)
    assert found.status == 200, found.body
    assert [one["id"] for one in found.json] == ids


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("colour=red", "/colour"),
        ("name.gtt=3", "/name.gtt"),
        ("name.regex=(%3F=a)", "/name.regex"),
        ("name", "/name"),
        ("name=a;limit=3", "/limit"),
        ("sort=colour", "/sort"),
        ("fields=name,colour", "/fields"),
        ("&".join(["name=a"] * 51), "/"),
    ],
)
def test_a_wrong_query_is_refused_and_named(world: World, query: str, name: str) -> None:
    refused = call(world, handle, LIST_TMF620, path={"resource": "productOffering"}, query=query)
    assert (refused.status, refused.code) == (400, "invalid-request"), refused.body
    assert refused.json["errors"][0]["field"] == name


def test_links_lead_through_the_whole_list(world: World) -> None:
    path, query, seen = {"resource": "productOffering"}, "isBundle=true;isBundle=false&limit=1&fields=none", []
    first = query
    while query:
        found = call(world, handle, LIST_TMF620, path=path, query=query)
        seen += [one["id"] for one in found.json]
        assert set(found.json[0]) == {"id", "href", "@type"}
        links = dict(reversed(link[1:].split('>; rel="')) for link in found.headers["Link"].split(", "))
        links = {rel.rstrip('"'): url.partition("?")[2] for rel, url in links.items()}
        query = links.get("next", "")
    assert len(seen) == len(set(seen)) == int(found.headers["X-Total-Count"]) == 4
    assert links.keys() == {"self", "first", "last", "prev"} and links["self"] == links["last"]
    assert [one["id"] for one in call(world, handle, LIST_TMF620, path=path, query=links["first"]).json] == [seen[0]]
    some = call(world, handle, LIST_TMF620, path=path, query=f"{first}&fields=category.id".replace("limit=1", ""))
    assert all([*each] == ["id"] for one in some.json for each in one["category"])
