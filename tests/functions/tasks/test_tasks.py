"""Working a task: who may, what is checked, and that a task ends once."""

import json
from typing import Any

import pytest

from contract import events, routes, tables
from functions.tasks.handler import handle
from functions.tasks.spec import SPEC
from tests.functions.crashing import survives
from tests.functions.fakes import World
from tests.functions.invoking import USER, Reply, call
from tests.functions.tasks.waiting import add_form, add_task

LINK = {"link_id": "l1", "instance_id": "i1"}


def claims(user: str, *groups: str, scope: str = "tasks:read tasks:work") -> dict[str, str]:
    return {"sub": user, "username": user, "cognito:groups": f"[{' '.join(groups)}]", "scope": scope}


ANNA, EWA = claims("anna", "back-office"), claims("ewa", "back-office")
BOSS = claims("boss", scope="tasks:read tasks:work tasks:assign")


@pytest.fixture
def world() -> World:
    return World()


def ask(world: World, route: routes.Route, id_: str = "", **request: Any) -> Reply:
    return call(world, handle, route, path={"id": id_} if id_ else {}, **{"claims": ANNA, **request})


def complete(world: World, id_: str, variables: dict[str, Any] | None = None, **request: Any) -> Reply:
    return ask(world, routes.COMPLETE_TASK, id_, body={"variables": variables or {}}, **request)


def emitted(world: World) -> list[str]:
    return [item["type"] for item in world.store.items(tables.OUTBOX)]


def answers(world: World) -> list[dict[str, Any]]:
    return [{k: v for k, v in answer.items() if k != "claim"} for answer in world.machines.answers.values()]


FORM = (
    {"type": "number", "key": "amount", "readonly": True},
    {"type": "checkbox", "key": "approved"},
    {"type": "textfield", "key": "note", "validate": {"required": True, "maxLength": 5}},
)


def test_a_task_shows_its_form_and_variables(world: World):
    id_ = add_task(world, formKey="loan-check", variables={"amount": 100})
    add_form(world, "loan-check", *FORM)
    task = ask(world, routes.GET_TASK, id_).json
    assert task["variables"] == {"amount": 100}
    assert [c["key"] for c in task["form"]["components"]] == ["amount", "approved", "note"]
    assert (task["instanceId"], task["formKey"], task["state"], task["businessKey"]) == (
        "i1",
        "loan-check",
        "open",
        "B-1",
    )


def test_completing_answers_the_machine_with_the_forms_values(world: World):
    id_ = add_task(world, formKey="f", variables={"amount": 100})
    add_form(world, "f", *FORM)
    reply = complete(world, id_, {"amount": 100, "approved": True, "note": "good"})
    assert (reply.status, reply.json["state"], reply.json["assignee"]) == (200, "completed", "anna")
    assert answers(world) == [{"event": "CheckApplication", "variables": {"approved": True, "note": "good"}}]
    assert world.store.items(tables.WAITS) == []
    assert emitted(world) == [events.TASK_COMPLETED.name]
    assert ask(world, routes.GET_TASK, id_).code == "not-found"


def test_every_wrong_field_is_named_and_nothing_happens(world: World):
    id_ = add_task(world, formKey="f", variables={"amount": 100})
    add_form(world, "f", *FORM)
    reply = complete(
        world, id_, {"amount": 5, "approved": "yes", "note": "far too long", "salary": 1},
        headers={"accept-language": "pl-PL,pl;q=0.9"},
    )  # fmt: skip
    assert reply.code == "validation-failed"
    found = {e["field"]: e["code"] for e in reply.json["errors"]}
    assert found == {"amount": "read-only", "approved": "type", "note": "max-length", "salary": "unknown"}
    assert "Tego pola nie można zmienić." in {e["message"] for e in reply.json["errors"]}
    assert answers(world) == [] and emitted(world) == []


def test_without_a_form_a_clerks_variables_are_taken_but_not_the_reserved_one(world: World):
    id_ = add_task(world)
    assert complete(world, id_, {"_dpc": {}}).code == "validation-failed"
    assert complete(world, id_, {"anything": [1]}).status == 200
    assert answers(world)[0]["variables"] == {"anything": [1]}


def test_a_completion_is_repeated_by_its_key_and_refused_without(world: World):
    id_ = add_task(world)
    key = {"idempotency-key": "k1"}
    first = complete(world, id_, headers=key)
    again = complete(world, id_, headers=key)
    assert (first.status, again.status) == (200, 200)
    assert first.json == again.json and again.headers["Idempotency-Replayed"] == "true"
    assert len(world.machines.answers) == 1
    assert complete(world, id_).code == "not-found"


WORK = {
    "claimed": (routes.CLAIM_TASK, None),
    "given to somebody": (routes.ASSIGN_TASK, {"user": "ewa"}),
    "drafted": (routes.SAVE_DRAFT, {"variables": {"a": 1}}),
    "completed": (routes.COMPLETE_TASK, {"variables": {"a": 1}}),
}


@pytest.mark.parametrize("what", WORK)
def test_killed_anywhere_it_happens_once_or_not_at_all(what: str):
    route, body = WORK[what]

    def build() -> World:
        world = World()
        world.__dict__["task"] = add_task(world)
        return world

    def act(world: World) -> Reply:
        return ask(world, route, world.__dict__["task"], body=body, headers={"idempotency-key": "k"})

    survives(build, act)


def test_a_machine_that_cannot_be_reached_leaves_the_answer_for_the_stream(world: World, monkeypatch: Any):
    id_ = add_task(world)
    monkeypatch.setattr(world.machines, "answer", lambda *_: (_ for _ in ()).throw(OSError("no network")))
    assert complete(world, id_, {"a": 1}).status == 200
    (wait,) = world.store.items(tables.WAITS)
    assert json.loads(wait["answer"])["variables"] == {"a": 1}
    assert complete(world, id_).code == "task-not-open"


def test_a_timer_that_was_first_wins(world: World):
    id_ = add_task(world, timeoutAt="2026-11-22T10:00:00.000Z")
    assert ask(world, routes.GET_TASK, id_).status == 200
    world.clock.advance(hours=1)
    assert ask(world, routes.GET_TASK, id_).code == "not-found"
    assert complete(world, id_).code == "task-not-open"
    other = add_task(world, state="Other")
    world.machines.time_out(*list(world.machines.tokens))
    assert complete(world, other).code == "task-not-open"


def test_claiming_giving_back_and_assigning(world: World):
    id_ = add_task(world)
    assert ask(world, routes.CLAIM_TASK, id_).json["assignee"] == "anna"
    assert ask(world, routes.CLAIM_TASK, id_).json["state"] == "claimed"
    assert ask(world, routes.CLAIM_TASK, id_, claims=EWA).code == "task-claimed-by-other"
    assert ask(world, routes.UNCLAIM_TASK, id_, claims=EWA).code == "task-claimed-by-other"
    assert complete(world, id_, claims=EWA).code == "task-claimed-by-other"
    assert ask(world, routes.UNCLAIM_TASK, id_).json["state"] == "open"
    assert ask(world, routes.ASSIGN_TASK, id_, claims=BOSS, body={"user": "ewa"}).json["assignee"] == "ewa"
    assert complete(world, id_).code == "task-claimed-by-other"
    assert ask(world, routes.UNCLAIM_TASK, id_, claims=BOSS).json["assignee"] is None
    assert emitted(world) == [events.TASK_CLAIMED.name] * 4


def test_of_two_who_claim_at_once_one_has_it(world: World, monkeypatch: Any):
    id_ = add_task(world)
    write, first = world.store.write, []

    def racing(*writes: Any) -> None:
        if not first:
            first.append(1)
            assert ask(world, routes.CLAIM_TASK, id_, claims=EWA).status == 200
        write(*writes)

    monkeypatch.setattr(world.store, "write", racing)
    assert ask(world, routes.CLAIM_TASK, id_).code == "task-claimed-by-other"
    assert ask(world, routes.GET_TASK, id_).json["assignee"] == "ewa"


def test_only_candidates_work_a_task(world: World):
    stranger = claims("jan", "marketing")
    mine = add_task(world, state="A", candidateUsers="jan, piotr", candidateGroups="")
    others = add_task(world, state="B")
    anybodys = add_task(world, state="C", candidateGroups="")
    assert ask(world, routes.CLAIM_TASK, others, claims=stranger).code == "forbidden"
    assert ask(world, routes.SAVE_DRAFT, others, claims=stranger, body={"variables": {}}).code == "forbidden"
    assert complete(world, others, claims=stranger).code == "forbidden"
    assert complete(world, mine, claims=stranger).status == 200
    assert complete(world, anybodys, claims=stranger).status == 200
    assert complete(world, others, claims=BOSS).status == 200


def test_a_case_link_works_the_customers_tasks_and_sees_no_other(world: World):
    add_form(world, "f", {"type": "textfield", "key": "name"})
    own = add_task(world, state="Fill", candidateGroups="applicant", formKey="f")
    back_office = add_task(world, state="Check")
    named = add_task(world, state="Named", candidateGroups="", assignee="anna")
    foreign = add_task(world, instance="i2", state="Fill", candidateGroups="applicant")
    for hidden in (back_office, named, foreign):
        assert ask(world, routes.GET_TASK, hidden, link=LINK).code == "not-found"
        assert complete(world, hidden, link=LINK).code == "not-found"
        assert ask(world, routes.SAVE_DRAFT, hidden, link=LINK, body={"variables": {}}).code == "not-found"
    listed = ask(world, routes.LIST_TASKS, link=LINK, query=[("instanceId", "i1")]).json["items"]
    assert [task["id"] for task in listed] == [own]
    assert ask(world, routes.LIST_TASKS, link=LINK, query=[("instanceId", "i2")]).json["items"] == []
    assert complete(world, own, {"name": "Łucja"}, link=LINK).json["assignee"] is None
    assert answers(world) == [{"event": "Fill", "variables": {"name": "Łucja"}}]


def test_a_link_for_one_task_works_that_task_alone(world: World):
    one = add_task(world, state="A", candidateGroups="applicant")
    other = add_task(world, state="B", candidateGroups="applicant")
    link = {**LINK, "task_id": one}
    assert ask(world, routes.GET_TASK, other, link=link).code == "not-found"
    assert [t["id"] for t in ask(world, routes.LIST_TASKS, link=link).json["items"]] == [one]


def test_a_link_sees_of_the_variables_what_its_form_is_about(world: World):
    add_form(
        world, "f",
        {"type": "textfield", "key": "name", "conditional": {"hide": "=not(person.known)"}},
        {"type": "text", "text": {"en": "For {{ upper case(product) }} until {{ 1 + }}"}},
        {"type": "group", "path": "address", "components": [{"type": "textfield", "key": "street"}]},
    )  # fmt: skip
    known = {"name": "Ł", "person": {"known": True}, "product": "loan", "address": {"street": "Długa"}}
    variables = {**known, "street": "inside", "riskClass": "D"}
    id_ = add_task(world, candidateGroups="applicant", formKey="f", variables=variables)
    assert ask(world, routes.GET_TASK, id_, link=LINK).json["variables"] == known
    assert ask(world, routes.SAVE_DRAFT, id_, link=LINK, body={"variables": {}}).json["variables"] == known
    assert ask(world, routes.GET_TASK, id_).json["variables"] == variables
    bare = add_task(world, state="Bare", candidateGroups="applicant", variables=variables)
    assert ask(world, routes.GET_TASK, bare, link=LINK).json["variables"] == {}


def test_a_link_cannot_set_variables_where_no_form_bounds_them(world: World):
    id_ = add_task(world, candidateGroups="")
    assert complete(world, id_, {"approved": True}, link=LINK).code == "validation-failed"
    assert complete(world, id_, link=LINK).status == 200


def test_a_draft_is_kept_and_goes_with_the_task(world: World):
    id_ = add_task(world, formKey="f", variables={"amount": 1})
    add_form(world, "f", *FORM)
    draft = {"note": "far too long for the form"}
    saved = ask(world, routes.SAVE_DRAFT, id_, body={"variables": draft})
    assert saved.json["draft"] == draft
    assert ask(world, routes.GET_TASK, id_).json["variables"] == {"amount": 1, **draft}
    assert ask(world, routes.SAVE_DRAFT, id_, body={"variables": {"odd": 1}}).code == "validation-failed"
    too_much = {"note": "x" * 60_001}
    assert ask(world, routes.SAVE_DRAFT, id_, body={"variables": too_much}).code == "too-large"


BAD_IDS = ("nothing", "i1:", "i1:~ff", "i1:CheckApplication@0", "..", "i1%3A~2f")


@pytest.mark.parametrize("route", [r for r in SPEC.routes if "{id}" in r.path], ids=lambda r: r.path)
@pytest.mark.parametrize("id_", BAD_IDS)
def test_a_task_that_is_not_there(world: World, route: routes.Route, id_: str):
    body = {"user": "x"} if route is routes.ASSIGN_TASK else {"variables": {}} if route.body else None
    assert ask(world, route, id_, body=body, claims=USER).code == "not-found"


@pytest.mark.parametrize("body", ["{", "[]", '{"variables": 1}', '{"odd": 1}', '{"variables": {"a": NaN}}', "nul"])
@pytest.mark.parametrize("route", [routes.SAVE_DRAFT, routes.COMPLETE_TASK], ids=lambda r: r.path)
def test_bad_bodies(world: World, route: routes.Route, body: str):
    id_ = add_task(world)
    assert ask(world, route, id_, body=body).code in ("invalid-request", "validation-failed")
    assert world.machines.answers == {}


def test_a_wait_that_is_not_a_task_is_none(world: World):
    assert ask(world, routes.GET_TASK, add_task(world, kind="incident")).code == "not-found"


def test_answers_beyond_the_limit(world: World):
    assert complete(world, add_task(world), {f"a{i}": "x" * 900 for i in range(150)}).code == "too-large"
