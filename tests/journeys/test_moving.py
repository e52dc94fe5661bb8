"""Operators move tokens of running instances, begin again, and migrate instances to another version, over HTTP."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.platform import RunningPlatform, running_platform
from tests.state_machines.flow.sketch import Sketch

IN_LINE = "start S; user A; user B; end E; S -> A -> B -> E"
AT_ONCE = """start S; and F; and J; user A; user B; user C; user D; end E
S -> F -> A -> J -> D -> E; F -> B -> C -> J"""
WATCHED = """start S; user A; user Z; end E; end F; S -> A -> P -> E; boundary t on P timer PT1H; t -> Z -> F
sub P {
start s; user B; user C; end e; s -> B -> C -> e
}"""

IN_SCOPES = """start S; user Z; end E; S -> P -> Z -> E
sub P {
start s; user C; end e; s -> Q -> C -> e
sub Q {
start qs; user A; user B; end qe; qs -> A -> B -> qe
}
}"""


@pytest.fixture(scope="module")
def moving() -> Iterator[RunningPlatform]:
    with running_platform(account="888899990000") as running:
        yield running


class Played:
    """An instance of a process that is deployed for it."""

    def __init__(self, platform: RunningPlatform, name: str, sketch: str, variables: dict[str, Any]) -> None:
        self.platform, self.client, self.name = platform, platform.client(), name
        assert self.deploy(sketch) == 1
        body = {"variables": variables, "businessKey": name}
        answer = self.client.post(f"/processes/{name}/instances", json=body)
        self.path = f"/instances/{answer.raise_for_status().json()['id']}"
        platform.idle()

    def deploy(self, sketch: str) -> int:
        source = Sketch(sketch, "camunda8").bytes().replace(b'id="process"', f'id="{self.name}"'.encode())
        answer = self.client.post("/processes", content=source, headers={"Content-Type": "application/xml"})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["processes"][0]["version"])

    @property
    def instance(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(self.path).raise_for_status().json()
        return found

    def open(self) -> list[str]:
        return sorted(wait["elementId"] for wait in self.instance["waiting"] if wait["kind"] != "scope")

    def task(self, element: str) -> str:
        (found,) = [w["detail"]["taskId"] for w in self.instance["waiting"] if w["elementId"] == element]
        return str(found)

    def complete(self, element: str, **variables: Any) -> None:
        task = self.task(element)
        self.client.post(f"/tasks/{task}/claim").raise_for_status()
        self.client.post(f"/tasks/{task}/complete", json={"variables": variables}).raise_for_status()
        self.platform.idle()

    def modify(self, **body: Any) -> httpx.Response:
        answer = self.client.post(f"{self.path}/modify", json=body)
        self.platform.idle()
        return answer

    def history(self) -> list[tuple[str, str]]:
        items = self.client.get(f"{self.path}/history").raise_for_status().json()["items"]
        return [(item["elementId"], item["state"]) for item in items]


def test_a_token_moves_on_with_its_variables(moving: RunningPlatform) -> None:
    played = Played(moving, "move-on", IN_LINE, {"x": 1})
    answer = played.modify(cancel=["A"], start=["B"], variables={"y": 2})
    assert answer.status_code == 200, answer.text
    assert played.open() == ["B"] and played.instance["variables"] == {"x": 1, "y": 2}
    played.complete("B", z=3)
    ended = played.instance
    assert (ended["status"], ended["variables"]) == ("completed", {"x": 1, "y": 2, "z": 3})
    assert played.history() == [("S", "completed"), ("A", "cancelled"), ("B", "completed"), ("E", "completed")]


def test_what_is_not_moved_keeps_its_task(moving: RunningPlatform) -> None:
    played = Played(moving, "keep-task", AT_ONCE, {})
    task = played.task("A")
    played.client.post(f"/tasks/{task}/claim").raise_for_status()
    played.client.post(f"/tasks/{task}/draft", json={"variables": {"half": 1}}).raise_for_status()
    assert played.modify(cancel=["B"], start=["C"]).status_code == 200
    assert played.open() == ["A", "C"] and played.task("A") == task
    kept = played.client.get(f"/tasks/{task}").raise_for_status().json()
    assert kept["assignee"], kept
    played.client.post(f"/tasks/{task}/complete", json={"variables": {"a": 1}}).raise_for_status()
    moving.idle()
    played.complete("C", c=1)
    played.complete("D")
    ended = played.instance
    assert (ended["status"], ended["variables"]) == ("completed", {"a": 1, "c": 1})
    seen = played.history()
    assert seen.count(("A", "completed")) == 1 and ("B", "cancelled") in seen and len(seen) == len(set(seen))


def test_into_a_sub_process_with_its_timer_and_out_of_it(moving: RunningPlatform) -> None:
    played = Played(moving, "into-scope", WATCHED, {})
    assert played.modify(cancel=["A"], start=["C"]).status_code == 200
    assert played.open() == ["C"]
    moving.advance("PT61M")
    assert played.open() == ["Z"]
    assert played.modify(cancel=["Z"], start=["A"]).status_code == 200
    played.complete("A")
    assert played.open() == ["B"]
    assert played.modify(cancel=["P"], start=["Z"]).status_code == 200
    moving.advance("PT61M")
    assert played.open() == ["Z"]
    played.complete("Z")
    assert played.instance["status"] == "completed"


def test_a_sub_process_that_tokens_are_moved_out_of_is_cancelled_and_one_that_they_stay_in_goes_on(
    moving: RunningPlatform,
) -> None:
    for name, boundary in (("left-alone", ""), ("left-watched", "boundary t on P timer PT1H; user X; t -> X")):
        played = Played(moving, name, f"{IN_SCOPES}\n{boundary}", {})
        assert played.modify(cancel=["A"], start=["B"]).status_code == 200
        assert active(played) == ["B", "P", "Q"]
        assert played.modify(cancel=["B"], start=["C"]).status_code == 200
        assert active(played) == ["C", "P"] and ("Q", "cancelled") in played.history()
        assert played.modify(cancel=["C"], start=["Z"]).status_code == 200
        assert active(played) == ["Z"] and ("P", "cancelled") in played.history()
        assert played.modify(cancel=["Z"], start=["B"]).status_code == 200
        assert active(played) == ["B", "P", "Q"]
        for element in "BCZ":
            played.complete(element)
        assert played.instance["status"] == "completed" and not active(played)
        ends = sorted(each for each in played.history() if each[0] in "PQ")
        assert ends == [("P", "cancelled"), ("P", "completed"), ("Q", "cancelled"), ("Q", "completed")]


def active(played: Played) -> list[str]:
    return sorted(element for element, state in played.history() if state == "active")


def test_all_that_is_wrong_is_said_and_nothing_happens(moving: RunningPlatform) -> None:
    played = Played(moving, "wrong", IN_LINE, {})
    answer = played.modify(cancel=["Q"], start=["W"])
    assert answer.status_code == 422 and answer.json()["code"] == "move-refused"
    assert {error["elementId"] for error in answer.json()["errors"]} == {"Q", "W"}
    assert played.modify(cancel=["A"]).status_code == 422
    assert played.open() == ["A"]
    played.complete("A")
    played.complete("B")
    assert played.modify(start=["A"]).status_code == 409


def test_begin_again_before_an_element(moving: RunningPlatform) -> None:
    played = Played(moving, "again", IN_LINE, {"x": 1})
    played.complete("A", a=1)
    played.complete("B", b=1)
    answer = played.client.post(f"{played.path}/restart", json={"start": ["B"], "variables": {"x": 2}})
    assert answer.status_code == 201, answer.text
    moving.idle()
    played.path = f"/instances/{answer.json()['id']}"
    assert played.open() == ["B"] and played.instance["variables"] == {"x": 2, "a": 1, "b": 1}
    assert played.instance["businessKey"] == "again"
    played.complete("B", b=2)
    assert played.instance["status"] == "completed"
    assert played.history() == [("B", "completed"), ("E", "completed")]


def test_instances_migrate_to_a_new_version(moving: RunningPlatform) -> None:
    played = Played(moving, "renew", IN_LINE, {"x": 1})
    task = played.task("A")
    played.client.post(f"/tasks/{task}/claim").raise_for_status()
    version = played.deploy("start S; user A2; user B; user C; end E; S -> A2 -> B -> C -> E")
    about = {"processId": "renew", "fromVersion": 1, "toVersion": version}
    tried = played.client.post("/migrations", json={**about, "dryRun": True})
    assert tried.status_code == 202, tried.text
    moving.idle()
    job = f"/migrations/{tried.json()['id']}"
    assert played.client.get(job).json()["refused"] == 1
    (row,) = played.client.get(f"{job}/instances").json()["items"]
    assert row["status"] == "refused" and row["errors"][0]["elementId"] == "A"
    assert played.instance["version"] == 1

    done = played.client.post("/migrations", json={**about, "mapping": {"A": "A2"}}).raise_for_status().json()
    moving.idle()
    found = played.client.get(f"/migrations/{done['id']}").json()
    assert (found["status"], found["total"], found["moved"], found["refused"]) == ("completed", 1, 1, 0)
    assert played.instance["version"] == version and played.open() == ["A2"]
    assert played.task("A2") == task
    assert played.client.get(f"/tasks/{task}").json()["assignee"]
    for element in ("A2", "B", "C"):
        played.complete(element)
    assert played.instance["status"] == "completed"


CALLING = "start S; call K process inner-called; user B; end E; S -> K -> B -> E"
LONG = "start S; and F; and J; catch T timer P500D; user A; end E; S -> F -> T -> J -> E; F -> A -> J"
BESIDE = """start S; user A; user Y; end E; end F; S -> A -> E
boundary t on A timer PT1H non; t -> Y -> F"""
MANY = """start S; user Z; end E; S -> M -> Z -> E
sub M each i of items {
start s; user A; user B; end e; s -> A -> B -> e
}"""


def test_executions_that_grow_old_go_on_in_fresh_ones(moving: RunningPlatform) -> None:
    played = Played(moving, "long", LONG, {"x": 1})
    executions = moving.platform.step_functions.simulator.executions
    name = f"{played.path.rpartition('/')[2]}_2"
    task = played.task("A")
    moving.advance("P310D")
    assert [each.status for each in executions() if each.name == name] == ["RUNNING"]
    assert played.open() == ["A", "T"] and played.task("A") == task
    played.complete("A", a=1)
    moving.advance("P189D")
    assert played.instance["status"] == "active"
    moving.advance("P2D")
    ended = played.instance
    assert (ended["status"], ended["variables"]) == ("completed", {"x": 1, "a": 1})
    assert sorted(played.history()) == sorted([(e, "completed") for e in ("S", "F", "T", "A", "J", "E")])


def test_a_handler_beside_moves_with_its_instance(moving: RunningPlatform) -> None:
    played = Played(moving, "beside", BESIDE, {})
    moving.advance("PT61M")
    assert played.open() == ["A", "Y"]
    version = played.deploy(
        "start S; user A; user Y; user B; end E; end F; S -> A -> B -> E\nboundary t on A timer PT1H non; t -> Y -> F"
    )
    about = {"processId": "beside", "fromVersion": 1, "toVersion": version}
    job = played.client.post("/migrations", json=about).raise_for_status().json()["id"]
    moving.idle()
    (row,) = played.client.get(f"/migrations/{job}/instances").json()["items"]
    assert row["status"] == "moved", row
    assert played.open() == ["A", "Y"]
    played.complete("Y", y=1)
    played.complete("A", a=1)
    played.complete("B")
    ended = played.instance
    assert (ended["status"], ended["variables"]) == ("completed", {"y": 1, "a": 1})


def test_tokens_of_a_called_process_move_with_those_that_wait_for_it(moving: RunningPlatform) -> None:
    inner = Played(moving, "inner-called", IN_LINE, {})
    outer = Played(moving, "outer-calling", CALLING, {"x": 1})
    listed = moving.client().get("/instances", params={"processId": "inner-called"}).json()["items"]
    (called,) = [item for item in listed if item.get("parentId") == outer.path.rpartition("/")[2]]
    inner.path = f"/instances/{called['id']}"
    assert inner.modify(cancel=["A"], start=["B"]).status_code == 200
    assert inner.open() == ["B"]
    inner.complete("B", b=1)
    assert inner.instance["status"] == "completed"
    assert outer.open() == ["B"]
    outer.complete("B")
    assert outer.instance["status"] == "completed"


def test_instances_at_once_move_each_with_its_own(moving: RunningPlatform) -> None:
    played = Played(moving, "many-move", MANY, {"items": [1, 2, 3]})
    (first, *_) = [w["detail"]["taskId"] for w in played.instance["waiting"] if w["elementId"] == "A"]
    played.client.post(f"/tasks/{first}/claim").raise_for_status()
    played.client.post(f"/tasks/{first}/complete", json={"variables": {}}).raise_for_status()
    moving.idle()
    assert played.open() == ["A", "A", "B"]
    version = played.deploy(MANY.replace("user Z;", "user Z; user Q;").replace("Z -> E", "Z -> Q -> E"))
    about = {"processId": "many-move", "fromVersion": 1, "toVersion": version}
    job = played.client.post("/migrations", json=about).raise_for_status().json()["id"]
    moving.idle()
    (row,) = played.client.get(f"/migrations/{job}/instances").json()["items"]
    assert row["status"] == "moved", row
    assert played.instance["version"] == version and played.open() == ["A", "A", "B"]
    assert played.modify(cancel=["M"], start=["Q"]).status_code == 200
    assert played.open() == ["Q"]
    played.complete("Q")
    assert played.instance["status"] == "completed"


def test_moved_twice_at_once_happens_once(moving: RunningPlatform) -> None:
    played = Played(moving, "twice", IN_LINE, {})
    key = {"Idempotency-Key": "move-1"}
    body = {"cancel": ["A"], "start": ["B"]}
    first = played.client.post(f"{played.path}/modify", json=body, headers=key)
    second = played.client.post(f"{played.path}/modify", json=body, headers=key)
    third = played.client.post(f"{played.path}/modify", json=body)
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 422)
    moving.idle()
    assert played.open() == ["B"]
