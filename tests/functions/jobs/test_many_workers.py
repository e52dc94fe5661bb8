"""Workers in random turns against a simple model: no job in two hands, none lost, none ended twice."""

from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from contract import routes, tables
from functions.correlation.handler import handle as correlation
from functions.jobs.handler import handle
from tests.effort import effort
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call, deliver_changes
from tests.functions.jobs.waiting import add_job
from tests.functions.steps import KilledError

WORKERS = st.sampled_from(["w1", "w2", "w3"])
SECONDS = st.integers(1, 30)
KILLS = st.none() | st.integers(0, 9)


class Jobs(RuleBasedStateMachine):
    """The model: for each open job who holds it, until when nobody else gets it, and how many tries are left."""

    handed_out = Bundle("handed_out")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.jobs: dict[str, dict[str, Any]] = {}
        self.ended = 0
        self.made = 0

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def ask(self, route: routes.Route, id_: str, body: dict[str, Any], kill: int | None = None) -> Reply | None:
        """The reply; None if the function was killed on the way, after which the stream does its part."""
        self.world.steps.taken.clear()
        self.world.steps.kill_at = kill
        try:
            return call(self.world, handle, route, path={"id": id_} if id_ else {}, body=body)
        except KilledError:
            return None
        finally:
            self.world.steps.kill_at, self.world.steps.dead = None, False
            assert deliver_changes(self.world, correlation, [tables.WAITS]) == []

    @rule()
    def a_job_comes(self) -> None:
        self.made += 1
        id_ = add_job(self.world, f"i{self.made}")
        self.jobs[id_] = {"holder": "", "due": self.now, "retries": 3}

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds=seconds)

    @rule(target=handed_out, worker=WORKERS, many=st.integers(1, 3), seconds=SECONDS)
    def fetch(self, worker: str, many: int, seconds: int) -> Any:
        body = {"type": "ship", "worker": worker, "maxJobs": many, "lockDuration": f"PT{seconds}S"}
        reply = self.ask(routes.ACTIVATE_JOBS, "", body)
        free = [id_ for id_, job in self.jobs.items() if job["due"] <= self.now]
        assert reply is not None
        fetched = [job["id"] for job in reply.json["jobs"]]
        assert len(fetched) == len(set(fetched)) == min(many, len(free)) and set(fetched) <= set(free)
        for job in reply.json["jobs"]:
            assert job["retries"] == self.jobs[job["id"]]["retries"]
            self.jobs[job["id"]] |= {"holder": worker, "due": self.now + timedelta(seconds=seconds)}
        return [(id_, worker) for id_ in fetched]

    @rule(held=handed_out, kill=KILLS, how=st.sampled_from(["complete", "error", "give up"]))
    def end(self, held: list[tuple[str, str]], kill: int | None, how: str) -> None:
        route, body = {
            "complete": (routes.COMPLETE_JOB, {"variables": {}}),
            "error": (routes.THROW_JOB_ERROR, {"errorCode": "E"}),
            "give up": (routes.FAIL_JOB, {"retries": 0, "errorMessage": "no"}),
        }[how]
        for id_, worker in held:
            reply = self.ask(route, id_, {**body, "worker": worker}, kill)
            if self.agrees(id_, worker, reply):
                del self.jobs[id_]
                self.ended += 1

    @rule(held=handed_out, seconds=st.integers(0, 20), kill=KILLS)
    def fail(self, held: list[tuple[str, str]], seconds: int, kill: int | None) -> None:
        for id_, worker in held:
            left = max(1, self.jobs.get(id_, {"retries": 1})["retries"] - 1)
            body = {"retries": left, "retryBackoff": f"PT{seconds}S", "errorMessage": "busy", "worker": worker}
            if self.agrees(id_, worker, self.ask(routes.FAIL_JOB, id_, body, kill), "lock"):
                self.jobs[id_] |= {"holder": "", "due": self.now + timedelta(seconds=seconds), "retries": left}

    @rule(held=handed_out, seconds=SECONDS)
    def extend(self, held: list[tuple[str, str]], seconds: int) -> None:
        for id_, worker in held:
            reply = self.ask(routes.EXTEND_JOB, id_, {"lockDuration": f"PT{seconds}S", "worker": worker})
            if self.agrees(id_, worker, reply):
                self.jobs[id_]["due"] = self.now + timedelta(seconds=seconds)

    def agrees(self, id_: str, worker: str, reply: Reply | None, removed: str = "") -> bool:
        """Whether the call had its effect; what was answered must be what the model says."""
        if reply is None:
            return self.happened(id_, removed)
        if id_ not in self.jobs:
            assert reply.code == "not-found"
        elif self.jobs[id_]["holder"] != worker:
            assert reply.code == "job-not-locked"
        else:
            assert reply.status == 200, reply.body
        return reply.status == 200

    def happened(self, id_: str, removed: str) -> bool:
        """After a kill: whether the write was made. Then the stream has done the rest."""
        if id_ not in self.jobs:
            return False
        stored = {(w["pk"], w["sk"]): w for w in self.world.store.items(tables.WAITS)}
        wait = next((w for (pk, _), w in stored.items() if id_.startswith(f"{pk}:")), None)
        return wait is None or (removed != "" and self.jobs[id_]["holder"] != "" and removed not in wait)

    @invariant()
    def every_job_is_open_or_was_ended_once(self) -> None:
        machines = self.world.machines
        assert len(self.world.store.items(tables.WAITS)) == len(self.jobs) == len(machines.tokens)
        assert len(machines.answers) + len(machines.failures) == self.ended


TestJobs = Jobs.TestCase
TestJobs.settings = effort(40, stateful_step_count=25)
