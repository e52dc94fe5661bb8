"""A multi-instance over thousands of user tasks: all are open at once, all are done, each result has its place."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.journeys.processes import line, process
from tests.platform import RunningPlatform, running_platform

TASKS = int(os.environ.get("DPC_TASKS", "450"))
"""More than one execution holds; `DPC_TASKS=5000` takes some minutes."""
_EACH = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
    '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="results" '
    'outputElement="=item * 2"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
)
_MODEL = process("many-tasks", line("startEvent#Start", f"userTask#Look{{{_EACH}}}", "endEvent#Done"))


def _open(platform: RunningPlatform) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        query = {"limit": "200", "cursor": cursor} if cursor else {"limit": "200"}
        page = platform.client().get("/tasks", params=query, timeout=300).raise_for_status().json()
        found += [task["id"] for task in page["items"]]
        if not (cursor := page["cursor"] or ""):
            return found


@pytest.mark.slow
def test_thousands_of_tasks_are_open_at_once_and_done() -> None:
    with running_platform(account="888899990033") as platform:
        client = platform.client()
        answer = client.post("/processes", content=_MODEL, headers={"Content-Type": "application/xml"})
        assert answer.status_code == 201, answer.text
        began = time.perf_counter()
        body = {"variables": {"items": list(range(TASKS))}}
        started = client.post("/processes/many-tasks/instances", json=body, timeout=300).raise_for_status().json()
        platform.platform.timing.wait_idle(timeout_s=3_600)
        opened = time.perf_counter() - began
        tasks = _open(platform)
        assert len(set(tasks)) == TASKS

        def complete(task: str) -> None:
            with httpx.Client(base_url=platform.origin, headers=client.headers, timeout=600) as own:
                own.post(f"/tasks/{task}/complete", json={"variables": {}}).raise_for_status()

        with ThreadPoolExecutor(4) as clerks:
            list(clerks.map(complete, tasks))
        platform.platform.timing.wait_idle(timeout_s=3_600)
        done = time.perf_counter() - began - opened
        ended = client.get(f"/instances/{started['id']}", timeout=300).raise_for_status().json()
        assert (ended["status"], ended["waiting"]) == ("completed", [])
        assert ended["variables"]["results"] == [2 * number for number in range(TASKS)]
        assert _open(platform) == []
    print(f"{TASKS} tasks: all open after {opened:.0f} s, all done {done:.0f} s later")
