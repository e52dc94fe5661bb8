"""What a worker does with its job, what the machine hears of it, and that a crash changes neither."""

import json
from typing import Any

import pytest

from contract import routes, tables
from functions.correlation.handler import handle as correlation
from functions.jobs.handler import handle
from functions.runtime import waits
from tests.functions.crashing import survives
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call, deliver_changes
from tests.functions.jobs.waiting import add_job, moment, same_moment
from tests.functions.steps import KilledError

THROWN = {"errorCode": "OUT_OF_STOCK", "errorMessage": "none left", "variables": {"left": 0}}
ENDINGS: dict[str, tuple[routes.Route, dict[str, Any]]] = {
    "complete": (routes.COMPLETE_JOB, {"variables": {"parcel": "P-1"}}),
    "fail": (routes.FAIL_JOB, {"retries": 0, "errorMessage": "no stock"}),
    "error": (routes.THROW_JOB_ERROR, THROWN),
}
RELEASE = (routes.FAIL_JOB, {"retries": 2, "errorMessage": "busy"})
EXTEND = (routes.EXTEND_JOB, {"lockDuration": "PT1M"})
KEY = {"idempotency-key": "k"}


@pytest.fixture
def world() -> World:
    return World()


def ask(world: World, id_: str, action: tuple[routes.Route, dict[str, Any]], **request: Any) -> Reply:
    body = {**action[1], **request.pop("body", {})}
    return call(world, handle, action[0], path={"id": id_}, body=body, **request)


def activate(world: World, worker: str = "w1") -> list[dict[str, Any]]:
    body = {"type": "ship", "worker": worker, "maxJobs": 10, "lockDuration": "PT30S"}
    jobs: list[dict[str, Any]] = call(world, handle, routes.ACTIVATE_JOBS, body=body).json["jobs"]
    return jobs


def locked_job(world: World, **attributes: Any) -> str:
    id_ = add_job(world, **attributes)
    assert [job["id"] for job in activate(world)] == [id_]
    return id_


def heard(world: World) -> list[Any]:
    """What the machines were told: answers without their claim, failures with their cause read."""
    answers = [{k: v for k, v in a.items() if k != "claim"} for a in world.machines.answers.values()]
    return [*answers, *world.machines.failures.values()]


def test_completing_answers_the_machine(world: World):
    id_ = locked_job(world)
    reply = ask(world, id_, ENDINGS["complete"])
    assert (reply.status, reply.json["state"], reply.json["id"]) == (200, "completed", id_)
    assert heard(world) == [{"event": "Ship", "variables": {"parcel": "P-1"}}]
    assert world.store.items(tables.WAITS) == [] and activate(world) == []


def test_a_failure_with_tries_left_goes_back_to_the_queue_after_its_back_off(world: World):
    id_ = locked_job(world)
    reply = ask(world, id_, RELEASE, body={"retryBackoff": "PT10S"})
    assert (reply.json["state"], reply.json["retries"]) == ("available", 2)
    assert same_moment(reply.json["availableAt"], moment(world, seconds=10))
    world.clock.advance(seconds=9)
    assert activate(world) == [] and heard(world) == []
    world.clock.advance(seconds=1)
    assert [job["retries"] for job in activate(world, "w2")] == [2]


def test_without_a_back_off_it_comes_back_at_once(world: World):
    assert ask(world, locked_job(world), RELEASE).status == 200
    assert len(activate(world)) == 1


def test_without_a_back_off_it_waits_as_the_model_says(world: World):
    id_ = add_job(world, retries=3, retryWaits="[10, 60]")
    for left, pause in ((2, 10), (1, 60)):
        (job,) = activate(world)
        assert job["retryBackoff"] == f"PT{pause}S"
        reply = ask(world, id_, RELEASE, body={"retries": left})
        assert same_moment(reply.json["availableAt"], moment(world, seconds=pause))
        world.clock.advance(seconds=pause)
    (job,) = activate(world)
    assert ask(world, id_, RELEASE, body={"retries": 1, "retryBackoff": "PT0S"}).status == 200
    assert len(activate(world)) == 1


MAPPED = json.dumps(
    [
        {"code": "GONE", "condition": "parcel == null", "language": "juel", "message": {}},
        {
            "code": "BUSY",
            "condition": "externalTask.getErrorDetails().contains('queue') && externalTask.retries == 3",
            "language": "juel",
            "message": {"text": "${city} is busy", "language": "juel"},
        },
        {
            "code": "OTHER",
            "condition": "externalTask.errorMessage == 'no'",
            "language": "juel",
            "message": {"text": "as told", "language": ""},
        },
    ]
)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ((routes.COMPLETE_JOB, {"variables": {"parcel": None}}), ("GONE", "", {"parcel": None})),
        (
            (routes.FAIL_JOB, {"retries": 2, "errorMessage": "x", "errorDetails": "a queue"}),
            ("BUSY", "Ulm is busy", {}),
        ),
        ((routes.FAIL_JOB, {"retries": 0, "errorMessage": "no"}), ("OTHER", "as told", {})),
    ],
)
def test_a_condition_of_the_model_turns_an_end_into_an_error(
    world: World, action: tuple[routes.Route, dict[str, Any]], expected: tuple[str, str, dict[str, Any]]
):
    reply = ask(world, locked_job(world, errors=MAPPED, variables={"city": "Ulm", "parcel": "P"}), action)
    assert (reply.status, reply.json["state"]) == (200, "error")
    ((error, cause),) = heard(world)
    assert (error, tuple(json.loads(cause).values())) == ("BpmnError", expected)


def test_where_no_condition_holds_the_job_ends_as_its_worker_says(world: World):
    id_ = locked_job(world, errors=MAPPED, variables={"parcel": "P"})
    assert ask(world, id_, RELEASE, body={"errorDetails": "other"}).json["state"] == "available"
    activate(world)
    assert ask(world, id_, ENDINGS["complete"]).json["state"] == "completed"


def test_the_last_failure_fails_the_task_which_the_machine_parks_as_an_incident(world: World):
    reply = ask(world, locked_job(world), ENDINGS["fail"])
    assert (reply.status, reply.json["state"], reply.json["retries"]) == (200, "failed", 0)
    assert heard(world) == [("JobFailed", "no stock")]
    assert world.store.items(tables.WAITS) == []


def test_a_stack_trace_is_cut_to_what_an_incident_shows(world: World):
    ask(world, locked_job(world), ENDINGS["fail"], body={"errorMessage": "x" * 50_000})
    assert heard(world) == [("JobFailed", "x" * 4000)]


def test_a_bpmn_error_carries_code_message_and_variables(world: World):
    reply = ask(world, locked_job(world), ENDINGS["error"])
    assert (reply.status, reply.json["state"]) == (200, "error")
    ((error, cause),) = heard(world)
    assert error == "BpmnError"
    assert json.loads(cause) == {"code": "OUT_OF_STOCK", "message": "none left", "variables": {"left": 0}}


def test_a_lock_is_extended_from_now_on(world: World):
    id_ = locked_job(world)
    world.clock.advance(seconds=29)
    reply = ask(world, id_, EXTEND)
    assert reply.json["state"] == "locked" and same_moment(reply.json["lockedUntil"], moment(world, minutes=1))
    world.clock.advance(seconds=59)
    assert activate(world, "w2") == []
    assert ask(world, id_, ENDINGS["complete"]).status == 200


@pytest.mark.parametrize("action", [*ENDINGS.values(), RELEASE, EXTEND], ids=lambda a: a[0].path)
def test_a_job_that_nobody_fetched_is_not_locked(world: World, action: Any):
    id_ = add_job(world)
    assert ask(world, id_, action).code == "job-not-locked"
    activate(world)
    ask(world, id_, RELEASE)
    assert ask(world, id_, action).code == "job-not-locked"
    assert heard(world) == []


@pytest.mark.parametrize("action", [*ENDINGS.values(), RELEASE, EXTEND], ids=lambda a: a[0].path)
def test_a_worker_that_lost_its_job_to_another_is_refused(world: World, action: Any):
    id_ = locked_job(world)
    world.clock.advance(seconds=31)
    assert len(activate(world, "w2")) == 1
    assert ask(world, id_, action, body={"worker": "w1"}).code == "job-not-locked"
    assert ask(world, id_, action, body={"worker": "w2"}).status == 200


def test_work_that_took_too_long_counts_if_nobody_began_anew(world: World):
    id_ = locked_job(world)
    world.clock.advance(hours=1)
    assert ask(world, id_, ENDINGS["complete"], body={"worker": "w1"}).status == 200


@pytest.mark.parametrize("action", [*ENDINGS.values(), RELEASE, EXTEND], ids=lambda a: a[0].path)
def test_another_worker_between_reading_and_writing(world: World, action: Any, monkeypatch: Any):
    id_ = locked_job(world)
    write, first = world.store.write, []

    def racing(*writes: Any) -> None:
        if not first:
            first.append(1)
            world.clock.advance(seconds=31)
            assert len(activate(world, "w2")) == 1
        write(*writes)

    monkeypatch.setattr(world.store, "write", racing)
    assert ask(world, id_, action).code == "job-not-locked"
    assert heard(world) == []


@pytest.mark.parametrize("action", [*ENDINGS.values(), RELEASE, EXTEND], ids=lambda a: a[0].path)
def test_a_job_that_is_gone(world: World, action: Any):
    id_ = locked_job(world)
    late = locked_job(world, instance="i2", timeoutAt=moment(world, seconds=5))
    assert ask(world, id_, ENDINGS["complete"]).status == 200
    world.clock.advance(seconds=5)
    task = add_job(world, "i3", kind="user")
    for gone in (id_, late, task, "nothing", "i1:~ff", "i1:Ship@0", ".."):
        assert ask(world, gone, action).code == "not-found"


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_element_that_was_left_a_moment_before(world: World, ending: str):
    id_ = locked_job(world)
    world.machines.time_out(*list(world.machines.tokens))
    assert ask(world, id_, ENDINGS[ending]).code == "conflict"
    assert heard(world) == [] and world.store.items(tables.WAITS) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_earlier_failure_in_the_same_words_is_not_taken_for_this_one(world: World, ending: str):
    ask(world, locked_job(world), ENDINGS[ending])
    again = locked_job(world)
    world.machines.time_out(*list(world.machines.tokens))
    assert ask(world, again, ENDINGS[ending]).code == "conflict"


@pytest.mark.parametrize("action", [*ENDINGS.values(), RELEASE], ids=lambda a: a[0].path)
def test_the_same_key_has_one_effect(world: World, action: Any):
    id_ = locked_job(world)
    first, again = (ask(world, id_, action, headers=KEY) for _ in range(2))
    assert first.status == again.status == 200 and first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(heard(world)) <= 1
    assert ask(world, id_, action, headers=KEY, body={"worker": "other"}).code == "idempotency-key-reused"


@pytest.mark.parametrize("action", [*ENDINGS.values(), RELEASE, EXTEND], ids=lambda a: a[0].path)
def test_killed_anywhere_it_happens_once(action: Any):
    def build() -> World:
        world = World()
        locked_job(world)
        return world

    id_ = locked_job(World())

    def act(world: World) -> None:
        assert ask(world, id_, action, headers=KEY).status == 200

    survives(build, act)


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_stream_killed_on_the_way_settles_at_its_next_try(world: World, ending: str, at: int, monkeypatch: Any):
    id_ = locked_job(world)
    world.store.changes.clear()
    with monkeypatch.context() as broken:
        for name in ("answer", "fail"):
            broken.setattr(world.machines, name, lambda *_: (_ for _ in ()).throw(OSError("no network")))
        assert ask(world, id_, ENDINGS[ending]).status == 200
    assert heard(world) == []
    assert ask(world, id_, ENDINGS[ending]).code == "not-found" and activate(world) == []
    changes = list(world.store.changes)
    world.steps.taken.clear()
    world.steps.kill_at = at
    try:
        deliver_changes(world, correlation, [tables.WAITS])
    except KilledError:
        world.store.changes = changes
    deliver_changes(world, correlation, [tables.WAITS])
    assert len(heard(world)) == 1 and world.store.items(tables.WAITS) == []


def test_a_stream_that_was_quicker_does_not_make_the_call_fail(world: World, monkeypatch: Any):
    id_ = locked_job(world)
    settle = waits.settle

    def twice(*given: Any) -> bool:
        assert settle(*given)
        return settle(*given)

    monkeypatch.setattr(waits, "settle", twice)
    assert ask(world, id_, ENDINGS["error"]).status == 200


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("complete", {"variables": 1}, "validation-failed"),
    ("complete", {"variables": {"_dpc": {}}}, "validation-failed"),
    ("complete", {"variables": {f"a{i}": "x" * 900 for i in range(150)}}, "too-large"),
    ("complete", {"odd": 1}, "validation-failed"),
    ("fail", {"retries": -1}, "validation-failed"),
    ("fail", {"retries": "many"}, "validation-failed"),
    ("fail", {"errorMessage": None}, "validation-failed"),
    ("fail", {"retries": 1, "retryBackoff": "10"}, "validation-failed"),
    ("fail", {"retries": 1, "retryBackoff": "P400D"}, "validation-failed"),
    ("error", {"errorCode": ""}, "validation-failed"),
    ("error", {"variables": {"_dpc": 1}}, "validation-failed"),
    ("error", {"variables": {"a": "x" * 40_000}}, "too-large"),
]


@pytest.mark.parametrize(("ending", "wrong", "code"), BAD)
def test_bad_bodies_end_nothing(world: World, ending: str, wrong: dict[str, Any], code: str):
    id_ = locked_job(world)
    assert ask(world, id_, ENDINGS[ending], body=wrong).code == code
    assert heard(world) == [] and world.store.items(tables.WAITS)[0]["retries"] == 3
    assert ask(world, id_, ENDINGS[ending]).status == 200


@pytest.mark.parametrize("duration", ["", "PT", "PT0S", "P8D", "1 minute"])
def test_bad_extensions(world: World, duration: str):
    assert ask(world, locked_job(world), EXTEND, body={"lockDuration": duration}).code == "validation-failed"


@pytest.mark.parametrize("route", [*(a[0] for a in ENDINGS.values()), routes.EXTEND_JOB], ids=lambda r: r.path)
@pytest.mark.parametrize("body", ["{", "[]", "nul", '{"variables": {"a": NaN}}'])
def test_bodies_that_are_not_json_objects(world: World, route: routes.Route, body: str):
    reply = call(world, handle, route, path={"id": locked_job(world)}, body=body)
    assert reply.code in ("invalid-request", "validation-failed")
