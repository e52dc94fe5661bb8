"""Whoever is told that a task is completed, or a message delivered, is right, whatever is moved in that moment."""

from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from contract import routes, tables
from functions.correlation.handler import handle as correlation
from functions.deployments.handler import handle as deployments
from functions.runtime.records import Item, Put, Update
from functions.runtime.starting import INSTANCE
from functions.tasks.handler import handle as tasks
from functions.tasks.ids import task_id
from tests.effort import effort
from tests.functions.deployments.test_moving_killed import rest, standing
from tests.functions.interleaving import Interleaved, Operation
from tests.functions.invoking import Context, call, stream_event

KEY = "B-1"
ONCE = {"idempotency-key": "once"}
_STREAMED = (tables.WAITS, tables.MESSAGES)


class Moment:
    """Somebody ends the wait at A while an operator begins B beside it, or puts A's token to B."""

    def __init__(self, kind: str, cancel: bool) -> None:
        self.kind, messages = kind, {"signed": KEY} if kind == "message" else {}
        self.world = standing(kind, messages)
        (self.instance,) = (i for i in self.world.store.items(tables.INSTANCES) if i["sk"] == INSTANCE)
        (self.wait,) = self.world.store.items(tables.WAITS)
        self.subscriptions = [i for i in self.world.store.items(tables.MESSAGES) if "waitSk" in i]
        self.world.store.changes.clear()
        self.together = Interleaved(self.world)
        self.answering = self.together.begin("answer", self._answer)
        self.moving = self.together.begin("move", lambda: self._move(cancel))

    def _answer(self) -> Any:
        if self.kind == "message":
            body = {"name": "signed", "correlationKey": KEY, "messageId": "m1", "variables": {"n": 1}}
            return call(self.world, correlation, routes.PUBLISH_MESSAGE, body=body, headers=ONCE)
        path = {"id": task_id(self.wait["pk"], self.wait["sk"])}
        return call(self.world, tasks, routes.COMPLETE_TASK, path=path, body={"variables": {"n": 1}}, headers=ONCE)

    def _move(self, cancel: bool) -> Any:
        body = {"start": ["B"], "cancel": ["A"] if cancel else []}
        path = {"id": self.instance["pk"]}
        return call(self.world, deployments, routes.MODIFY_INSTANCE, path=path, body=body)

    def stream(self) -> None:
        """The oldest change is told, again if it is not taken."""
        changes = [c for c in self.world.store.changes if c.table in _STREAMED]
        if changes:
            self.world.store.changes.remove(changes[0])
            if correlation.with_ports(self.world.ports)(stream_event(changes[:1]), Context())["batchItemFailures"]:
                self.world.store.changes.append(changes[0])

    def take_over(self) -> None:
        """The execution that goes on updates the record of what waits in it, as its states do."""
        machines = self.world.machines
        for arn, execution in machines.executions.items():
            moved = execution.input["_dpc"].get("moved", {}).values()
            stands = {token["state"] for token in moved if token["child"] is None}
            if execution.status == "RUNNING" and "A" in stands and not machines.histories[arn]:
                key = self.wait["pk"], self.wait["sk"]
                token = machines.wait_token(arn, self.wait["sk"])
                taken = {**self._taken_over(), "token": token, "execution": arn}
                subscriptions = [Put(tables.MESSAGES, {**each, "token": token}) for each in self.subscriptions]
                self.world.store.write(Update(tables.WAITS, *key, set=taken), *subscriptions)

    def _taken_over(self) -> Item:
        functions_add = ("pk", "sk", "answer", "message", "draft")
        return {name: value for name, value in self.wait.items() if name not in functions_add}

    def come_to_rest(self) -> None:
        """Whoever was not answered asks again."""
        for operation in (self.answering, self.moving):
            operation.finish()
        rest(self.world)
        self.take_over()
        rest(self.world)
        self.status = self._answer().status if self.answering.killed else self.answering.result.status
        rest(self.world)

    @property
    def open(self) -> list[Item]:
        return [wait for wait in self.world.store.items(tables.WAITS) if wait["elementId"] == "A"]

    @property
    def told(self) -> list[Any]:
        return [a["variables"] for a in self.world.machines.answers.values()]


STEPS = st.lists(
    st.sampled_from(["answering", "moving", "moving", "moving", "stream", "take over", "kill answer", "kill move"]),
    max_size=60,
)


def played(kind: str, cancel: bool, steps: list[str]) -> Moment:
    """The moment, in these turns; then all that is still to be done is done."""
    moment = Moment(kind, cancel)
    for step in steps:
        match step:
            case "answering" | "moving":
                operation: Operation = getattr(moment, step)
                if not operation.done:
                    operation.step()
            case "stream":
                moment.stream()
            case "take over":
                moment.take_over()
            case "kill answer":
                moment.answering.kill()
            case "kill move":
                moment.moving.kill()
    moment.come_to_rest()
    return moment


@given(cancel=st.booleans(), steps=STEPS)
@effort(150)
def test_a_task_that_was_said_to_be_completed_is(cancel: bool, steps: list[str]) -> None:
    moment = played("user", cancel, steps)
    assert not moment.told or moment.told == [{"n": 1}]
    assert not (moment.told and moment.open), "completed and open"
    assert all("answer" not in wait for wait in moment.open)
    moved = not moment.moving.killed and moment.moving.result.status == 200
    if not (cancel and moved) and not (moment.moving.killed and cancel):
        assert bool(moment.told) != bool(moment.open), "lost"
        assert bool(moment.told) == (moment.status == 200), "said to be completed"


@given(cancel=st.booleans(), steps=STEPS)
@effort(150)
def test_a_message_reaches_who_waits_or_waits_itself(cancel: bool, steps: list[str]) -> None:
    moment = played("message", cancel, steps)
    kept = [i for i in moment.world.store.items(tables.MESSAGES) if i["sk"].startswith("MSG#")]
    published = any(i["pk"] == "MESSAGE-ID#m1" for i in moment.world.store.items(tables.MESSAGES))
    assert published and moment.status == 202
    assert len(moment.told) + len(kept) == published, (moment.told, kept)
    assert not (kept and moment.open), "a message that nobody delivers"
    assert not (moment.told and moment.open), "delivered, and it waits"
