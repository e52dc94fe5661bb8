"""One instance as people see it: the read model, and what it waits for from the waits that its machine wrote."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from contract import errors, tables
from contract.shapes.instances import ElementHistory, FlowCount, History, Incident, Instance, InstanceItem, Waiting
from contract.shapes.work import DocumentItem
from functions.runtime import held, registry, starting, variables, waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import Item
from functions.tasks.ids import task_id

_DETAILS: Mapping[str, tuple[str, ...]] = {
    "user": ("assignee", "candidateUsers", "candidateGroups", "formKey", "dueDate"),
    "job": ("jobType",),
    "incident": ("error", "incidentType"),
}
_SHOWN: Final = (
    *["kind", "since", "token", "answer", "closed", "timeoutAt", "elementId", "elementName", "events", "cause"],
    *(name for names in _DETAILS.values() for name in names),
)
"""What is read of the waits of an instance, of which there may be thousands: not the variables that each has."""


def get_instance(ports: Ports, call: Call) -> Instance:
    """GET /instances/{id}. A case link shows the status of its own instance alone."""
    link = call.caller.link
    if link is not None and not link.covers_instance(call.path["id"]):
        raise ProblemError(errors.FORBIDDEN, "This case link is for another case.")
    instance = load(ports, call.path["id"])
    shown = show(ports, instance, open_waits(ports, instance))
    return shown if link is None else _status_alone(shown)


def _status_alone(instance: Instance) -> Instance:
    """What the holder of a case link may know: how far the case is, and the documents made for them.

    What the company knows of them stays inside.
    """
    status = "active" if instance.status == "incident" else instance.status
    documents = [document for document in instance.documents if document.audience == "applicant"]
    hidden: dict[str, Any] = {"variables": {}, "waiting": [], "incidents": []}
    return instance.model_copy(update={**hidden, "status": status, "documents": documents})


def get_history(ports: Ports, call: Call) -> History:
    """GET /instances/{id}/history: in order of entry."""
    instance = load(ports, call.path["id"])
    passages = ports.store.query(tables.INSTANCES, instance["pk"], prefix="EL#").items
    flows = ports.store.query(tables.INSTANCES, instance["pk"], prefix="FLOW#").items
    return History(
        items=[_passage(item) for item in passages],
        flows=[FlowCount(flow_id=f["sk"].removeprefix("FLOW#"), count=int(f["count"])) for f in flows],
    )


def load(ports: Ports, instance_id: str) -> Item:
    """The instance's own item. Raises `ProblemError` if there is none."""
    item = ports.store.get(tables.INSTANCES, instance_id, starting.INSTANCE)
    if item is None or "entity" not in item:
        raise not_found("instance", instance_id)
    return item


def open_waits(ports: Ports, instance: Item) -> tuple[Item, ...]:
    """What the instance waits for, oldest first, without the variables (`whole`); nothing once it has ended."""
    if instance.get("endedAt"):
        return ()
    rows = ports.store.query(tables.WAITS, instance["pk"], prefix="wait#", attributes=_SHOWN).items
    return tuple(sorted(filter(waits.is_open, rows), key=lambda wait: (wait["since"], wait["sk"])))


def whole(ports: Ports, wait: Item) -> Item | None:
    """All that is kept of a wait; None: it is over."""
    found = ports.store.query(tables.WAITS, wait["pk"], prefix=wait["sk"], limit=1).items
    return next((each for each in found if each["sk"] == wait["sk"]), None)


def newest_variables(ports: Ports, instance: Item, open_: Sequence[Item], resting: Sequence[Item]) -> dict[str, Any]:
    """The variables at the end, else of what began to wait last (`resting`: for a time alone), else at the start.

    Large ones stand there by reference.
    """
    if "variables" in instance:
        ended: dict[str, Any] = json.loads(instance["variables"])
        return variables.without_reserved(ended)
    known = [wait for wait in open_ if wait["kind"] != waits.WATCHER]  # watchers know no variables
    if resting and (not known or resting[-1]["startedAt"] > known[-1]["since"]):
        execution = starting.sibling_arn(instance["execution"], resting[-1]["sk"].split("#")[2])
        if (paused := variables.of_pause(ports, execution, resting[-1]["startedAt"])) is not None:
            return paused
    for wait in reversed(known):
        if (found := whole(ports, wait)) is not None:
            return variables.kept_of_wait(ports, found)
    return variables.without_reserved(json.loads(instance.get("startVariables") or "{}"))


def show(ports: Ports, instance: Item, open_: Sequence[Item]) -> Instance:
    """The instance with what it waits for. Open incidents decide between `active` and `incident`."""
    item = summary(instance)
    version = registry.find(ports, "process", item.process_id, item.version) or {}
    incidents = [wait for wait in open_ if wait["kind"] == "incident"]
    pauses = resting(ports, instance, version, open_)
    status = item.status if item.ended_at else ("incident" if incidents else "active")
    return Instance(
        **{**dict(item), "status": status},
        process_name=version.get("name") or item.process_id,
        variables=held.shown(ports, newest_variables(ports, instance, open_, pauses)),
        waiting=[
            *(_waiting(wait) for wait in open_),
            *(Waiting(element_id=p["elementId"], kind="timer", since=p["startedAt"]) for p in pauses),
        ],
        incidents=[_incident(wait) for wait in incidents],
        documents=_documents(ports, instance),
    )


def summary(instance: Item) -> InstanceItem:
    """The instance as lists show it."""
    return InstanceItem(
        id=instance["pk"],
        process_id=instance["processId"],
        version=int(instance["version"]),
        business_key=instance.get("businessKey", ""),
        status=instance["status"],
        started_at=instance["startedAt"],
        ended_at=instance.get("endedAt"),
        parent_id=instance.get("parentId"),
    )


def incident_id(wait: Item) -> str:
    """An incident's id: its wait's sort key holds characters that have no place in a path."""
    return hashlib.sha256(wait["sk"].encode()).hexdigest()[:24]


def _waiting(wait: Item) -> Waiting:
    detail = {name: wait[name] for name in _DETAILS.get(wait["kind"], ()) if wait.get(name)}
    detail |= {"name": wait["elementName"]} if wait.get("elementName") else {}
    detail |= {"taskId": task_id(wait["pk"], wait["sk"])} if wait["kind"] == "user" else {}
    detail |= {"timeoutAt": wait["timeoutAt"]} if wait.get("timeoutAt") else {}
    if events := json.loads(wait.get("events") or "[]"):
        detail["events"] = events
    return Waiting(element_id=wait["elementId"], kind=wait["kind"], since=wait["since"], detail=detail)


def _incident(wait: Item) -> Incident:
    return Incident(
        id=incident_id(wait),
        element_id=wait["elementId"],
        error=wait.get("error", ""),
        cause=_words(wait.get("cause", "")),
        since=wait["since"],
    )


def _words(cause: str) -> str:
    """What a failed function says of itself. Lambda wraps it in JSON with a stack trace, which is for its own log."""
    try:
        said = json.loads(cause)
    except ValueError:
        return cause
    return str(said["errorMessage"]) if isinstance(said, dict) and "errorMessage" in said else cause


def resting(ports: Ports, instance: Item, version: Item, open_: Sequence[Item]) -> list[Item]:
    """The passages of elements that wait for a time and nothing else, the newest last: they have no record of their
    own, so that the history tells."""
    if instance.get("endedAt"):
        return []
    timers = set(version.get("timers", ())) - {wait["elementId"] for wait in open_}
    passages = ports.store.query(tables.INSTANCES, instance["pk"], prefix="EL#").items if timers else ()
    return [p for p in passages if p["state"] == "active" and p["elementId"] in timers]


def _documents(ports: Ports, instance: Item) -> list[DocumentItem]:
    rows = ports.store.query(tables.DOCUMENTS, instance["pk"], index="byInstance").items
    return [
        DocumentItem(
            id=row["pk"],
            name=row["name"],
            content_type=row["contentType"],
            size=int(row["size"]),
            element_id=row["elementId"],
            created_at=row["createdAt"],
            audience=row.get("audience", "staff"),
        )
        for row in rows
    ]


def _passage(item: Item) -> ElementHistory:
    return ElementHistory(
        element_id=item["elementId"],
        element_type=item["elementType"],
        element_name=item.get("elementName", ""),
        state=item["state"],
        started_at=item["startedAt"],
        ended_at=item.get("endedAt"),
        iteration=int(item.get("iteration", 1)),
    )
