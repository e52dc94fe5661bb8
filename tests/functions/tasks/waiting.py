"""User tasks as a state machine leaves them in the table, with an execution that waits for their tokens."""

import json
from typing import Any

from contract import buckets, tables
from functions.runtime.records import Item, Put
from functions.tasks.ids import task_id
from tests.functions.fakes import World


def add_task(world: World, instance: str = "i1", state: str = "CheckApplication", **attributes: Any) -> str:
    """Put a wait as docs/records.md describes it; answers the task's id."""
    execution = world.machines.start("arn:aws:states:eu-central-1:123456789012:stateMachine:m:1", f"{instance}_1", {})
    since = attributes.pop("since", world.clock.now().isoformat(timespec="milliseconds"))
    variables = {"_dpc": {"processId": "cash-loan"}, **attributes.pop("variables", {})}
    item: Item = {
        "pk": instance, "sk": f"wait#{state}@1795312800000", "kind": "user", "elementId": state,
        "elementName": "Check", "elementType": "userTask", "processId": "cash-loan", "version": 1, "businessKey": "B-1",
        "token": world.machines.wait_token(execution), "execution": execution, "since": since, "timeoutAt": "",
        "variables": json.dumps(variables), "exact": "true", "events": "[]", "formKey": "", "assignee": "",
        "candidateUsers": "", "candidateGroups": "back-office", "dueDate": "", "followUpDate": "", "priority": 50,
        **attributes,
    }  # fmt: skip
    world.store.write(Put(tables.WAITS, item))
    return task_id(item["pk"], item["sk"])


def add_form(world: World, key: str, *components: dict[str, Any], process: str = "cash-loan") -> None:
    """Publish a form with version 1 of the process."""
    form = {"type": "default", "components": list(components)}
    world.objects.put(buckets.ARTIFACTS, f"processes/{process}/1/forms/{key}.json", json.dumps(form).encode(), "")
