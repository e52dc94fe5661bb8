"""Reading, listing, cancelling and repairing instances, as channels and operators do."""

import json
from datetime import datetime
from typing import Any

import pytest

from contract import routes, tables
from functions.instances.handler import handle
from functions.runtime.records import Put, Update
from tests.functions.crashing import kill_everywhere, survives
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.scenes import come_to_rest, names_of, published, running, waiting


def get(world: World, instance_id: str, **more: Any) -> Reply:
    return call(world, handle, routes.GET_INSTANCE, path={"id": instance_id}, **more)


def listed(world: World, *query: tuple[str, str]) -> Any:
    reply = call(world, handle, routes.LIST_INSTANCES, query=query)
    assert reply.status == 200, reply.body
    return reply.json


def incident(world: World, instance_id: str = "i1") -> str:
    item = running(world, instance_id, amount=1)
    values = {"error": "ConnectorUnavailable", "cause": "no answer", "incidentType": "failedTask"}
    waiting(world, item, "AskBureau", kind="incident", variables={"amount": 2}, **values)
    return str(get(world, instance_id).json["incidents"][0]["id"])


def test_an_instance_shows_what_it_waits_for_and_its_newest_variables() -> None:
    world = World()
    item = running(world, "i1", business_key="B", amount=1)
    waiting(world, item, "FillIn", kind="user", candidateGroups="applicant", formKey="f", variables={"amount": 2})
    world.clock.advance(seconds=1)
    waiting(world, item, "Signed", messages={"signed": "B"}, variables={"amount": 3})
    shown = get(world, "i1").json
    assert [(w["elementId"], w["kind"]) for w in shown["waiting"]] == [("FillIn", "user"), ("Signed", "message")]
    assert shown["waiting"][0]["detail"]["taskId"].startswith("i1:FillIn@")
    assert shown["variables"] == {"amount": 3} and shown["status"] == "active"


def test_the_variables_of_all_that_an_instance_waits_for_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each task of a large multi-instance has the whole collection among its variables."""
    world = World()
    item = running(world, "i1")
    for number in range(300):
        waiting(world, item, f"T{number:03}", kind="user", variables={"items": ["x" * 20_000], "number": number})
    query, read = world.store.query, list[int]()

    def counted(*asked: Any, **how: Any) -> Any:
        found = query(*asked, **how)
        read.append(sum(len(each.get("variables", "")) for each in found.items))
        return found

    monkeypatch.setattr(world.store, "query", counted)
    shown = get(world, "i1").json
    assert len(shown["waiting"]) == 300 and shown["variables"]["number"] == 299
    assert sum(read) < 50_000


def test_exact_numbers_come_from_the_history() -> None:
    world = World()
    item = running(world, "i1")
    wait = waiting(world, item, "A", variables={"amount": 1234567890.12346}, exact="false")
    entered = {"name": "A", "input": json.dumps({"amount": 1234567890.1234567, "_dpc": {}})}
    event = {"id": 1, "type": "TaskStateEntered", "timestamp": world.clock.now(), "stateEnteredEventDetails": entered}
    world.machines.histories[item["execution"]].append(event)
    assert get(world, "i1").json["variables"] == {"amount": 1234567890.1234567}
    assert wait["exact"] == "false"


def test_elements_that_wait_for_a_time_are_shown_with_their_variables() -> None:
    world = World()
    published(world)
    world.store.write(Update(tables.REGISTRY, "PROCESS#loan", "V#00000001", set={"timers": ["Pause"]}))
    item = running(world, "i1")
    since = "2026-11-22T09:00:00Z"
    passage = {"pk": "i1", "elementType": "intermediateCatchEvent", "startedAt": since, "state": "active"}
    for number, element in enumerate(("Pause", "Other")):
        world.store.write(
            Put(tables.INSTANCES, {**passage, "sk": f"EL#{since}#i1_1#{number:08}", "elementId": element})
        )
    entered = {"name": "Pause", "input": json.dumps({"amount": 7, "_dpc": {}})}
    at = {"timestamp": datetime.fromisoformat(since), "stateEnteredEventDetails": entered}
    world.machines.histories[item["execution"]].append({"id": 1, "type": "WaitStateEntered", **at})
    shown = get(world, "i1").json
    assert [(w["elementId"], w["kind"]) for w in shown["waiting"]] == [("Pause", "timer")]
    assert shown["variables"] == {"amount": 7}


def test_history_in_order_with_flows() -> None:
    world = World()
    running(world, "i1")
    for number, element in enumerate(("Start", "Task")):
        at = f"2026-11-22T09:00:0{number}+00:00"
        item = {"pk": "i1", "sk": f"EL#{at}#i1_1#{number:08}", "elementId": element, "elementType": "task"}
        item |= {"elementName": element, "state": "completed", "startedAt": at, "endedAt": at, "iteration": 1}
        world.store.write(Put(tables.INSTANCES, item))
    world.store.write(Update(tables.INSTANCES, "i1", "FLOW#f1", set={"flowId": "f1"}, add={"count": 2}))
    reply = call(world, handle, routes.GET_HISTORY, path={"id": "i1"})
    assert [i["elementId"] for i in reply.json["items"]] == ["Start", "Task"]
    assert reply.json["flows"] == [{"flowId": "f1", "count": 2}]


def test_a_case_link_shows_its_own_instance_alone() -> None:
    world = World()
    running(world, "i1")
    running(world, "i2")
    link = {"link_id": "l", "instance_id": "i1", "task_id": ""}
    assert get(world, "i1", link=link).status == 200
    assert get(world, "i2", link=link).code == "forbidden"
    assert get(world, "none").code == "not-found"
    assert call(world, handle, routes.GET_HISTORY, path={"id": "none"}).code == "not-found"


def test_the_holder_of_a_link_sees_how_far_the_case_is_and_the_documents_made_for_them() -> None:
    world = World()
    published(world)
    waiting(world, running(world, "i1", amount=1), "AskBureau", kind="incident", error="X", cause="y")
    made = {"sk": "-", "contentType": "application/pdf", "size": 9, "elementId": "Write", "instanceId": "i1"}
    for id_, day, more in (("d1", 3, {"audience": "applicant"}), ("d2", 2, {"audience": "staff"}), ("d3", 1, {})):
        item = {**made, "pk": id_, "name": f"{id_}.pdf", "createdAt": f"2026-11-0{day}T00:00:00+00:00", **more}
        world.store.write(Put(tables.DOCUMENTS, item))
    shown = get(world, "i1").json
    assert [(d["id"], d["audience"]) for d in shown["documents"]] == [
        ("d3", "staff"), ("d2", "staff"), ("d1", "applicant"),
    ]  # fmt: skip
    seen = get(world, "i1", link={"link_id": "l", "instance_id": "i1", "task_id": ""}).json
    assert (seen["processName"], seen["status"], [d["name"] for d in seen["documents"]]) == (
        "Loan",
        "active",
        ["d1.pdf"],
    )
    assert (seen["variables"], seen["waiting"], seen["incidents"]) == ({}, [], [])


def test_lists_filter_page_and_sort() -> None:
    world = World()
    for n in range(7):
        running(world, f"i{n}", "loan" if n % 2 else "card", business_key=f"B{n % 3}", amount=n, city=f"city {n}")
        world.clock.advance(minutes=1)
    assert [i["id"] for i in listed(world)["items"]] == [f"i{n}" for n in range(6, -1, -1)]
    first = listed(world, ("processId", "card"), ("limit", "3"))
    rest = listed(world, ("processId", "card"), ("limit", "3"), ("cursor", first["cursor"]))
    assert [i["id"] for page in (first, rest) for i in page["items"]] == ["i6", "i4", "i2", "i0"]
    assert rest["cursor"] is None
    for query, expected in (
        ([("businessKey", "B0")], ["i6", "i3", "i0"]),
        ([("businessKey", "B0"), ("processId", "loan")], ["i3"]),
        ([("variable", "amount:gt:4")], ["i6", "i5"]),
        ([("variable", "amount:ge:1"), ("variable", "amount:lt:3")], ["i2", "i1"]),
        ([("variable", "city:eq:city 4")], ["i4"]),
        ([("variable", "city:like:%5")], ["i5"]),
        ([("variable", "none:eq:1")], []),
        ([("status", "completed")], []),
    ):
        assert [i["id"] for i in listed(world, *query)["items"]] == expected, query


@pytest.mark.parametrize("query", [("cursor", "x"), ("limit", "0"), ("status", "odd"), ("variable", "x"), ("no", "1")])
def test_bad_lists_are_refused(query: tuple[str, str]) -> None:
    reply = call(World(), handle, routes.LIST_INSTANCES, query=[query])
    assert reply.code in ("invalid-request", "validation-failed")


def test_an_incident_is_retried_or_skipped_once() -> None:
    for action, given, expected in (
        ("retry", {"variables": {"a": 1}}, {"a": 1}),
        ("skip", {"output": {"score": 5}}, {"score": 5}),
    ):
        world = World()
        id_ = incident(world)
        assert get(world, "i1").json["status"] == "incident"
        path = {"id": "i1", "incidentId": id_}
        body = {"action": action, **given}
        reply = call(world, handle, routes.RESOLVE_INCIDENT, path=path, body=body, headers={"idempotency-key": "r"})
        assert (reply.status, reply.json["status"], reply.json["incidents"]) == (200, "active", [])
        (answer,) = world.machines.answers.values()
        assert (answer["event"], answer["variables"]) == (action, expected)
        assert world.store.items(tables.WAITS) == []
        again = call(world, handle, routes.RESOLVE_INCIDENT, path=path, body=body)
        assert again.code == "not-found"
        replayed = call(world, handle, routes.RESOLVE_INCIDENT, path=path, body=body, headers={"idempotency-key": "r"})
        assert replayed.json == reply.json


def test_what_cannot_be_resolved_is_refused() -> None:
    world = World()
    id_ = incident(world)
    for path, body, code in (
        ({"id": "i1", "incidentId": "none"}, {"action": "retry"}, "not-found"),
        ({"id": "i1", "incidentId": id_}, {"action": "ignore"}, "validation-failed"),
        ({"id": "i1", "incidentId": id_}, {"action": "retry", "variables": {"_dpc": 1}}, "validation-failed"),
        (
            {"id": "i1", "incidentId": id_},
            {"action": "retry", "variables": {f"x{i}": "y" * 900 for i in range(150)}},
            "too-large",
        ),
    ):
        assert call(world, handle, routes.RESOLVE_INCIDENT, path=path, body=body).code == code
    world.machines.end(world.store.items(tables.INSTANCES)[0]["execution"], "ABORTED")
    path = {"id": "i1", "incidentId": id_}
    assert call(world, handle, routes.RESOLVE_INCIDENT, path=path, body={"action": "retry"}).code == "conflict"


def resolve_many(world: World, key: str = "r", **more: Any) -> Reply:
    body = {"processId": "loan", "action": "retry", **more}
    return call(world, handle, routes.RESOLVE_INCIDENTS, body=body, headers={"idempotency-key": key})


def three_incidents() -> World:
    world = World()
    for number in range(3):
        incident(world, f"i{number}")
        world.clock.advance(seconds=1)
    other = running(world, "other", "card")
    waiting(world, other, "AskBureau", kind="incident", error="x", cause="", incidentType="failedTask")
    return world


def test_incidents_of_a_process_are_resolved_together() -> None:
    world = three_incidents()
    assert resolve_many(world, "bad", action="ignore").code == "validation-failed"
    assert resolve_many(world, "none", error="SomethingElse").json == {"items": [], "cursor": None}
    first = resolve_many(world, "a", limit=2, variables={"a": 1}).json
    assert [item["instanceId"] for item in first["items"]] == ["i0", "i1"] and first["cursor"]
    assert resolve_many(world, "a", limit=2, variables={"a": 1}).json == first
    second = resolve_many(world, "b", limit=2, variables={"a": 1}, cursor=first["cursor"]).json
    assert ([item["instanceId"] for item in second["items"]], second["cursor"]) == (["i2"], None)
    assert [a["variables"] for a in world.machines.answers.values()] == [{"a": 1}] * 3
    assert [wait["pk"] for wait in world.store.items(tables.WAITS)] == ["other"]
    come_to_rest(world)
    assert names_of(world) == ["IncidentResolved"] * 3


def test_resolved_together_and_killed_anywhere_each_is_resolved_once() -> None:
    for step, world in kill_everywhere(three_incidents, resolve_many):
        resolve_many(world)
        come_to_rest(world)
        assert len(world.machines.answers) == 3, step
        assert names_of(world) == ["IncidentResolved"] * 3, step


def cancel(world: World) -> Reply:
    return call(world, handle, routes.CANCEL_INSTANCE, path={"id": "i1"})


def build_for_cancel() -> World:
    world = World()
    item = running(world, "i1", amount=1)
    waiting(world, item, "FillIn", kind="user", variables={"amount": 2}, messages={"withdrawn": "k"})
    return world


def test_cancel_stops_the_execution_and_ends_its_waits() -> None:
    world = build_for_cancel()
    reply = cancel(world)
    assert (reply.status, reply.json["status"], reply.json["variables"]) == (200, "cancelled", {"amount": 2})
    assert [e.status for e in world.machines.executions.values()] == ["ABORTED"]
    come_to_rest(world)
    assert world.store.items(tables.WAITS) == [] and world.store.items(tables.MESSAGES) == []
    assert names_of(world) == ["InstanceCancelled"]
    assert cancel(world).code == "conflict"
    assert call(world, handle, routes.CANCEL_INSTANCE, path={"id": "none"}).code == "not-found"


def test_a_cancel_that_was_recorded_is_carried_out_wherever_it_was_killed() -> None:
    for where, world in kill_everywhere(build_for_cancel, cancel):
        come_to_rest(world)
        (instance,) = world.store.items(tables.INSTANCES)
        stopped = [e.status for e in world.machines.executions.values()] == ["ABORTED"]
        assert stopped == (instance["status"] == "cancelled"), where
        assert bool(world.store.items(tables.WAITS)) != stopped, where
        assert cancel(world).code == "conflict" if stopped else cancel(world).status == 200


def test_killed_anywhere_an_instance_is_cancelled_once() -> None:
    survives(build_for_cancel, cancel)


@pytest.mark.parametrize("action", ["retry", "skip"])
def test_killed_anywhere_an_incident_is_resolved_once(action: str) -> None:
    def build() -> World:
        world = World()
        incident(world)
        return world

    id_ = incident(World())
    path, headers = {"id": "i1", "incidentId": id_}, {"idempotency-key": "k"}

    def resolve(world: World) -> None:
        body = {"action": action, "variables": {"a": 1}}
        assert call(world, handle, routes.RESOLVE_INCIDENT, path=path, body=body, headers=headers).status == 200

    survives(build, resolve)
