"""Handing jobs out: fetch and lock, with a long poll where nothing is there yet."""

import json
from datetime import timedelta
from typing import Final

from contract.shapes.jobs import ActivatedJobs, ActivateJobs, Job
from functions.jobs import durations, queue
from functions.runtime import held
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.records import Item
from functions.runtime.variables import of_wait
from functions.tasks.ids import task_id

MAX_LOCK: Final = timedelta(days=7)
MAX_POLL: Final = timedelta(seconds=20)
PAUSE_S: Final = 0.5
"""Between two looks of a long poll."""
MAX_BYTES: Final = 2_000_000
"""Of variables in one answer: escaped inside Lambda's own, which has at most 6 MB, text may be twice as long."""


def activate(ports: Ports, call: Call) -> ActivatedJobs:
    """POST /jobs/activate."""
    given: ActivateJobs = call.body
    locked_for = durations.read("lockDuration", given.lock_duration, least=durations.SECOND, most=MAX_LOCK)
    patience = given.request_timeout or "PT0S"
    waits_for = durations.read("requestTimeout", patience, least=durations.NONE, most=MAX_POLL)
    until = ports.clock.now() + waits_for
    jobs = _fetch(ports, given, locked_for)
    # Looks are counted, too: a host's virtual clock may stand still meanwhile.
    for _ in range(int(waits_for.total_seconds() / PAUSE_S)):
        if jobs or ports.clock.now() >= until:
            break
        ports.pause(PAUSE_S)
        jobs = _fetch(ports, given, locked_for)
    return ActivatedJobs(jobs=jobs)


def _fetch(ports: Ports, given: ActivateJobs, locked_for: timedelta) -> list[Job]:
    jobs: list[Job] = []
    room = MAX_BYTES
    for wait in queue.available(ports, given.type):
        room -= len((wait["variables"] + wait["inputs"]).encode())
        if jobs and room < 0:
            break
        locked = queue.lock(ports, wait, given.worker, ports.clock.now() + locked_for)
        if locked is not None:
            jobs.append(_job(ports, locked))
        if len(jobs) == given.max_jobs:
            break
    return jobs


def _job(ports: Ports, wait: Item) -> Job:
    retries = int(wait["retries"])
    return Job(
        id=task_id(wait["pk"], wait["sk"]),
        type=wait["jobType"],
        element_id=wait["elementId"],
        instance_id=wait["pk"],
        process_id=wait["processId"],
        version=int(wait["version"]),
        business_key=wait.get("businessKey", ""),
        variables={**of_wait(ports, wait), **held.whole(ports, json.loads(wait["inputs"]))},
        headers=json.loads(wait["headers"]),
        retries=retries,
        locked_until=wait["availableAt"],
        retry_backoff=f"PT{queue.modelled_backoff(wait, retries - 1)}S" if "retryWaits" in wait else None,
    )
