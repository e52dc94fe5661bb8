"""Messages, whatever happens at the same time: publishers and streams interleaved between their calls to AWS, streams
late, doubled and reordered, functions killed, waits timed out, instances cancelled."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contract import routes, tables
from functions.correlation.handler import handle
from functions.instances.handler import handle as instances
from functions.runtime import messages, waits
from functions.runtime.records import Item
from tests.effort import effort
from tests.functions.fakes import Change, World
from tests.functions.interleaving import Interleaved, Operation
from tests.functions.invoking import Context, call, stream_event
from tests.functions.scenes import come_to_rest, published, running, waiting

KEY = "B-1"
NAMES = ("signed", "signed", "signed", "ordered", "renewed")
"""Of these, the last ones start instances: of `sale`, and of `shop` one at a time."""
STREAMED = (tables.WAITS, tables.MESSAGES)


class Correlation(RuleBasedStateMachine):
    """The world and, beside it, what has been told to whom."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        published(self.world, "sale", starts=["ordered"])
        published(self.world, "shop", starts=["renewed"], single=True)
        self.together = Interleaved(self.world)
        self.operations: list[Operation] = []
        self.pending: list[Change] = []
        self.waits: dict[str, Item] = {}
        self.history: list[dict[tuple[str, str], Item]] = []
        self.begun: dict[Operation, int] = {}
        self.published: dict[Operation, str] = {}
        self._look()

    # What happens

    @rule(process=st.sampled_from(["loan", "card", "sale"]), name=st.sampled_from(NAMES))
    def wait(self, process: str, name: str) -> None:
        instance = running(self.world, f"i{len(self.waits)}", process, business_key=KEY)
        wait = waiting(self.world, instance, messages={name: KEY})
        self.waits[wait["token"]] = wait
        self._look()

    @rule(number=st.integers(1, 4), name=st.sampled_from(NAMES))
    def publish(self, number: int, name: str) -> None:
        message_id = f"{name}-{number}"
        body = {"name": name, "correlationKey": KEY, "messageId": message_id, "variables": {"id": message_id}}
        operation = self._begin("publish", lambda: call(self.world, handle, routes.PUBLISH_MESSAGE, body=body))
        self.published[operation] = message_id

    @precondition(lambda self: self._streamed())
    @rule(data=st.data(), again=st.booleans())
    def stream(self, data: st.DataObject, again: bool) -> None:
        place = data.draw(st.sampled_from(self._streamed()))
        change = self.pending[place] if again else self.pending.pop(place)
        self._begin("stream", lambda: self._deliver(change))

    @precondition(lambda self: self.operations)
    @rule(data=st.data(), steps=st.sampled_from([1, 2, 3, 4, 6, 1_000]))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        self._go_on(data.draw(st.sampled_from(self.operations)), steps)

    @precondition(lambda self: self.operations)
    @rule(data=st.data())
    def kill(self, data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(self.operations))
        operation.kill()
        self._settled(operation)

    @precondition(lambda self: self.waits)
    @rule(data=st.data())
    def time_out(self, data: st.DataObject) -> None:
        wait = data.draw(st.sampled_from(list(self.waits.values())))
        if self._stands(wait):
            self.world.machines.time_out(wait["token"])
            kept = self.world.store.get(tables.WAITS, wait["pk"], wait["sk"])
            if kept is not None:
                waits.remove_all(self.world.ports(handle.spec), [kept])
            self._look()

    @precondition(lambda self: self.waits)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        wait = data.draw(st.sampled_from(list(self.waits.values())))
        path = {"id": wait["pk"]}
        self._begin("cancel", lambda: call(self.world, instances, routes.CANCEL_INSTANCE, path=path))

    @precondition(lambda self: self._alone())
    @rule()
    def end(self) -> None:
        path = {"id": self._alone()[0]}
        self._begin("cancel", lambda: call(self.world, instances, routes.CANCEL_INSTANCE, path=path))

    @rule()
    def rest(self) -> None:
        self._come_to_rest()

    def teardown(self) -> None:
        self._come_to_rest()
        self._nothing_is_lost_or_doubled()

    # How it happens

    def _begin(self, name: str, act: Any) -> Operation:
        self.world.clock.advance(milliseconds=1)
        since = len(self.history) - 1
        operation = self.together.begin(name, act)
        self.begun[operation] = since
        self.operations.append(operation)
        self._settled(operation)
        return operation

    def _go_on(self, operation: Operation, steps: int) -> None:
        while steps and not operation.done:
            self.world.clock.advance(milliseconds=1)
            operation.step()
            self._settled(operation)
            steps -= 1

    def _settled(self, operation: Operation) -> None:
        self._look(self.begun.get(operation, 0))
        if operation.done and operation in self.operations:
            self.operations.remove(operation)
            if operation.name == "publish" and not operation.killed:
                self._answer_is_true(operation)

    def _look(self, since: int = 0) -> None:
        """Take the changes up, and remember what the messages table was. `since`: when they were begun."""
        assert len(self._alone()) < 2, "two instances of one key"
        changes = list(self.world.store.changes)
        self.world.store.changes.clear()
        self.pending += changes
        self.history.append({(i["pk"], i["sk"]): i for i in self.world.store.items(tables.MESSAGES)})
        for change in changes:
            if change.table is tables.WAITS and "message" in (change.new or {}) and "message" not in (change.old or {}):
                self._nothing_older_is_left_behind(change.new or {}, since)

    def _alone(self) -> list[str]:
        """The active instance that is to be the only one of its key."""
        items = self.world.store.items(tables.INSTANCES)
        return [item["pk"] for item in items if "alone" in item and "endedAt" not in item]

    def _streamed(self) -> list[int]:
        return [place for place, change in enumerate(self.pending) if change.table in STREAMED]

    def _deliver(self, change: Change) -> None:
        """A stream tells again what was not taken: because the function failed, or was killed."""
        taken = False
        try:
            answer = handle.with_ports(self.world.ports)(stream_event([change]), Context())
            taken = not answer["batchItemFailures"]
        finally:
            if not taken:
                self.pending.append(change)

    def _come_to_rest(self) -> None:
        while self.operations or self._streamed():
            for operation in list(self.operations):
                self._go_on(operation, 1_000)
            for place in self._streamed()[:1]:
                change = self.pending.pop(place)
                self._begin("stream", lambda change=change: self._deliver(change))
        self.world.store.changes = self.pending
        self.pending = []
        come_to_rest(self.world)
        self._look()

    # What must hold

    def _stands(self, wait: Item) -> bool:
        """Whether the machine waits there."""
        machines = self.world.machines
        return wait["token"] in machines.tokens and machines.executions[wait["execution"]].status == "RUNNING"

    def _answer_is_true(self, operation: Operation) -> None:
        """It tells what the message was at some moment of the call; whom it names as reached has got it."""
        reply = operation.result
        assert reply is not None and reply.status == 202, reply.body
        message_id, since = self.published[operation], self.begun[operation]
        told = {(a, *b) for a, *b in (self._became(message_id, at) for at in range(since, len(self.history)))}
        assert (reply.json["result"], *reply.json["instances"]) in told, (reply.json, told)

    def _nothing_older_is_left_behind(self, claimed: Item, since: int) -> None:
        """No older message was there for this process all the time in which this one was on its way to it."""
        message = json.loads(claimed["message"])
        for key in self.history[since]:
            older = key[0] == message["pk"] and key[1].startswith("MSG#") and key[1] < message["sk"]
            rows = [before.get(key) for before in self.history[since:]]
            assert not older or any(not row or claimed["processId"] in row.get("reached", ()) for row in rows), key

    def _became(self, message_id: str, at: int) -> tuple[str, ...]:
        record = self.history[at].get((messages.record_key(message_id), "-"), {})
        reached, started = messages.reached_by(record), messages.started_by(record)
        return ("correlated" if reached else "started" if started else "buffered", *reached, *started)

    def _taken(self) -> Iterator[tuple[str, str, str]]:
        """Message, process and instance of each delivery."""
        for token, answer in self.world.machines.answers.items():
            wait = self.waits[token]
            yield answer["variables"]["id"], wait["processId"], wait["pk"]

    def _nothing_is_lost_or_doubled(self) -> None:
        items = {(i["pk"], i["sk"]): i for i in self.world.store.items(tables.MESSAGES)}
        counted = {pk.partition("#")[2]: i for (pk, _), i in items.items() if pk.startswith("MESSAGE-ID#")}
        kept = {i["messageId"]: i for (_, sk), i in items.items() if sk.startswith("MSG#")}
        taken = list(self._taken())
        executions = [e.input["id"] for e in self.world.machines.executions.values() if "id" in e.input]
        assert len(taken) == len({(id_, process) for id_, process, _ in taken}), "two of one process"
        assert len(executions) == len(set(executions)), "two starts"
        reached = {id_ for id_, *_ in taken}
        assert set(counted) == reached | set(executions) | set(kept), "lost, or not counted"
        assert not set(executions) & (reached | set(kept)), "started and delivered"
        for id_, record in counted.items():
            assert messages.reached_by(record) == [i for i_, _, i in sorted(taken, key=lambda t: t[1]) if i_ == id_]
        open_ = self.world.store.items(tables.WAITS)
        assert all(waits.is_open(wait) and self._stands(wait) for wait in open_), "a wait that stays"
        for id_, message in kept.items():
            meets = {w["processId"] for w in open_ if json.loads(w["events"])[0]["name"] == id_.partition("-")[0]}
            assert meets <= set(message.get("reached", ())), "a message that nobody delivers"
        assert self._alone() or not any("processId" in m and not m.get("reached") for m in kept.values()), "not started"
        subscribed = {i["token"] for (_, sk), i in items.items() if sk.startswith("SUB#")}
        assert subscribed == {wait["token"] for wait in open_}, "a subscription that stays"


TestCorrelation = Correlation.TestCase
TestCorrelation.settings = effort(100, stateful_step_count=40)
