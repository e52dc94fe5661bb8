"""Plays cases of the betsy suite over HTTP: deployed, started, worked on and watched as any client would.

All cases run on one platform at once. So that they do not hear each other, every model is deployed under names of its
own: processes, messages and signals carry a suffix.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.platform import RunningPlatform
from tests.state_machines.flow.betsy import Case, Observed

WORKERS = ("betsy-throw-error", "betsy-wait")
_NAMED = re.compile(r'<bpmn2:(?:message|signal) [^>]*?\bname="([^"]+)"')
_PROCESS = re.compile(r'<bpmn2:process id="([^"]+)"')


def renamed(source: str, suffix: str) -> str:
    """A model whose processes, messages and signals carry a suffix."""
    for name in _PROCESS.findall(source):
        source = re.sub(f'(id|processRef|calledElement|processId)="{name}"', rf'\1="{name}{suffix}"', source)
    return _NAMED.sub(lambda found: f'{found[0][:-1]}{suffix}"', source)


@dataclass(frozen=True)
class Model:
    """A model on the platform: the ids of its processes, or what the compiler said against it."""

    suffix: str
    processes: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Running:
    """A case on the platform, and the instances that were started for it, the main one last."""

    case: Case
    model: Model
    instances: list[str] = field(default_factory=list)


class Stage:
    """A platform and the cases that run on it."""

    def __init__(self, platform: RunningPlatform) -> None:
        self.platform, self.client = platform, platform.client()
        self.running: list[Running] = []
        self.jobs: list[tuple[datetime, dict[str, Any], Case]] = []
        """When each job that was taken will be done, the job, and the case that says how it ends."""
        self._deployed: dict[Path, Model] = {}

    def play(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Observed]]:
        """Play them all at once, each observed when its time is over."""
        self.running = [self._deploy(case) for case in cases]
        started = [running for running in self.running if not running.model.refused]
        for running in started:
            for process in running.case.data.get("alsoStart", []):
                self._start(running, process)
        self._work()
        for running in started:
            self._start(running, running.case.data["startProcess"])
        self._work()
        for second in range(1 + max(running.case.seconds for running in self.running)):
            if second:
                self.platform.advance("PT1S")
                self._work()
            yield from ((r.case, self._observed(r)) for r in self.running if r.case.seconds == second)

    def _deploy(self, case: Case) -> Running:
        if case.model not in self._deployed:
            suffix = f"-{len(self._deployed) + 1}"
            content = renamed(case.model.read_text(), suffix).encode()
            answer = self.client.post("/processes", content=content, headers={"Content-Type": "application/xml"})
            assert answer.status_code in (201, 422), answer.text
            said, processes = answer.json().get("errors", []), answer.json().get("processes", [])
            words = "; ".join(error["message"] for error in said if error["severity"] == "error")
            self._deployed[case.model] = Model(suffix, tuple(process["id"] for process in processes), words)
        return Running(case, self._deployed[case.model])

    def _start(self, running: Running, process: str) -> None:
        body = {"variables": running.case.data["variables"]}
        answer = self.client.post(f"/processes/{process}{running.model.suffix}/instances", json=body)
        running.instances.append(answer.raise_for_status().json()["id"])

    # Workers

    def _work(self) -> None:
        """Until nothing moves: jobs are taken, and ended when they are due."""
        self.platform.idle()
        while self._take_jobs() | self._end_jobs():
            self.platform.idle()

    def _take_jobs(self) -> bool:
        found = [job for type_ in WORKERS for job in self._activated(type_)]
        for job in found:
            case = next(running.case for running in self.running if job["instanceId"] in running.instances)
            self.jobs.append((self._now() + case.takes(job["elementId"]), job, case))
        return bool(found)

    def _activated(self, type_: str) -> list[dict[str, Any]]:
        body = {"type": type_, "worker": "betsy", "maxJobs": 100, "lockDuration": "PT10M"}
        return list(self.client.post("/jobs/activate", json=body).raise_for_status().json()["jobs"])

    def _end_jobs(self) -> bool:
        due = [entry for entry in self.jobs if entry[0] <= self._now()]
        for entry in due:
            self.jobs.remove(entry)
            self._end(entry[1], entry[2].raised(entry[1]["elementId"]))
        return bool(due)

    def _end(self, job: dict[str, Any], error: str) -> None:
        ending, body = ("error", {"errorCode": error}) if error else ("complete", {"variables": {}})
        answer = self.client.post(f"/jobs/{job['id']}/{ending}", json=body)
        assert answer.status_code in (200, 204, 404, 409), answer.text  # the element may be gone

    def _now(self) -> datetime:
        return datetime.fromisoformat(self.client.get("/_local/clock").raise_for_status().json()["now"])

    # What came of it

    def _observed(self, running: Running) -> Observed:
        model = running.model
        if model.refused:
            return Observed("rejected", cause=model.refused)
        main = self._instance(running.instances[-1])
        beside = [process for process in model.processes if process != main["processId"]]
        others = [item for process in beside for item in self._instances(process)]
        completed = sum((self._completed(item["id"]) for item in (main, *others)), Counter[str]())
        statuses = {item["processId"].removesuffix(model.suffix): item["status"] for item in others}
        return Observed(main["status"], completed, main["variables"], statuses, str(main["incidents"]))

    def _instance(self, id_: str) -> dict[str, Any]:
        return dict(self.client.get(f"/instances/{id_}").raise_for_status().json())

    def _instances(self, process: str) -> list[dict[str, Any]]:
        return list(self.client.get("/instances", params={"processId": process}).raise_for_status().json()["items"])

    def _completed(self, id_: str) -> Counter[str]:
        items = self.client.get(f"/instances/{id_}/history").raise_for_status().json()["items"]
        return Counter(item["elementId"] for item in items if item["state"] == "completed")
