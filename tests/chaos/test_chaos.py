"""Chaos: calls are throttled, deliveries doubled, late and out of order, functions, workers and the platform die.

Every instance ends as its model says, every message counts once, the read model is what the histories say, nothing is
left open.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.histories import moment, open_rest, passages
from tests.chaos.life import Life
from tests.chaos.processes import MODELS, Case, cases

INSTANCES = int(os.environ.get("DPC_CHAOS", "60"))
DEATHS = 10 if INSTANCES >= 1_000 else 2
SEED = int(os.environ.get("DPC_CHAOS_SEED", "1"))
_AT_ONCE = 20
"""Requests between two looks at the clock."""
_STEP = timedelta(minutes=10)
_MOST_STEPS = 300


class Crowd:
    """Those who start instances, send messages, do tasks and jobs. They forget nothing and repeat themselves."""

    def __init__(self, life: Life, chance: random.Random, all_cases: list[Case]) -> None:
        self.life, self._chance = life, chance
        self.instances: dict[str, str] = {}
        """Instances by their cases' keys."""
        self._idle_tasks = {case.key for case in all_cases if not case.works}
        self._asks: list[tuple[Case, int]] = [
            (case, number) for case in all_cases for number in range(-1, len(case.messages))
        ]
        """-1: the start; else a message, by its number."""
        chance.shuffle(self._asks)

    @property
    def busy(self) -> bool:
        """Whether somebody still has something to ask."""
        return bool(self._asks)

    def ask(self, most: int) -> None:
        """The next ones; some are asked again though they were answered."""
        for case, number in [self._asks.pop() for _ in range(min(most, len(self._asks)))]:
            for _ in range(1 + self._chance.choice((0, 0, 1))):
                if number < 0:
                    self._start(case)
                else:
                    self._send(case, number)

    def _start(self, case: Case) -> None:
        body = {"businessKey": case.key, "variables": {**case.variables, "key": case.key}}
        path = f"/processes/{case.process}/instances"
        status, answer = self.life.ask("POST", path, body, key=f"start-{case.key}")
        assert status == 201, answer
        assert self.instances.setdefault(case.key, answer["id"]) == answer["id"], "a second instance of one request"

    def _send(self, case: Case, number: int) -> None:
        body = {
            "name": f"to-{case.process}",
            "correlationKey": case.key,
            "messageId": f"{case.key}/{number}",
            "variables": case.messages[number],
            "timeToLive": "P7D",
        }
        status, answer = self.life.ask("POST", "/messages", body, key=f"{case.key}/{number}")
        assert status < 300, answer

    def work(self) -> None:
        """Do tasks and jobs; a third of the workers die with their jobs."""
        asked = {"type": "chaos", "worker": "w", "maxJobs": 50, "lockDuration": "PT1M"}
        for job in self.life.ask("POST", "/jobs/activate", asked)[1]["jobs"]:
            if self._chance.random() < 0.67:
                self._complete(f"/jobs/{job['id']}/complete", {})
        for task in self.life.items("/tasks"):
            if task["businessKey"] not in self._idle_tasks:
                self._complete(f"/tasks/{task['id']}/complete", {})

    def _complete(self, path: str, variables: dict[str, Any]) -> None:
        status, answer = self.life.ask("POST", path, {"variables": variables}, key=path[:190])
        assert status in (200, 404, 409), answer


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    living = Life(tmp_path, SEED, DEATHS)
    try:
        yield living
    finally:
        living.end()


@pytest.mark.slow
def test_chaos(life: Life) -> None:
    all_cases, chance = cases(INSTANCES), random.Random(SEED)
    for model in MODELS.values():
        status, answer = life.ask("POST", "/processes", model, kind="application/xml")
        assert status == 201, answer
    crowd = Crowd(life, chance, all_cases)
    for _ in range(_MOST_STEPS):
        crowd.ask(_AT_ONCE)
        crowd.work()
        life.pass_time(_STEP * chance.random())
        if not crowd.busy and not _running(life):
            break
    life.pass_time(timedelta(days=1))
    assert life.deaths == DEATHS
    for case in all_cases:
        _check(life, case, crowd.instances[case.key])
    found = {instance["id"] for instance in life.items("/instances")}
    assert found == set(crowd.instances.values())
    assert open_rest(life.platform) == []


def _running(life: Life) -> bool:
    return bool(life.get("/instances", status="active", limit=1)["items"])


def _check(life: Life, case: Case, instance: str) -> None:
    found = life.get(f"/instances/{instance}")
    assert found["status"] == "completed", (case, found)
    history = life.get(f"/instances/{instance}/history")["items"]
    assert Counter(item["elementId"] for item in history) == case.passes, (case, history)
    shown = Counter((i["elementId"], i["state"], moment(i["startedAt"]), moment(i["endedAt"])) for i in history)
    assert shown == passages(life.platform, case.process, instance)
    assert found["variables"].get("total", 0) == (case.total if case.process == "sum" else 0)
