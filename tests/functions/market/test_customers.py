"""Profiles: who may use them, what wins, what another system is asked, and that erased is gone."""

import json

from contract import tables
from contract.routes import ERASE_CUSTOMER, EXPLAIN_OFFER, GET_CUSTOMER, LIST_OFFERS, SAVE_CUSTOMER
from functions.market.handler import handle
from functions.runtime.ports import Connection, WebAnswer, WebUnavailableError
from tests.functions.fakes import World
from tests.functions.invoking import call
from tests.functions.market.shop import ask, opened

STUDENT = '"student"'


def saved(world: World, **features: object) -> str:
    reply = call(world, handle, SAVE_CUSTOMER, path={"id": "c1"}, body={"features": features})
    return str(reply.json["key"])


def is_offered_to(world: World, **customer: object) -> bool:
    reply = ask(world, LIST_OFFERS, channel="web", customer=json.dumps(customer))
    return STUDENT in reply.body.decode() if reply.status == 200 else reply.code != "not-found"


def test_a_profile_is_known_to_those_who_hold_its_key() -> None:
    world = opened()
    key = saved(world, age=20)
    assert is_offered_to(world, id="c1", key=key)
    assert not is_offered_to(world, id="c1", key=key, age=40), "the request wins"
    assert not is_offered_to(world, id="c1"), "an id alone tells nothing"
    assert ask(world, LIST_OFFERS, customer='{"id": "c1", "key": "x"}').code == "not-found"
    assert saved(world, age=50) == key
    assert not is_offered_to(world, id="c1", key=key)
    assert ask(world, EXPLAIN_OFFER, id_="student", customer='{"id": "c1"}').json["offered"] is False


def test_what_is_erased_is_gone() -> None:
    world = opened()
    saved(world, age=20, secret="yes")
    assert call(world, handle, GET_CUSTOMER, path={"id": "c1"}).json["features"] == {"age": 20, "secret": "yes"}
    assert [call(world, handle, ERASE_CUSTOMER, path={"id": "c1"}).status for _ in range(2)] == [204, 404]
    assert call(world, handle, GET_CUSTOMER, path={"id": "c1"}).code == "not-found"
    assert "secret" not in str(world.store.tables.values())
    assert tables.CUSTOMERS.personal


def test_another_system_is_asked_for_what_segments_read_and_nobody_knows() -> None:
    world = opened()
    world.connections = (Connection("customers", "https://crm.test", "http://crm/api"),)
    key = saved(world)
    world.web.answers = [WebAnswer(200, {}, b'{"age": 20, "other": 1}'), WebUnavailableError("slow")]
    assert is_offered_to(world, id="c1", key=key)
    assert world.web.sent[0][:2] == ("GET", "http://crm/api/c1?features=age")
    assert not is_offered_to(world, id="c1", key=key), "what is not answered is null"
    assert is_offered_to(world, id="c1", key=key, age=20)
    assert len(world.web.sent) == 2, "what is known is not asked"
