"""BPMN errors that the model maps a job's end to: conditions on its variables and on what the worker said."""

import json
from collections.abc import Mapping
from typing import Any

from functions.runtime.ports import Ports
from functions.runtime.records import Item
from functions.runtime.variables import RESERVED, of_wait


def thrown(ports: Ports, wait: Item, given: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any] | None:
    """The first error whose condition holds, as machines are told it: `{code, message, variables}`; None: no error.

    `given`: the variables that the worker completes with; `said`: `errorMessage` and `errorDetails` of its failure, in
    place of those of the last one.
    """
    mapped = json.loads(wait.get("errors", "[]"))
    if not mapped:
        return None
    from state_machines.expressions import parsed  # FEEL loads with the first mapping, not with every job
    from state_machines.feel import evaluate

    failure = {name: said.get(name) or wait.get(name) for name in ("errorMessage", "errorDetails")}
    about = {"retries": int(wait["retries"]), "topicName": wait["jobType"], "workerId": wait.get("worker")}
    names = {"activityId": wait["elementId"], "businessKey": wait.get("businessKey")}
    known = {**of_wait(ports, wait), **given, RESERVED: {"businessKey": wait.get("businessKey", "")}}
    context = {**known, "externalTask": {**failure, **about, **names}}

    def value(language: str, text: str) -> Any:
        return evaluate(parsed(language, text), context, clock=ports.clock.now)

    for each in mapped:
        if value(each["language"], each["condition"]) is True:
            told = each["message"]
            message = value(told["language"], told["text"]) if told.get("language") else told.get("text", "")
            return {"code": each["code"], "message": str(message or ""), "variables": dict(given)}
    return None
