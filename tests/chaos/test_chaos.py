"""Chaos: calls are throttled, deliveries doubled, late and out of order, functions, workers and the platform die.

Every instance ends as its model says, every message counts once, the read model is what the histories say, nothing is
left open.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.histories import moment, open_rest, passages
from tests.chaos.life import Life
from tests.chaos.processes import MODELS, SIGNAL, Case, cases

INSTANCES = int(os.environ.get("DPC_CHAOS", "60"))
DEATHS = 10 if INSTANCES >= 1_000 else 2
SEED = int(os.environ.get("DPC_CHAOS_SEED", "1"))
_AT_ONCE = 20
"""Requests between two looks at the clock."""
_ASKED_EACH = 2
"""Requests that a case makes, about."""
_STEP = timedelta(minutes=10)
_MOST_STEPS = 300


def _asks(chance: random.Random, all_cases: list[Case]) -> list[tuple[Case, int]]:
    """What is asked, in any order: the start of a case (-1) and its messages, by number. What belongs to one case is
    less than an hour apart: its deadline."""
    places = {case.key: chance.uniform(0, _ASKED_EACH * len(all_cases)) for case in all_cases}
    asked = [(case, number) for case in all_cases for number in range(-1, len(case.messages))]
    return sorted(asked, key=lambda one: places[one[0].key] + chance.uniform(-1.5, 1.5) * _AT_ONCE)


class Crowd:
    """Those who start instances, send messages, do tasks and jobs. They forget nothing and repeat themselves."""

    def __init__(self, life: Life, chance: random.Random, all_cases: list[Case]) -> None:
        self.life, self._chance = life, chance
        self.instances: dict[str, str] = {}
        """Instances by their cases' keys."""
        self.resolved: set[str] = set()
        self._idle_tasks = {case.key for case in all_cases if not case.works}
        self._asks = _asks(chance, all_cases)

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
                    self._publish(case, f"{case.key}/{number}", case.messages[number])

    def _start(self, case: Case) -> None:
        if case.ordered:
            answer = self._publish(case, f"{case.key}/start", {**case.variables, "key": case.key})
            assert answer["result"] == "started", answer
            (id_,) = answer["instances"]
        else:
            id_ = self._request(case)
        assert self.instances.setdefault(case.key, id_) == id_, "a second instance of one request"

    def _request(self, case: Case) -> str:
        body = {"businessKey": case.key, "variables": {**case.variables, "key": case.key}}
        path = f"/processes/{case.process}/instances"
        status, answer = self.life.ask("POST", path, body, key=f"start-{case.key}")
        assert status == 201, answer
        return str(answer["id"])

    def _publish(self, case: Case, id_: str, variables: Mapping[str, Any]) -> Any:
        body = {
            "name": f"to-{case.process}",
            "correlationKey": case.key,
            "messageId": id_,
            "variables": variables,
            "timeToLive": "P7D",
        }
        status, answer = self.life.ask("POST", "/messages", body, key=id_)
        assert status < 300, answer
        return answer

    def signal(self, number: int) -> None:
        """Whoever waits for it goes on."""
        status, answer = self.life.ask("POST", "/signals", {"name": SIGNAL}, key=f"signal-{number}")
        assert status < 300, answer

    def operate(self) -> None:
        """Every incident is tried again."""
        for instance in self.life.items("/instances", status="incident"):
            for incident in self.life.get(f"/instances/{instance['id']}")["incidents"]:
                path = f"/instances/{instance['id']}/incidents/{incident['id']}/resolve"
                status, answer = self.life.ask("POST", path, {"action": "retry"}, key=incident["id"][:190])
                assert status in (200, 404, 409), answer
                self.resolved.add(incident["id"])

    def work(self) -> None:
        """Do tasks and jobs; a quarter of the workers die with their jobs, an eighth cannot do them."""
        asked = {"type": "chaos", "worker": "w", "maxJobs": 50, "lockDuration": "PT1M"}
        for job in self.life.ask("POST", "/jobs/activate", asked)[1]["jobs"]:
            fate = self._chance.random()
            if fate < 0.63:
                self._complete(f"/jobs/{job['id']}/complete", {})
            elif fate < 0.75:
                self._fail(job["id"])
        for task in self.life.items("/tasks"):
            if task["businessKey"] not in self._idle_tasks:
                self._complete(f"/tasks/{task['id']}/complete", {})

    def _fail(self, job: str) -> None:
        body = {"retries": 0, "errorMessage": "It cannot be packed."}
        status, answer = self.life.ask("POST", f"/jobs/{job}/fail", body, key=f"fail-{job}"[:190])
        assert status in (200, 404, 409), answer

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
    for step in range(_MOST_STEPS):
        crowd.ask(_AT_ONCE)
        crowd.work()
        crowd.operate()
        crowd.signal(step)
        life.pass_time(_STEP * chance.random())
        if not crowd.busy and not _running(life):
            break
    left = [life.get(f"/instances/{instance['id']}") for instance in _running(life)]
    assert not left, (step, left[:3])
    life.pass_time(timedelta(days=1))
    assert life.deaths == DEATHS
    listed = {instance["id"]: instance for instance in life.items("/instances")}
    called = {instance["parentId"]: instance for instance in listed.values() if instance.get("parentId")}
    for case in all_cases:
        id_ = crowd.instances[case.key]
        found = _check(life, case.process, id_, case.passes)
        assert found["variables"].get("total", 0) == (case.total if case.process == "sum" else 0)
        if case.calls:
            _check(life, called[id_]["processId"], called[id_]["id"], case.calls)
    assert len(called) == sum(bool(case.calls) for case in all_cases)
    assert set(listed) == {*crowd.instances.values(), *(instance["id"] for instance in called.values())}
    assert open_rest(life.platform) == []
    messages = sum(len(case.messages) + case.ordered for case in all_cases)
    print(f"{len(listed)} instances ended, {messages} messages counted, {len(crowd.resolved)} incidents resolved")


def _running(life: Life) -> list[Any]:
    """Some of those that have not ended."""
    return [one for state in ("active", "incident") for one in life.get("/instances", status=state, limit=5)["items"]]


def _check(life: Life, process: str, instance: str, passes: Counter[str]) -> Any:
    """The instance has ended, has passed what its model says, and the read model is what its histories say."""
    found = life.get(f"/instances/{instance}")
    assert found["status"] == "completed", found
    history = life.get(f"/instances/{instance}/history")["items"]
    assert Counter(item["elementId"] for item in history) == passes, (found, history)
    shown = Counter((i["elementId"], i["state"], moment(i["startedAt"]), moment(i["endedAt"])) for i in history)
    assert shown == passages(life.platform, process, instance)
    return found
