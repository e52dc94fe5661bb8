"""External jobs as a state machine leaves them in the table, with an execution that waits for their tokens."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from contract import tables
from functions.runtime.records import Item, Put
from functions.tasks.ids import task_id
from tests.functions.fakes import World


def moment(world: World, **later: float) -> str:
    """A moment counted from now, as the API writes it."""
    at = world.clock.now() + timedelta(**later)
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def same_moment(left: str, right: str) -> bool:
    return datetime.fromisoformat(left) == datetime.fromisoformat(right)


def add_job(world: World, instance: str = "i1", state: str = "Ship", type_: str = "ship", **attributes: Any) -> str:
    """Put a wait as docs/records.md describes it; answers the job's id."""
    execution = world.machines.start("arn:aws:states:eu-central-1:123456789012:stateMachine:m:1", f"{instance}_1", {})
    inputs = attributes.pop("inputs", {})
    variables = {"_dpc": {"processId": "orders"}, **attributes.pop("variables", {}), **inputs}
    item: Item = {
        "pk": instance, "sk": f"wait#{state}@1795312800000", "kind": "job", "elementId": state, "elementName": "",
        "elementType": "serviceTask", "processId": "orders", "version": 1, "businessKey": "B-1",
        "token": world.machines.wait_token(execution), "execution": execution, "since": moment(world), "timeoutAt": "",
        "variables": json.dumps(variables), "exact": "true", "events": "[]", "jobType": type_, "retries": 3,
        "headers": json.dumps(attributes.pop("headers", {})), "inputs": json.dumps(inputs), **attributes,
    }  # fmt: skip
    world.store.write(Put(tables.WAITS, item))
    return task_id(item["pk"], item["sk"])
