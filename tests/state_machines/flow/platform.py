"""A small platform around compiled processes: the tables as the machines write them, correlation, workers, time.

Correlation here is a few lines that mean the same as `functions/correlation`: they are the second opinion on it.
"""

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from state_machines.by_reference.asking import evaluate
from state_machines.by_reference.evaluating import NotEvaluatedError
from state_machines.by_reference.values import in_memory, loaded
from state_machines.compilation import CompiledProcess
from state_machines.scenarios import items, leaving
from state_machines.simulator import (
    Completed,
    Failed,
    Simulator,
    SimulatorError,
    Started,
    TaskOutcome,
    TaskRequest,
    VirtualClock,
)
from tests.state_machines.flow.showing import iso, shown, strays

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
PREFIX = "arn:aws:states:eu-central-1:000000000000:stateMachine:"
Item = dict[str, Any]
Worker = Callable[[Item], Any]


class Platform:
    """Runs instances of several compiled processes under one virtual clock."""

    def __init__(
        self,
        processes: Iterable[CompiledProcess],
        functions: Mapping[str, Worker] | None = None,
        limits: tuple[int, int] | None = None,
    ) -> None:
        self.processes = {process.id: process for process in processes}
        self.functions = dict(functions or {})
        self.tables: dict[str, dict[tuple[str, str], Item]] = {"waits": {}, "messages": {}}
        self.calls: list[Item] = []
        self.apart: set[str] = set()
        """Processes that were not deployed together with the others."""
        self.records: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
        """What machines write natively and read themselves."""
        self.served: dict[str, Callable[[Item], TaskOutcome]] = {
            "stopExecution": self._stopped,
            "sendTaskSuccess": self._answered,
            "query": self._listed,
            "getItem": self._found,
        }
        self.storage = in_memory(*(limits or ()))
        self.lost: list[bool] = []
        """Which of the next arrivals at joins are not answered, though they are written; the last comes first."""
        self.later: list[Callable[[], None]] = []
        self.clock = VirtualClock(START)
        machines = {PREFIX + name: process.machines["main"] for name, process in self.processes.items()}
        self.simulator = Simulator(machines, self, self.clock)
        self.executions: dict[str, str] = {}
        """Execution ARN -> process id."""
        self.moved: set[str] = set()
        """Executions that were stopped to go on elsewhere: what they have left open is taken over."""

    # What stands elsewhere

    def whole(self, value: Any) -> Any:
        """A value with what of it stands elsewhere."""
        return loaded(value, self.storage.fetch)

    def _evaluated(self, payload: Item) -> Item:
        execution = payload["context"]["execution"]
        definition = self.simulator.definition(execution)
        now = int(self.clock.now().timestamp() * 1000)
        return evaluate(payload, definition, self.simulator.history(execution), self.storage, now)

    # What machines do

    def call(self, request: TaskRequest) -> TaskOutcome:
        arguments: Any = request.arguments
        if request.resource.endswith("lambda:invoke"):
            return self._invoke(arguments["Payload"])
        action = request.resource.removesuffix(".waitForTaskToken").rpartition(":")[2]
        if action in self.served:
            return self.served[action](arguments)
        if action == "updateItem" and arguments["TableName"] == "${dpc:table:messages}":
            return self._changed(arguments)
        writes = _writes(arguments, request.resource)
        for _, write in writes:
            if "attribute_not_exists(closed)" in write.get("ConditionExpression", "") and "closed" in (
                self._table(write).get(_key(write), {})
            ):
                if len(writes) > 1:
                    cause = "Transaction cancelled, please refer cancellation reasons [ConditionalCheckFailed, None]"
                    return Failed("DynamoDb.TransactionCanceledException", cause)
                return Failed("DynamoDb.ConditionalCheckFailedException", "The conditional request failed")
        for kind, write in writes:
            self._apply(kind, write)
        return Started({})

    def _changed(self, arguments: Item) -> TaskOutcome:
        """An update of a record: of a join, of what was completed, of open handlers."""
        key = _plain(arguments["Key"])
        item = self.records.get((key["pk"], key["sk"]), {name: {"S": value} for name, value in key.items()})
        if not items.holds(item, arguments):
            return Failed("DynamoDb.ConditionalCheckFailedException", "The conditional request failed")
        item = self.records[key["pk"], key["sk"]] = items.update(item, arguments)
        if self.lost and key["pk"].startswith(("JOIN#", "ENDED#")) and self.lost.pop():
            return Failed("DynamoDb.InternalServerErrorException", "The answer is lost")
        if key["pk"].startswith("VARIABLES#"):
            self.later.append(lambda: self.hear(key["pk"], item))
        if "token" in item and ":token" in arguments["ExpressionAttributeValues"]:
            return Started({})
        return Completed({"Attributes": json.loads(json.dumps(item))})

    def _stopped(self, arguments: Item) -> TaskOutcome:
        self.simulator.stop(arguments["ExecutionArn"])
        return Completed({})

    def _answered(self, arguments: Item) -> TaskOutcome:
        self.simulator.send_task_success(arguments["TaskToken"], json.loads(arguments["Output"]))
        return Completed({})

    def _listed(self, arguments: Item) -> TaskOutcome:
        pk = arguments["ExpressionAttributeValues"][":pk"]["S"]
        until = arguments["ExpressionAttributeValues"].get(":until", {"S": "~"})["S"]
        rows = [self.records[key] for key in sorted(self.records, reverse=True) if key[0] == pk and key[1] < until]
        wanted = arguments["ProjectionExpression"].split(", ")
        found = [{n: v for n, v in row.items() if n in wanted} for row in rows if "taken" not in row]
        return Completed({"Items": found, "Count": len(found)})

    def write(self, arn: str, **variables: Any) -> "Platform":
        """What an operator writes into an instance."""
        instance = self.simulator.describe(arn).name.split("_")[0]
        aliases = {f"#{part}{i}": f"{part}|{name}" for i, name in enumerate(variables) for part in "vnb"}
        values: Item = {f":v{i}": {"S": json.dumps(value)} for i, value in enumerate(variables.values())}
        number = "if_not_exists(#t, :zero) + :one"
        sets = ", ".join(f"#v{i} = :v{i}, #n{i} = {number}, #b{i} = :b" for i in range(len(variables)))
        arguments = {
            "TableName": "${dpc:table:messages}",
            "Key": {"pk": {"S": f"VARIABLES#{instance}"}, "sk": {"S": "-"}},
            "UpdateExpression": f"SET #t = {number}, {sets}",
            "ExpressionAttributeNames": {"#t": "total", **aliases},
            "ExpressionAttributeValues": {**values, ":zero": {"N": "0"}, ":one": {"N": "1"}, ":b": {"S": ""}},
        }
        self._changed(arguments)
        return self.run()

    def hear(self, pk: str, row: Item) -> None:
        """Wakes those who wait for what was written since they knew it."""
        for sub in [r for r in self.tables["messages"].values() if r["pk"] == pk and r["sk"].startswith("SUB#")]:
            news = [n for n in json.loads(sub["reads"]) if int(row.get(f"n|{n}", {"N": "0"})["N"]) > int(sub["seen"])]
            if news:
                about = {"at": row["total"]["N"], "by": {name: row[f"b|{name}"]["S"] for name in news}}
                values = {name: json.loads(row[f"v|{name}"]["S"]) for name in news}
                self._deliver(sub, {"variables": {**values, "_dpc": about}})

    def _found(self, arguments: Item) -> TaskOutcome:
        """What is published: the registry's items of the processes, with a tag and what was deployed with them."""
        key = _plain(arguments["Key"])
        if (key["pk"], key["sk"]) in self.records:
            return Completed({"Item": json.loads(json.dumps(self.records[key["pk"], key["sk"]]))})
        process = self.processes.get(key["pk"].removeprefix("PROCESS#"))
        known = ("CURRENT", "V#00000001", f"TAG#{process.version_tag}" if process else "")
        if arguments["TableName"] != "${dpc:table:registry}" or process is None or key["sk"] not in known:
            return Completed({})
        together = {name: {"arn": PREFIX + name, "version": 1} for name in self.processes if name not in self.apart}
        item = {"machine": {"S": PREFIX + process.id}, "version": {"N": "1"}, "together": {"S": json.dumps(together)}}
        return Completed({"Item": item})

    def _table(self, write: Item) -> dict[tuple[str, str], Item]:
        return self.tables[write["TableName"].removeprefix("${dpc:table:").removesuffix("}")]

    def _apply(self, kind: str, write: Item) -> None:
        table, key = self._table(write), _key(write)
        if kind == "Put":
            table[key] = _plain(write["Item"])
            assert all(isinstance(value, str) for value in table[key].values()), write
            if key[1].startswith("SUB#") and key[0].startswith("VARIABLES#"):
                self.later.append(lambda: self.hear(key[0], self.records.get((key[0], "-"), {})))
            elif key[1].startswith("SUB#"):
                self.later.append(self.match)
        elif kind == "Delete":
            table.pop(key, None)
        else:
            row = table.setdefault(key, {"pk": key[0], "sk": key[1]})
            changed = _plain(items.update({name: {"S": value} for name, value in row.items()}, write))
            row.clear()
            row.update(changed)
            if "closed" in row and "token" in row:
                self.later.append(lambda: None if "answer" in row else self.answer(row, "closed", {}))

    def _invoke(self, payload: Item) -> TaskOutcome:
        self.calls.append(payload)
        name, given = payload["connector"], payload["input"]
        if name == "dpc:publish-message":
            self.publish(given["name"], given["correlationKey"], given["variables"])
            self.match()
            return Completed({"Payload": {}})
        if name == "dpc:broadcast-signal":
            self.broadcast(given["name"], given["variables"], given["at"])
            return Completed({"Payload": {}})
        if name == "dpc:evaluate":
            try:
                return Completed({"Payload": self._evaluated(payload)})
            except NotEvaluatedError as error:
                return Failed("ConnectorRejected", json.dumps({"errorMessage": str(error)}))
        if name == "dpc:find-answer":
            return self._answer_of(given)
        if name == "dpc:leave-scope":
            return Completed({"Payload": {"variables": self._leave(payload)}})
        if name == "dpc:read-scope":
            records = self._handlers_of(payload)
            return Completed({"Payload": {"variables": leaving.read(payload, self.simulator.history, records)}})
        try:
            result = self.functions[name]({**payload, "input": self.whole(given)})
            return Completed({"Payload": self.storage.aside(result)})
        except BpmnError as error:
            return Failed("BpmnError", json.dumps({"errorType": "BpmnError", "errorMessage": json.dumps(error.body)}))

    def _answer_of(self, given: Item) -> TaskOutcome:
        entered, copied = None, "~" in given["state"]
        for event in self.simulator.history(given["execution"]):
            details = event.get("stateEnteredEventDetails", {})
            if details.get("name") == given["state"] and (copied or iso(event["timestamp"]) == given["since"]):
                entered = event["id"]
            elif event["type"] == "TaskSucceeded" and entered:
                return Completed({"Payload": json.loads(event["taskSucceededEventDetails"]["output"])})
            elif event["type"] == "TaskStateExited":
                entered = None
        return Failed("ConnectorRejected", "{}")

    def _leave(self, payload: Item) -> Item:
        given, instance = payload["input"], payload["context"]["instanceId"]
        place = given["before"]["_dpc"].get("at", "")
        prefixes = tuple(f"wait#{path}@" for path in given["waits"])
        closed, stopped = self._stop_handlers(payload)
        gone = [
            item
            for (pk, sk), item in sorted(self.tables["waits"].items(), key=lambda row: row[1].get("since", ""))
            if (
                pk == instance
                and sk.startswith(prefixes)
                and item.get("since", given["since"]) >= given["since"]
                and (f"{sk.partition('@')[2].partition('#')[2]}.".startswith(f"{place}.") or not place)
            )
            or item.get("execution") in stopped
        ]
        variables = leaving.written(payload, self.simulator.history, stopped, closed)
        for item in gone:
            self.remove(item)
        return variables

    def _stop_handlers(self, payload: Item) -> tuple[list[Item], set[str]]:
        """The records of scopes that are left, and their open handlers, which run in executions of their own."""
        closed = leaving.close_handlers(payload, self._handlers_of(payload))
        for record in closed:
            self.records[f"ASIDE#{payload['context']['instanceId']}", record["sk"]]["closed"] = {"N": "1"}
        stopped = leaving.open_in(payload, closed)
        for execution in stopped:
            self.simulator.stop(execution)
        return closed, stopped

    def _handlers_of(self, payload: Item) -> list[tuple[str, Item]]:
        """The records of the instance's handlers, by their keys."""
        partition = f"ASIDE#{payload['context']['instanceId']}"
        return [(sk, dict(record)) for (pk, sk), record in self.records.items() if pk == partition]

    # Correlation

    def publish(self, name: str, key: str = "", variables: Item | None = None) -> None:
        at = iso(self.clock.now())
        pk = f"MESSAGE#{_encoded(name)}#{_encoded(key)}"
        variables = variables if name.startswith("dpc:") else self.storage.parts_aside(variables or {})
        row = {"pk": pk, "sk": f"MSG#{at}#{len(self.calls)}", "variables": variables or {}, "name": name}
        self.tables["messages"][row["pk"], row["sk"]] = row
        self.later.append(self.match)

    def broadcast(self, name: str, variables: Item | None = None, at: str = "") -> None:
        """A signal that a state threw, entered `at`; or from outside: then only they hear it who wait already."""
        outside, at = not at, at or iso(self.clock.now())
        pk = f"SIGNAL#{_encoded(name)}"
        variables = self.storage.parts_aside(variables or {})
        row: Item = {"pk": pk, "sk": f"THROW#{at}#{len(self.calls)}", "at": at, "variables": variables, "heard": set()}
        subscribed = (r for r in self.tables["messages"].values() if r["pk"] == pk and r["sk"].startswith("SUB#"))
        row["there"] = {(r["instanceId"], r["waitSk"]) for r in subscribed} if outside else None
        self.tables["messages"][row["pk"], row["sk"]] = row
        self.later.append(self.match)
        waits = {
            r["processId"] for r in self.tables["messages"].values() if r["pk"] == pk and r["sk"].startswith("SUB#")
        }
        for process in self.processes.values():
            for t in process.triggers:
                if t.kind == "signal" and t.message == name and not (t.together and process.id in waits):
                    self.later.append(partial(self.start, process.id, variables or {}, started=t.key))

    def match(self) -> None:
        rows = self.tables["messages"]
        for row in sorted(rows.values(), key=lambda r: r["sk"]):
            waiting = sorted(
                (r for r in rows.values() if r["pk"] == row["pk"] and r["sk"].startswith("SUB#")), key=_since
            )
            if row["sk"].startswith("THROW#"):
                for sub in waiting:
                    who = (sub["instanceId"], sub["waitSk"])
                    late = sub["since"] == row["at"] and row["there"] is not None and who not in row["there"]
                    if sub["since"] <= row["at"] and not late and who not in row["heard"]:
                        row["heard"].add(who)
                        self._deliver(sub, row)
            elif row["sk"].startswith("MSG#"):
                if waiting:
                    del rows[row["pk"], row["sk"]]
                    self._deliver(waiting[0], row)
                else:
                    self._start_by(row)

    def _start_by(self, row: Item) -> None:
        for process in self.processes.values():
            key = next((t.key for t in process.triggers if t.kind == "message" and t.message == row["name"]), None)
            if key is not None:
                del self.tables["messages"][row["pk"], row["sk"]]
                self.start(process.id, row["variables"], started=key)
                return

    def _deliver(self, subscription: Item, row: Item) -> None:
        wait = self.tables["waits"].get((subscription["instanceId"], subscription["waitSk"]))
        if wait is not None and wait.get("token") == subscription["token"]:
            self.answer(wait, subscription["event"], row["variables"])

    def answer(self, wait: Item, event: str, variables: Item) -> None:
        wait["answer"] = event
        self.remove(wait, tombstone="closed" in wait and event != "closed")
        with contextlib.suppress(SimulatorError):  # the wait may have ended in the meantime
            self.simulator.send_task_success(wait["token"], {"event": event, "variables": variables})

    def fail(self, wait: Item, code: str, message: str = "") -> None:
        self.remove(wait)
        cause = json.dumps({"code": code, "message": message, "variables": {}})
        self.simulator.send_task_failure(wait["token"], "BpmnError", cause)

    def remove(self, wait: Item, *, tombstone: bool = False) -> None:
        if not tombstone:
            self.tables["waits"].pop((wait["pk"], wait["sk"]), None)
        gone = [k for k, row in self.tables["messages"].items() if row.get("token", "-") == wait.get("token")]
        for key in gone:
            del self.tables["messages"][key]

    # What the outside does

    def start(self, process_id: str, variables: Item | None = None, business_key: str = "", started: str = "") -> str:
        process = self.processes[process_id]
        reserved = {"processId": process.id, "version": 1, "businessKey": business_key, "initiator": ""}
        reserved |= {"start": started} if started else {}
        name = f"inst-{len(self.executions) + 1}_1"
        arn = self.simulator.start(
            PREFIX + process_id, {**self.storage.parts_aside(variables or {}), "_dpc": reserved}, name
        )
        self.executions[arn] = process_id
        return arn

    def run(self) -> "Platform":
        """Until nothing moves."""
        while self.simulator.run_until_idle() or self.later:
            pending, self.later = self.later, []
            for action in pending:
                action()
        for execution in self.simulator.executions():
            called: Any = execution.input
            self.executions.setdefault(execution.arn, called["_dpc"]["processId"])
            ended = execution.status in ("ABORTED", "FAILED", "TIMED_OUT")
            if ended and execution.arn not in self.moved:  # telemetry closes what it has left open
                instance, _, number = execution.name.partition("_")
                whole = instance if number.isdigit() and len(number) < 20 else ""
                left = [
                    wait
                    for (pk, _), wait in self.tables["waits"].items()
                    if wait.get("execution") == execution.arn or pk == whole
                ]
                for wait in left:
                    self.remove(wait)
        return self

    def pass_time(self, duration: timedelta) -> "Platform":
        end = self.clock.now() + duration
        self.run()
        while (due := self.simulator.next_due()) is not None and due <= end:
            self.clock.set(max(due, self.clock.now()))
            self.run()
        self.clock.set(end)
        return self.run()

    def open(self, kind: str = "") -> list[Item]:
        """Open wait points, those of watchers left out."""
        waits = [wait for wait in self.tables["waits"].values() if wait.get("token") and wait["kind"] != "scope"]
        return sorted((w for w in waits if kind in ("", w["kind"])), key=lambda w: (w["since"], w["elementId"]))

    def variables_of(self, element: str) -> Item:
        """What the record of a waiting element says of its variables."""
        (wait,) = (wait for wait in self.open() if wait["elementId"] == element)
        found = json.loads(wait["variables"]).items()
        return self.whole({name: value for name, value in found if name != "_dpc"})

    def do(self, element: str, variables: Item | None = None, place: int = 0) -> "Platform":
        """Completes the task; where several wait, the one at this place."""
        found = [wait for wait in self.open() if wait["elementId"] == element]
        assert found, (element, [wait["elementId"] for wait in self.open()])
        self.answer(found[place], element, self.storage.parts_aside(variables or {}))
        return self.run()

    # What came of it

    def status(self, arn: str) -> str:
        found = self.simulator.describe(arn)
        if found.status == "RUNNING":
            instance = found.name.split("_")[0]
            parked = any(wait["pk"] == instance for wait in self.open("incident"))
            return "incident" if parked else "active"
        return {"SUCCEEDED": "completed"}.get(found.status, "failed")

    def variables(self, arn: str) -> Item:
        output: Any = self.simulator.describe(arn).output
        return self.whole({name: value for name, value in output.items() if name != "_dpc"})

    def passages(self, arn: str) -> list[tuple[str, str]]:
        """Each passage of an element, with its state, as telemetry sees it."""
        *_, last = shown(self.processes[self.executions[arn]], self.simulator.history(arn))
        return [(passage.element, passage.state) for passage in last.findings.passages.values()]

    def strays(self, arn: str) -> set[str]:
        """What an instance's own execution shows as active while the sub-process around it is not."""
        own = arn.endswith("_1")
        return strays(self.processes[self.executions[arn]], self.simulator.history(arn)) if own else set()

    def completed(self, arn: str) -> Counter[str]:
        return Counter(element for element, state in self.passages(arn) if state == "completed")

    def of_instance(self, arn: str) -> list[str]:
        """The executions of the instance that an execution has begun, itself first."""
        name = arn.rpartition(":")[2].partition("_")[0] + "_"
        return [each for each in self.executions if each.rpartition(":")[2].startswith(name)]

    def restart(self) -> None:
        """The simulator as another process finds it after a stop."""
        self.simulator = Simulator.restore(self.simulator.dump(), self, self.clock)


class BpmnError(Exception):
    """What a function raises for a BPMN error."""

    def __init__(self, code: str, message: str = "", variables: Item | None = None) -> None:
        super().__init__(code)
        self.body = {"code": code, "message": message, "variables": variables or {}}


def _writes(arguments: Any, resource: str) -> list[tuple[str, Item]]:
    if "transactWriteItems" in resource:
        return [entry for item in arguments["TransactItems"] for entry in item.items()]
    kinds = {"deleteItem": "Delete", "updateItem": "Update", "putItem": "Put"}
    return [(next(kind for name, kind in kinds.items() if name in resource), arguments)]


def _key(write: Item) -> tuple[str, str]:
    key = _plain(write.get("Key") or write["Item"])
    return key["pk"], key["sk"]


def _plain(item: Item) -> Item:
    return {name: value for name, typed in item.items() for value in typed.values()}


def _since(row: Item) -> tuple[str, str]:
    return row["since"], row["sk"]


def _encoded(text: str) -> str:
    return quote(text, safe="!'()*-._~")
