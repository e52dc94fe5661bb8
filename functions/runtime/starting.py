"""Starting an instance, whoever starts it (a channel, a message, a product's sale).

request(): the instance and its InstanceRequested event join the caller's transaction
  |
commit
  |
launch(): StartExecution; after a crash the event's consumer does it. The execution's name makes it happen once.
"""

import json
from collections.abc import Mapping
from typing import Any

from contract import errors, events, tables
from functions.runtime import variables as process_variables
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ABSENT, Item, Put, Update, Write
from functions.runtime.unit import Unit

INSTANCE = "INSTANCE"
"""The sort key of an instance's own item."""
MOVED = "MOVED#"
"""How the sort key of `moved_item` begins; the name of the execution follows."""
ENDED = "ENDED#"
"""How the sort key of the note begins that an instance has ended; its id follows."""


def request(
    ports: Ports,
    unit: Unit,
    process: Item,
    *,
    variables: Mapping[str, Any],
    business_key: str = "",
    initiator: str = "",
    start: str = "",
    tokens: Mapping[str, Any] | None = None,
    instance_id: str = "",
    alone: str = "",
) -> Item:
    """Add a new instance of a registry item's process version to the unit; answers its item.

    `start` says which of several ways to begin it takes; empty: that of whoever asks for an instance. `tokens`: where
    it begins instead, as the machine of `process` was made for (`state_machines.resume`). `instance_id`: its id, if it
    has one already. `alone`: where its end is told, since a message waits for it to start the next one.
    Raises `ProblemError` if the variables are too large, or the version is out of service.
    """
    if "retiredAt" in process:
        words = f"Version {process['version']} of {process['id']} is out of service; start a newer one."
        raise ProblemError(errors.CONFLICT, words)
    process_variables.check_size(variables)
    instance_id, now = instance_id or ports.ids.new(), ports.clock.now().isoformat()
    item: Item = {
        "pk": instance_id,
        "sk": INSTANCE,
        "entity": "instance",
        "processId": process["id"],
        "version": int(process["version"]),
        "status": "active",
        "startedAt": now,
        "initiator": initiator,
        "startVariables": process_variables.dump(variables),
        "machine": process["machine"],
        "execution": execution_arn(process["machine"], execution_name(instance_id)),
    }
    item |= {name: value for name, value in (("start", start), ("alone", alone)) if value}
    if tokens is not None:
        item |= {"tokens": json.dumps(tokens, ensure_ascii=False), "moved": 1}
        unit.add(Put(tables.INSTANCES, moved_item(instance_id, execution_name(instance_id), item["version"])))
    if business_key:  # an index key cannot be empty
        item["businessKey"] = business_key
    unit.add(Put(tables.INSTANCES, item, when=ABSENT))
    about = {"instanceId": instance_id, "processId": item["processId"], "version": item["version"]}
    unit.emit(events.INSTANCE_REQUESTED, {**about, "businessKey": business_key})
    return item


def launch(ports: Ports, instance: Item) -> None:
    """Start the execution of a requested instance. Safe to repeat."""
    about = {
        "processId": instance["processId"],
        "version": int(instance["version"]),
        "businessKey": instance.get("businessKey", ""),
        "initiator": instance.get("initiator", ""),
    }
    if instance.get("start"):
        about["start"] = instance["start"]
    if instance.get("tokens"):
        about["moved"] = json.loads(instance["tokens"])
    given = {**json.loads(instance["startVariables"]), process_variables.RESERVED: about}
    ports.machines.start(instance["machine"], execution_name(instance["pk"]), given)


def told_end(instance: Item) -> list[Write]:
    """What joins the transaction in which an instance ends: of one that was alone, a note for who waits for that."""
    if "alone" not in instance:
        return []
    about = {"processId": instance["processId"], "key": instance["businessKey"]}
    return [Update(tables.MESSAGES, instance["alone"], f"{ENDED}{instance['pk']}", set=about)]


def moved_item(instance_id: str, name: str, version: int, **more: Any) -> Item:
    """What telemetry must know of an execution that begins elsewhere than where its process does.

    `more`: of one that goes on for another, `from` (its name), `fromVersion`, `left` (JSON: pairs of element and since
    when, of the tokens that are no more).
    """
    return {"pk": instance_id, "sk": f"{MOVED}{name}", "version": version, **more}


def execution_name(instance_id: str, number: int = 1) -> str:
    """The name of an instance's n-th execution.

    >>> execution_name("01j")
    '01j_1'
    """
    return f"{instance_id}_{number}"


def sibling_arn(execution: str, name: str) -> str:
    """The ARN of another execution of the same machine.

    >>> sibling_arn("arn:aws:states:eu-central-1:1:execution:m:i1_1", "i1_2")
    'arn:aws:states:eu-central-1:1:execution:m:i1_2'
    """
    return f"{execution.rpartition(':')[0]}:{name}"


def execution_arn(machine_arn: str, name: str) -> str:
    """The ARN of an execution by its machine's (or machine version's) ARN and its own name.

    >>> execution_arn("arn:aws:states:eu-central-1:1:stateMachine:m:3", "i1_1")
    'arn:aws:states:eu-central-1:1:execution:m:i1_1'
    """
    parts = machine_arn.split(":")
    return ":".join([*parts[:5], "execution", parts[6], name])
