"""Messages: in either order, to the longest waiting, once per process id and message id, given back on a timeout."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract import routes, tables
from functions.correlation.handler import handle
from functions.correlation.keys import encode, message_partition
from functions.correlation.matching import match
from functions.instances.handler import handle as instances
from functions.runtime import waits
from functions.runtime.records import Item
from tests.effort import effort
from tests.functions.crashing import interleaved, kill_everywhere
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call, deliver_changes
from tests.functions.scenes import come_to_rest, names_of, published, running, waiting

STREAMS = (tables.WAITS, tables.MESSAGES)


def publish(world: World, name: str = "signed", key: str = "B-1", idempotency: str = "", **more: Any) -> Reply:
    headers = {"idempotency-key": idempotency} if idempotency else {}
    body = {"name": name, "correlationKey": key, **more}
    return call(world, handle, routes.PUBLISH_MESSAGE, body=body, headers=headers)


def answers(world: World) -> list[dict[str, Any]]:
    return [dict(answer["variables"]) for answer in world.machines.answers.values()]


def waits_for(world: World, instance_id: str, process: str = "loan", name: str = "signed", **more: Any) -> Item:
    item = running(world, instance_id, process, business_key="B-1")
    wait = waiting(world, item, messages={name: "B-1"}, **more)
    world.clock.advance(seconds=1)
    return wait


def left(world: World) -> list[str]:
    """What is still in the waits and messages tables, aside from what makes repeating harmless."""
    once = ("MESSAGE-ID#", "GIVEN-BACK#")
    messages = [i["pk"] for i in world.store.items(tables.MESSAGES) if not i["pk"].startswith(once)]
    return messages + [i["sk"] for i in world.store.items(tables.WAITS)]


def test_a_message_ends_the_wait_at_once() -> None:
    world = World()
    wait = waits_for(world, "i1")
    reply = publish(world, variables={"signature": "ok"}, messageId="m1")
    assert (reply.status, reply.json["result"], reply.json["instances"]) == (202, "correlated", ["i1"])
    answer = world.machines.answers[wait["token"]]
    assert answer["event"] == "Signed" and answer["variables"] == {"signature": "ok"}
    come_to_rest(world)
    assert left(world) == [] and names_of(world) == ["MessagePublished"]


def test_a_message_that_comes_first_is_kept_until_its_time_to_live() -> None:
    for seconds, reached in ((3590, 1), (3601, 0)):
        world = World()
        reply = publish(world, variables={"n": 1})
        assert (reply.json["result"], reply.json["instances"]) == ("buffered", [])
        come_to_rest(world)
        world.clock.advance(seconds=seconds)
        waits_for(world, "i1")
        come_to_rest(world)
        assert len(answers(world)) == reached


def test_the_same_id_counts_once_however_it_is_sent() -> None:
    world = World()
    first = publish(world, messageId="m1")
    waits_for(world, "i1")
    come_to_rest(world)
    again = publish(world, messageId="m1")
    assert (first.json["result"], again.json["result"], again.json["instances"]) == ("buffered", "correlated", ["i1"])
    assert len(answers(world)) == 1 and left(world) == []


def test_without_a_match_of_name_and_key_nothing_happens() -> None:
    world = World()
    waits_for(world, "i1")
    assert publish(world, key="B-2").json["result"] == "buffered"
    assert publish(world, key="").json["result"] == "buffered"
    assert publish(world, name="paid").json["result"] == "buffered"
    come_to_rest(world)
    assert answers(world) == []


def test_one_instance_per_process_id_the_oldest() -> None:
    world = World()
    for instance, process in (("i1", "loan"), ("i2", "loan"), ("i3", "card")):
        waits_for(world, instance, process)
    assert sorted(publish(world).json["instances"]) == ["i1", "i3"]
    assert publish(world).json["instances"] == ["i2"]
    come_to_rest(world)
    assert left(world) == []


def test_messages_are_delivered_in_the_order_of_publishing() -> None:
    world = World()
    for n in range(3):
        publish(world, variables={"n": n})
        world.clock.advance(seconds=1)
    for instance in ("i1", "i2", "i3"):
        waits_for(world, instance)
    come_to_rest(world)
    assert [a["n"] for a in answers(world)] == [0, 1, 2]


def test_a_subscription_whose_wait_has_ended_does_not_swallow_the_message() -> None:
    world = World()
    ended = waits_for(world, "i1")
    waits_for(world, "i2")
    world.store.tables["waits"].pop((ended["pk"], ended["sk"]))
    assert publish(world).json["instances"] == ["i2"]


def test_when_the_timer_was_first_the_message_goes_to_the_next_or_is_kept() -> None:
    world = World()
    late = waits_for(world, "i1")
    world.machines.time_out(late["token"])
    reply = publish(world, variables={"n": 7}, messageId="m1")
    assert (reply.json["result"], reply.json["instances"]) == ("buffered", [])
    assert publish(world, messageId="m1").json["result"] == "buffered"
    waits_for(world, "i2")
    come_to_rest(world)
    assert answers(world) == [{"n": 7}] and left(world) == []

    world = World()
    late = waits_for(world, "i1")
    world.machines.time_out(late["token"])
    waits_for(world, "i2")
    assert publish(world).json["instances"] == ["i2"]


def test_what_was_answered_but_not_deleted_is_not_given_back() -> None:
    """The function died between the answer and the deletion; the token is gone, and the history tells why."""
    world = World()
    claimed = waits_for(world, "i1")
    world.store.changes.clear()
    message = {"pk": "MESSAGE#signed#B-1", "sk": "MSG#1#m1", "messageId": "m1", "variables": "{}", "expiresAt": 2**40}
    claim = waits.claim(claimed, event="Signed", variables={}, claim_id="c", message=message)
    world.store.write(claim.write)
    world.machines.answer(claimed["token"], json.loads(claim.wait["answer"]))
    come_to_rest(world)
    assert left(world) == [] and len(answers(world)) == 1


def test_a_message_starts_one_instance_and_only_if_nobody_waits() -> None:
    world = World()
    published(world, "loan", starts=["ordered"])
    published(world, "sale", starts=["ordered"])
    reply = publish(world, "ordered", variables={"n": 1}, messageId="m1")
    assert reply.json["result"] == "started"
    (execution,) = world.machines.executions.values()
    assert execution.input["n"] == 1 and execution.input["_dpc"]["businessKey"] == "B-1"
    assert publish(world, "ordered", messageId="m1").json == reply.json
    waits_for(world, "i9", name="ordered")
    later = publish(world, "ordered").json
    assert (later["result"], later["instances"]) == ("correlated", ["i9"])
    assert len(world.machines.executions) == 2


def test_an_event_gateway_takes_one_of_its_messages_and_leaves_no_subscription() -> None:
    world = World()
    item = running(world, "i1", business_key="B-1")
    waiting(world, item, "Gateway", messages={"signed": "B-1", "refused": "other/key ż"}, signals=["closed"])
    assert publish(world).json["instances"] == ["i1"]
    come_to_rest(world)
    assert left(world) == []


def test_keys_are_encoded_as_the_machine_encodes_them() -> None:
    assert encode("a b/ż#'(1)*!~") == "a%20b%2F%C5%BC%23'(1)*!~"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation-failed"),
        ({"name": ""}, "validation-failed"),
        ({"name": "a", "timeToLive": "soon"}, "validation-failed"),
        ({"name": "a", "timeToLive": "P999999999D"}, "validation-failed"),
        ({"name": "a", "variables": {"_dpc": 1}}, "validation-failed"),
        ({"name": "a", "variables": {f"x{i}": "y" * 900 for i in range(150)}}, "too-large"),
        ({"name": "a", "extra": 1}, "validation-failed"),
        ("[", "invalid-request"),
        ([], "validation-failed"),
    ],
)
def test_bad_messages_are_refused(body: Any, code: str) -> None:
    world = World()
    assert call(world, handle, routes.PUBLISH_MESSAGE, body=body).code == code
    assert world.store.items(tables.MESSAGES) == []


def build() -> World:
    world = World()
    waits_for(world, "i1")
    waits_for(world, "i2", "card")
    return world


@pytest.mark.parametrize("retried", [True, False])
def test_killed_anywhere_a_message_is_neither_lost_nor_doubled(retried: bool) -> None:
    def send(world: World) -> Reply:
        return publish(world, variables={"n": 1}, messageId="m1", idempotency="k")

    for where, world in kill_everywhere(build, send):
        if retried:
            reply = send(world)
            assert (reply.status, sorted(reply.json["instances"])) == (202, ["i1", "i2"]), where
        come_to_rest(world)
        assert answers(world) in ([{"n": 1}, {"n": 1}], *([] if retried else [[]])), where
        assert names_of(world) in (["MessagePublished"], *([] if retried else [[]])), where
        assert len(left(world)) in (0, *([] if retried else [4])), where


def test_a_message_on_its_way_to_an_instance_that_is_cancelled_waits_again() -> None:
    """Whoever removes the record of a wait leaves what it was to deliver to the stream."""

    def send(world: World) -> Reply:
        return publish(world, variables={"n": 1}, messageId="m1")

    for where, world in kill_everywhere(build, send):
        for instance in ("i1", "i2"):
            assert call(world, instances, routes.CANCEL_INSTANCE, path={"id": instance}).status == 200
        come_to_rest(world)
        kept = [i for i in world.store.items(tables.MESSAGES) if i["sk"].startswith("MSG#")]
        counted = [i for i in world.store.items(tables.MESSAGES) if i["pk"].startswith("MESSAGE-ID#")]
        assert len(answers(world)) == 2 or len(kept) == len(counted), where
        assert world.store.items(tables.WAITS) == [], where


def test_the_stream_killed_anywhere_goes_on_where_it_was() -> None:
    def early() -> World:
        world = World()
        publish(world, variables={"n": 1}, messageId="m1")
        waits_for(world, "i1")
        return world

    for where, world in kill_everywhere(early, lambda w: deliver_changes(w, handle, STREAMS)):
        redelivered = early()
        world.store.changes = redelivered.store.changes + world.store.changes
        come_to_rest(world)
        assert answers(world) == [{"n": 1}] and left(world) == [], where


def test_the_same_id_sent_twice_at_once_counts_once() -> None:
    def two_wait() -> World:
        world = World()
        waits_for(world, "i1")
        waits_for(world, "i2")
        return world

    def send(world: World) -> Reply:
        return publish(world, variables={"n": 1}, messageId="m1")

    for build_ in (two_wait, World):
        for where, world in interleaved(build_, send, send):
            come_to_rest(world)
            kept = [i for i in world.store.items(tables.MESSAGES) if i["sk"].startswith("MSG#")]
            assert len(answers(world)) + len(kept) == 1, where
            assert names_of(world) == ["MessagePublished"], where


def test_two_who_match_at_once_deliver_a_message_once() -> None:
    def early() -> World:
        world = World()
        publish(world, variables={"n": 1})
        waits_for(world, "i1")
        waits_for(world, "i2")
        return world

    partition = message_partition("signed", "B-1")

    def look(world: World) -> None:
        match(world.ports(handle.spec), partition)

    for where, world in interleaved(early, look, look):
        come_to_rest(world)
        assert answers(world) == [{"n": 1}], where
        assert {w["pk"] for w in world.store.items(tables.WAITS)} == {"i2"}, where


steps = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from(["m1", "m2", "m3", "m4"])),
        st.tuples(st.just("wait"), st.sampled_from(["loan", "card"])),
        st.tuples(st.just("time out"), st.integers(0, 3)),
        st.tuples(st.just("rest"), st.none()),
    ),
    max_size=14,
)


@effort(60)
@given(steps)
@example(
    [("publish", "m1"), *[("wait", p) for p in ("loan", "card")], ("time out", 0), ("time out", 1), ("wait", "loan")]
)
def test_whatever_the_order_nothing_is_lost_or_doubled(script: list[tuple[str, Any]]) -> None:
    """Each message id reaches at most one instance per process id; at rest no message meets an open wait."""
    world, open_ = World(), []
    sent: set[str] = set()
    for number, (step, value) in enumerate(script):
        if step == "publish":
            publish(world, variables={"id": value}, messageId=value)
            sent.add(value)
        elif step == "wait":
            open_.append(waits_for(world, f"i{number}", value))
        elif step == "time out" and open_:
            world.machines.time_out(open_[value % len(open_)]["token"])
        else:
            come_to_rest(world)
    come_to_rest(world)
    by_token = {wait["token"]: wait["processId"] for wait in open_}
    got = [(a["variables"]["id"], by_token[t]) for t, a in world.machines.answers.items()]
    assert len(got) == len(set(got)) and {id_ for id_, _ in got} <= sent
    kept = [i for i in world.store.items(tables.MESSAGES) if i["sk"].startswith("MSG#")]
    buffered = [json.loads(i["variables"])["id"] for i in kept]
    waiting_now = {i["processId"] for i in world.store.items(tables.WAITS)}
    assert len(buffered) == len(set(buffered))
    assert sent == {id_ for id_, _ in got} | set(buffered)
    assert not (buffered and waiting_now) or all((b, p) in got for b in buffered for p in waiting_now)
