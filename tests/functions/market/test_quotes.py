"""Quotes: priced, versioned, approved by somebody else, accepted once with what they use up, continued over a link."""

import json
from typing import Any

import pytest

from contract import events, tables
from contract.routes import (
    ACCEPT_QUOTE,
    APPROVE_QUOTE,
    CHANGE_QUOTE,
    ERASE_CUSTOMER,
    GET_OFFER,
    GET_QUOTE,
    GET_QUOTE_VERSION,
    LINK_QUOTE,
    LIST_QUOTE_VERSIONS,
    LIST_QUOTES,
    NEW_QUOTE,
    REJECT_QUOTE,
    SAVE_CUSTOMER,
    SIMULATE_OFFER,
    Route,
)  # fmt: skip
from functions.access.handler import handle as access
from functions.access.tokens import unseal
from functions.market.handler import handle
from functions.runtime import starting
from tests.functions.crashing import interleaved, kill_everywhere, survives
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.market.releasing import release
from tests.functions.market.shop import DAY, PROMOTION, named, opened, product
from tests.functions.scenes import come_to_rest, names_of, published

YOUNG = {"age": 20}
DISCOUNT = {"reason": "a good customer", "percent": 30}
LOAN = product(
    "loan",
    "Loan",
    "Kredyt",
    discountLimit=10,
    calculators=[
        {
            "id": "instalments",
            "name": named("Instalments", "Raty"),
            "inputs": [{"id": "amount", "name": named("Amount", "Kwota"), "kind": "money", "min": "100",
                        "max": "= if customer.age < 18 then 200 else 900", "default": "= 300"}],
            "results": [{"id": "monthly", "name": named("Monthly", "Miesięcznie"), "value": "= amount / 3",
                         "kind": "money", "currency": "PLN"}],
        }
    ],
)  # fmt: skip


@pytest.fixture
def world() -> World:
    world = opened()
    published(world, "sell-energy")
    quotable = {**DAY, "channels": {"mobile": {}, "web": {}}}
    release(world.store, {("product", "loan"): LOAN, ("product", "day"): quotable})
    return world


def claims(user: str) -> dict[str, str]:
    return {"sub": user, "username": user}


def ask(world: World, route: Route, body: Any, id_: str = "", user: str = "seller", **more: Any) -> Reply:
    return call(world, handle, route, path={"id": id_} if id_ else {}, body=body, claims=claims(user), **more)


def quoted(world: World, channel: str = "web", discounts: Any = (), **wanted: Any) -> dict[str, Any]:
    lines = [{"productId": "loan", "discounts": list(discounts)}]
    reply = ask(world, NEW_QUOTE, {"channel": channel, "customer": YOUNG, "lines": lines, **wanted})
    assert reply.status == 201, reply.json
    return dict(reply.json)


def instances(world: World) -> list[dict[str, Any]]:
    return [item for item in world.store.items(tables.INSTANCES) if item["sk"] == starting.INSTANCE]


def used(world: World) -> int:
    item = world.store.get(tables.CATALOGUE, "STOCK#spring")
    return int(item["used"]) if item else 0


def test_a_quote_is_priced_and_its_acceptance_starts_the_sale(world: World) -> None:
    quote = quoted(world, "mobile", lines=[{"productId": "loan", "count": 2}], businessKey="ORDER-1")
    (total,) = quote["totals"]
    assert (total["gross"], total["period"], quote["promotions"]) == ("20.00", "P1M", ["spring"])
    assert quote["validUntil"].startswith("2026-12-06") and quote["state"] == "open"
    accepted = ask(world, ACCEPT_QUOTE, {"version": 1}, quote["id"]).json
    assert accepted["state"] == "accepted"
    (instance,) = instances(world)
    assert (instance["pk"], instance["businessKey"]) == (accepted["instanceId"], "ORDER-1")
    bound = json.loads(instance["startVariables"])["quote"]
    assert (bound["id"], bound["lines"][0]["count"]) == (quote["id"], 2)
    again = ask(world, ACCEPT_QUOTE, {}, quote["id"])
    assert again.json["instanceId"] == instance["pk"] and len(instances(world)) == used(world) == 1
    assert ask(world, CHANGE_QUOTE, {"channel": "web", "version": 1}, quote["id"]).code == "conflict"
    come_to_rest(world)
    assert {"QuoteCreated", "QuoteAccepted", "InstanceRequested"} <= set(names_of(world))
    assert all("age" not in event.detail for event in world.bus.taken)


def test_a_quote_carries_no_reference_to_what_others_keep(world: World) -> None:
    quote = quoted(world, customer={"age": 20, "about": {"dpc:ref": "i1/0123"}})
    refused = ask(world, ACCEPT_QUOTE, {"version": 1}, quote["id"])
    assert (refused.status, refused.code) == (422, "validation-failed") and instances(world) == []


def test_a_quote_that_no_process_takes_is_refused(world: World) -> None:
    wanted = {"channel": "web", "lines": [{"productId": "loan"}]}
    kept = ask(world, NEW_QUOTE, {**wanted, "customer": {"note": "x" * 190_000}})
    assert kept.status == 201
    large = {**wanted, "customer": {"note": "ż" * 100_000}}
    assert ask(world, NEW_QUOTE, large).code == "too-large"
    assert ask(world, CHANGE_QUOTE, {**large, "version": 1}, kept.json["id"]).code == "too-large"


def test_what_cannot_be_quoted_is_told_at_once(world: World) -> None:
    lines = [{"productId": "none"}, {"productId": "loan", "discounts": [{"reason": "x"}]}, {"productId": "student"}]
    reply = ask(world, NEW_QUOTE, {"channel": "web", "customer": {"age": 60}, "lines": lines})
    assert reply.code == "validation-failed"
    told = {error["field"]: error["message"] for error in reply.json["errors"]}
    assert "/lines/0/product" in told and "/lines/1/discounts/0" in told
    assert "older than 25" in told["/lines/2/product"]
    package = ask(world, NEW_QUOTE, {"channel": "web", "customer": YOUNG, "packageId": "starter"}).json
    assert [line["productId"] for line in package["lines"]] == ["student"]
    assert package["processId"] is None
    assert ask(world, ACCEPT_QUOTE, {}, package["id"]).code == "conflict"


def test_a_large_discount_waits_for_somebody_else(world: World) -> None:
    quote = quoted(world, discounts=[DISCOUNT])
    id_ = quote["id"]
    assert (quote["state"], quote["approvals"][0]["percent"]) == ("awaitingApproval", "30.00")
    assert ask(world, ACCEPT_QUOTE, {}, id_).code == "conflict"
    assert ask(world, APPROVE_QUOTE, {"version": 1}, id_).code == "four-eyes"
    assert ask(world, APPROVE_QUOTE, {"version": 2}, id_, "boss").code == "stale"
    refused = ask(world, REJECT_QUOTE, {"version": 1, "reason": "too much"}, id_, "boss").json
    assert (refused["state"], refused["reason"], refused["decidedBy"]) == ("rejected", "too much", "boss")
    lines = [{"productId": "loan", "discounts": [{"reason": "less", "percent": 20}]}]
    change = {"channel": "web", "lines": lines, "version": 1}
    assert ask(world, CHANGE_QUOTE, change, id_, "boss").json["version"] == 2
    assert ask(world, CHANGE_QUOTE, change, id_, "boss").code == "stale"
    assert ask(world, APPROVE_QUOTE, {"version": 2}, id_, "boss").code == "four-eyes", "who changed it gave one too"
    assert ask(world, APPROVE_QUOTE, {"version": 2}, id_, "director").json["state"] == "approved"
    assert ask(world, ACCEPT_QUOTE, {}, id_).json["state"] == "accepted"
    small = quoted(world, discounts=[{"reason": "small", "percent": 10}])
    assert small["state"] == "open"


def test_a_quote_ends_with_its_time_and_lives_again_when_it_is_changed(world: World) -> None:
    quote = quoted(world)
    world.clock.advance(days=14)
    assert ask(world, GET_QUOTE, None, quote["id"]).json["state"] == "expired"
    assert ask(world, ACCEPT_QUOTE, {}, quote["id"]).code == "conflict"
    change = {"channel": "web", "lines": [{"productId": "loan"}], "version": 1}
    assert ask(world, CHANGE_QUOTE, change, quote["id"]).json["state"] == "open"
    assert ask(world, ACCEPT_QUOTE, {"version": 1}, quote["id"]).code == "stale"
    assert ask(world, ACCEPT_QUOTE, {"version": 2}, quote["id"]).status == 200


def listed(world: World, **query: str) -> list[str]:
    reply = call(world, handle, LIST_QUOTES, query=query)
    assert reply.status == 200, reply.json
    return [item["id"] for item in reply.json["items"]]


def profiled(world: World, *ids: str) -> None:
    for id_ in ids:
        assert call(world, handle, SAVE_CUSTOMER, path={"id": id_}, body={"features": {}}).status == 200


def test_quotes_are_found_by_customer_state_and_product(world: World) -> None:
    profiled(world, "ada", "jan")
    made = []
    for customer, more in (
        ({"id": "ada", **YOUNG}, {"businessKey": "ORDER-1"}),
        ({"id": "jan"}, {"discounts": [DISCOUNT]}),
        ({"id": "ada", **YOUNG}, {"packageId": "starter", "lines": []}),
        (YOUNG, {}),
    ):
        made.append(quoted(world, customer=customer, **more)["id"])
        world.clock.advance(minutes=1)
    first, waiting, package, last = made
    assert listed(world) == made[::-1]
    assert listed(world, customer="ada") == [package, first]
    assert listed(world, customer="ada", product="loan") == [first]
    assert listed(world, product="student") == listed(world, product="starter") == [package]
    assert listed(world, state="awaitingApproval") == [waiting]
    assert listed(world, state="open", businessKey="ORDER-1") == [first]
    page = call(world, handle, LIST_QUOTES, query={"limit": "3"}).json
    assert listed(world, cursor=page["cursor"]) == [first]
    item = call(world, handle, LIST_QUOTES, query={"customer": "jan"}).json["items"][0]
    assert (item["totals"][0]["gross"], item["products"], item["createdBy"]) == ("8.75", ["loan"], "seller")
    assert ask(world, ACCEPT_QUOTE, {}, first).status == 200
    assert listed(world, state="accepted", customer="ada") == listed(world, state="accepted") == [first]
    world.clock.advance(days=15)
    assert listed(world, state="open") == []
    assert listed(world, state="expired") == [last, package, waiting]


def test_versions_of_a_quote_stay_as_they_were(world: World) -> None:
    id_ = quoted(world, discounts=[DISCOUNT])["id"]
    change = {"channel": "web", "lines": [{"productId": "loan", "count": 3}], "version": 1}
    assert ask(world, CHANGE_QUOTE, change, id_, "other").status == 200
    assert ask(world, ACCEPT_QUOTE, {}, id_).status == 200
    items = call(world, handle, LIST_QUOTE_VERSIONS, path={"id": id_}).json["items"]
    assert [(each["version"], each["state"], each["changedBy"]) for each in items] == [
        (2, "open", "other"),
        (1, "awaitingApproval", "seller"),
    ]

    def version(n: str) -> Reply:
        return call(world, handle, GET_QUOTE_VERSION, path={"id": id_, "n": n})

    assert [version(n).json["totals"][0]["gross"] for n in ("1", "2")] == ["8.75", "37.50"]
    assert [version(n).code for n in ("3", "x")] == ["not-found"] * 2
    assert call(world, handle, LIST_QUOTE_VERSIONS, path={"id": "none"}).code == "not-found"


def erasable() -> World:
    """A customer with a quote that is accepted, changed before, and one that is not; and another customer."""
    world = opened()
    published(world, "sell-energy")
    release(world.store, {("product", "loan"): LOAN})
    profiled(world, "ada", "jan")
    who = [{"id": id_, "pesel": f"of-{id_}", **YOUNG} for id_ in ("ada", "ada", "jan")]
    taken, *_ = (quoted(world, customer=customer) for customer in who)
    change = {"channel": "web", "lines": [{"productId": "loan"}], "version": 1, "customer": taken["customer"]}
    assert ask(world, CHANGE_QUOTE, change, taken["id"]).status == 200
    assert ask(world, ACCEPT_QUOTE, {}, taken["id"]).status == 200
    return world


def erase(world: World) -> None:
    assert call(world, handle, ERASE_CUSTOMER, path={"id": "ada"}).status in (204, 404)


def check_erased(world: World) -> None:
    (kept,) = call(world, handle, LIST_QUOTES, query={"state": "accepted"}).json["items"]
    quote = ask(world, GET_QUOTE, None, kept["id"]).json
    assert (quote["customer"], quote["totals"][0]["gross"], kept["customerId"]) == ({}, "12.50", None)
    assert "ada" not in str([world.store.items(table) for table in (tables.QUOTES, tables.CUSTOMERS)])
    assert listed(world, customer="ada") == [] and len(listed(world, customer="jan")) == 1
    assert call(world, handle, ERASE_CUSTOMER, path={"id": "ada"}).status == 404


def test_an_erased_customer_is_in_no_quote() -> None:
    world = erasable()
    erase(world)
    check_erased(world)


def test_an_erasure_survives_being_killed_anywhere() -> None:
    for _, world in kill_everywhere(erasable, erase):
        erase(world)
        check_erased(world)


def test_a_promotion_is_taken_by_the_first_so_many(world: World) -> None:
    first, second, third = (quoted(world, "mobile") for _ in range(3))
    for quote in (first, second):
        assert ask(world, ACCEPT_QUOTE, {}, quote["id"]).status == 200
    late = ask(world, ACCEPT_QUOTE, {}, third["id"])
    assert late.code == "conflict" and "run out" in late.json["detail"]
    change = {"channel": "mobile", "customer": YOUNG, "lines": [{"productId": "loan"}], "version": 1}
    anew = ask(world, CHANGE_QUOTE, change, third["id"]).json
    assert (anew["totals"][0]["gross"], anew["promotions"]) == ("12.50", [])
    assert ask(world, ACCEPT_QUOTE, {}, third["id"]).status == 200
    assert (used(world), len(instances(world))) == (PROMOTION["stock"], 3)


def waiting_quote() -> World:
    world = opened()
    published(world, "sell-energy")
    release(world.store, {("product", "loan"): LOAN})
    quoted(world, "mobile")
    return world


def accept(world: World) -> None:
    id_ = world.store.items(tables.QUOTES)[0]["pk"]
    assert ask(world, ACCEPT_QUOTE, {}, id_, headers={"idempotency-key": "k"}).status == 200


def test_an_acceptance_survives_being_killed_anywhere() -> None:
    """One sale, and the promotion counted once."""
    survives(waiting_quote, accept)


def test_two_who_accept_at_the_same_time_start_one_sale() -> None:
    def other(world: World) -> None:
        id_ = world.store.items(tables.QUOTES)[0]["pk"]
        assert ask(world, ACCEPT_QUOTE, {}, id_, user="other").status == 200

    for step, world in interleaved(waiting_quote, accept, other):
        come_to_rest(world)
        assert (len(instances(world)), used(world)) == (1, 1), step
        assert names_of(world).count(events.QUOTE_ACCEPTED.name) == 1


def test_a_quote_goes_on_over_a_link(world: World) -> None:
    quote = quoted(world, discounts=[{"reason": "small", "percent": 10}])
    other = quoted(world)
    issued = call(world, access, LINK_QUOTE, path={"id": quote["id"]}, body={"expiresIn": "P30D"}).json
    assert issued["expiresAt"][:10] == "2026-12-06", "no longer than the quote"
    said = unseal(world.signer, issued["token"])
    assert said is not None
    link = {"link_id": said.grant.link_id, "instance_id": "", "task_id": "", "quote_id": said.grant.quote_id}

    def by_link(route: Route, id_: str, body: Any = None) -> Reply:
        return call(world, handle, route, path={"id": id_}, body=body, link=link)

    assert by_link(GET_QUOTE, quote["id"]).json["customer"] == YOUNG
    assert by_link(GET_QUOTE, other["id"]).code == "not-found"
    change = {"channel": "mobile", "version": 1, "lines": [{"productId": "loan", "count": 3}]}
    assert by_link(CHANGE_QUOTE, quote["id"], {**change, "customer": {"age": 99}}).code == "forbidden"
    discounted = [{**change["lines"][0], "discounts": [DISCOUNT]}]  # type: ignore[index]
    assert by_link(CHANGE_QUOTE, quote["id"], {**change, "lines": discounted}).code == "forbidden"
    changed = by_link(CHANGE_QUOTE, quote["id"], change).json
    assert (changed["customer"], changed["lines"][0]["count"], changed["changedBy"]) == (YOUNG, 3, "seller")
    assert changed["totals"][0]["gross"] == "27.00", "promotion and discount are kept"
    assert by_link(ACCEPT_QUOTE, quote["id"], {"version": 2}).json["state"] == "accepted"


def test_an_offer_says_what_its_calculators_ask_for(world: World) -> None:
    query = {"channel": "web", "language": "pl", "customer": '{"age": 17}'}
    offer = call(world, handle, GET_OFFER, path={"id": "loan"}, query=query).json
    (asked,) = offer["calculators"][0]["inputs"]
    assert (asked["id"], asked["name"], asked["kind"], asked["required"]) == ("amount", "Kwota", "money", True)
    assert (asked["min"], asked["max"], asked["default"]) == ("100", "200", "300")


def test_a_simulation_says_what_comes_out_or_what_is_wrong(world: World) -> None:
    def simulated(**body: Any) -> Reply:
        return ask(world, SIMULATE_OFFER, {"channel": "web", "language": "pl", **body}, "loan")

    done = simulated(inputs={"amount": 100}).json
    assert [(r["name"], r["value"], r["currency"]) for r in done["results"]] == [("Miesięcznie", "33.33", "PLN")]
    wrong = simulated(inputs={"amount": 5, "other": 1})
    assert wrong.code == "validation-failed"
    assert {error["field"] for error in wrong.json["errors"]} == {"/inputs/amount", "/inputs/other"}
    assert simulated(calculator="none").code == "not-found"
    assert ask(world, SIMULATE_OFFER, {"channel": "branch"}, "loan").code == "not-found"
