"""Values beyond what Step Functions hands on, over HTTP: a process does with them what it does with small ones."""

from typing import Any

import pytest

from tests.journeys.drawn import deploy, drawn
from tests.platform import RunningPlatform

CHILD = "start S; script C bytes=`sum(items.size)`; end E; S -> C -> E"
LARGE = """
start S; script N n=`count(items)`; xor x default o; end few; user T; service J in list=`items` out found=`answer`
script K k=`found[1].id + string(count(found))`; receive M message papers; user U; call C process large-child
script L each i of items collect `ids=i.id` z=`i.size + 1`; end E
S -> N -> x -[count(items) > 3 and items[2].id = "b"]-> T -> J -> K -> M -> U -> C -> L -> E; x -o-> few
"""
JOB = {"type": "work", "worker": "w", "maxJobs": 1, "lockDuration": "PT1M"}


def items(length: int) -> list[dict[str, Any]]:
    return [{"id": id_, "size": 7, "text": id_ * length} for id_ in "abcde"]


@pytest.fixture(scope="module")
def deployed(platform: RunningPlatform) -> RunningPlatform:
    deploy(platform, drawn("large-child", CHILD), drawn("large", LARGE))
    return platform


@pytest.mark.parametrize("length", [3, 90_000], ids=["small", "large"])
def test_values_are_computed_with_mapped_shown_and_handed_on(deployed: RunningPlatform, length: int) -> None:
    client, given = deployed.client(), items(length)

    def post(path: str, **body: Any) -> Any:
        answer = client.post(path, json=body)
        assert answer.is_success, (path, answer.text[:500])
        deployed.idle()
        return answer.json()

    def shown() -> dict[str, Any]:
        deployed.idle()
        return dict(client.get(f"/instances/{id_}").raise_for_status().json())

    def open_task(element: str) -> str:
        found = client.get("/tasks").json()["items"]
        mine = [task["id"] for task in found if (task["instanceId"], task["elementId"]) == (id_, element)]
        assert len(mine) == 1, (shown()["waiting"], shown()["incidents"])
        return str(mine[0])

    id_ = post("/processes/large/instances", variables={"items": given, "other": 1})["id"]
    assert shown()["variables"] == {"items": given, "other": 1, "n": 5}, shown()["incidents"]
    task_id = open_task("T")
    assert client.get(f"/tasks/{task_id}").json()["variables"]["items"] == given
    post(f"/tasks/{task_id}/complete", variables={"scan": "0" * length})
    (job,) = post("/jobs/activate", **JOB)["jobs"]
    assert job["variables"]["list"] == given and job["variables"]["scan"] == "0" * length
    post(f"/jobs/{job['id']}/complete", variables={"answer": given[::-1]})
    assert shown()["variables"]["k"] == "e5"
    post("/messages", name="papers", correlationKey="1", variables={"papers": given})
    assert shown()["variables"]["papers"] == given
    post(f"/tasks/{open_task('U')}/complete", variables={})
    ended = shown()
    assert ended["status"] == "completed", ended["incidents"]
    assert ended["variables"]["bytes"] == 35 and ended["variables"]["ids"] == list("abcde")
    assert ended["variables"]["found"] == given[::-1]


def test_nobody_outside_writes_a_reference(deployed: RunningPlatform) -> None:
    forged = {"order": {"lines": [{"dpc:ref": "somebody-else/0000"}]}}
    answer = deployed.client().post("/processes/large/instances", json={"variables": forged})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "/variables/order"
