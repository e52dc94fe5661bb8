"""Clerks and operators at the same instances in the same moment: who is told that a task is completed, is right."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.journeys.test_moving import AT_ONCE, Played
from tests.platform import RunningPlatform, running_platform

ROUNDS = 12


@pytest.fixture(scope="module")
def busy() -> Iterator[RunningPlatform]:
    with running_platform(account="888899990011") as running:
        yield running


def test_completed_in_the_very_moment_of_a_move(busy: RunningPlatform) -> None:
    played = Played(busy, "in-the-moment", AT_ONCE, {})

    def ask(path: str, body: dict[str, Any]) -> httpx.Response:
        with httpx.Client(base_url=busy.origin, headers=played.client.headers, timeout=60) as own:
            return own.post(path, json=body)

    for number in range(ROUNDS):
        started = played.client.post("/processes/in-the-moment/instances", json={"variables": {"round": number}})
        played.path = f"/instances/{started.raise_for_status().json()['id']}"
        busy.idle()
        tasks = {element: f"/tasks/{played.task(element)}" for element in ("A", "B")}
        for task in tasks.values():
            played.client.post(f"{task}/claim").raise_for_status()
        requests = [
            (f"{tasks['A']}/complete", {"variables": {"a": number}}),
            (f"{played.path}/modify", {"cancel": ["B"], "start": ["C"], "variables": {"x": number}}),
            (f"{tasks['B']}/complete", {"variables": {"b": number}}),
        ]
        turned = requests[number % 3 :] + requests[: number % 3]
        with ThreadPoolExecutor(3) as threads:
            answers = dict(zip((path for path, _ in turned), threads.map(lambda each: ask(*each), turned), strict=True))
        busy.idle()
        told = {name: answers[f"{tasks[name]}/complete"].status_code for name in tasks}
        assert set(told.values()) <= {200, 404, 409} and answers[f"{played.path}/modify"].status_code in (200, 409, 422)
        assert ("A" in played.open()) == (told["A"] != 200), (told, played.instance)
        while open_ := [element for element in played.open() if element in "ABCD"]:
            played.complete(open_[0])
        ended = played.instance
        assert ended["status"] == "completed", ended
        assert (ended["variables"].get("a") == number) == (told["A"] == 200), (told, ended)
