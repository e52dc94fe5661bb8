"""How a state goes on that a token had entered elsewhere: with the moment of then, and the record that it wrote."""

import json
import re
from collections.abc import Mapping
from typing import Any

from state_machines.by_reference.marks import told_or_not
from state_machines.resume.chart import INNER
from state_machines.resume.standing import record_in

State = Mapping[str, Any]

_ENTERED = "$states.context.State.EnteredTime"
_EXECUTION = "$states.context.Execution.Id"
_KEPT = (
    "assignee",
    "candidateUsers",
    "candidateGroups",
    "dueDate",
    "followUpDate",
    "priority",
    "retries",
)
"""What people and workers may have changed in a wait record."""
_WAITS = "${dpc:table:waits}"
_PUT, _UPDATE = "dynamodb:putItem.waitForTaskToken", "dynamodb:updateItem.waitForTaskToken"


def going_on(state: State, token: str) -> dict[str, Any]:
    """The state as its token goes on in it. `token`: JSONata of what was written of it (`since`, `execution`)."""
    own = {key: value for key, value in state.items() if key not in INNER}
    text = json.dumps(own, ensure_ascii=False).replace(_ENTERED, f"{token}.since")
    copy: dict[str, Any] = json.loads(text) | {key: state[key] for key in INNER if key in state}
    if state.get("Resource", "").endswith("lambda:invoke"):
        arguments = json.dumps(copy["Arguments"], ensure_ascii=False)
        copy["Arguments"] = json.loads(arguments.replace(_EXECUTION, f"{token}.execution"))
    elapsed = f"($millis() - $toMillis({token}.since)) / 1000"
    if copy.get("TimeoutSeconds"):
        copy["TimeoutSeconds"] = _left(copy["TimeoutSeconds"], elapsed, 1)
    if copy.get("Seconds") is not None:
        copy["Seconds"] = _left(copy["Seconds"], elapsed, 0)
    if "waitForTaskToken" in state.get("Resource", ""):
        _take_over(copy)
    return copy


def waited_for(state: Mapping[str, Any], child: str, *, ended: bool) -> dict[str, Any]:
    """A state that runs an execution, as it goes on with another in its place, or with what it has `ended` with.

    `child`: JSONata of that, as `Token.child` has it.
    """
    if not ended:
        names = {"StateMachineArn": "machine", "Name": "name", "Input": "input"}
        return {**state, "Arguments": {key: f"{{% {child}.{name} %}}" for key, name in names.items()}}
    kept = {key: state[key] for key in ("Output", "Assign", "Next", "End") if key in state}
    text = json.dumps({"Type": "Pass", **kept}, ensure_ascii=False).replace("$states.result", f"{child}.result")
    passed: dict[str, Any] = json.loads(text)
    return passed


def record_of(state: State) -> str:
    """What the key of the record holds that a state waits with: `<scope path/><state name>`; empty: it has none."""
    return record_in(json.dumps(state.get("Arguments", {}), ensure_ascii=False))


def renamed_records(definition: dict[str, Any], records: Mapping[str, str]) -> dict[str, Any]:
    """The definition in which wait points have their records, everywhere, by the names that they had before."""
    if not records:
        return definition
    text = json.dumps(definition, ensure_ascii=False)
    found = re.compile("|".join(map(re.escape, sorted(records, key=len, reverse=True))))
    text = re.sub(r"wait#([^@'\"]*)@", lambda match: f"wait#{records.get(match[1], match[1])}@", text)
    named = re.compile(rf'"({found.pattern})"')

    def listed(match: re.Match[str]) -> str:
        return named.sub(lambda each: f'"{records[each[1]]}"', match[0])

    renamed: dict[str, Any] = json.loads(re.sub(r'"waits": \[[^\]]*\]', listed, text))
    return renamed


def _left(seconds: int | str, elapsed: str, least: int) -> str:
    """What is left of a time; one that is told by a deadline is computed from that."""
    whole = str(seconds)[2:-2].strip() if isinstance(seconds, str) else str(seconds)
    told, then, text = told_or_not(whole)
    rest = text if "$millis()" in text else f"$ceil({text} - {elapsed})"
    if told:
        rest = f"({told} ? $ceil({then} - {elapsed}) : {rest})"
    return f"{{% $max([{least}, {rest}]) %}}"


def _take_over(state: dict[str, Any]) -> None:
    """Lets the state update the record of its wait, and not write it anew."""
    arguments = state["Arguments"]
    if state["Resource"].endswith(_PUT) and arguments["TableName"] == _WAITS:
        state["Resource"] = state["Resource"].removesuffix(_PUT) + _UPDATE
        state["Arguments"] = _update(arguments)
    elif "TransactItems" in arguments:
        writes = [
            {"Update": _update(each["Put"])} if each.get("Put", {}).get("TableName") == _WAITS else each
            for each in arguments["TransactItems"]
        ]
        state["Arguments"] = {**arguments, "TransactItems": writes}


def _update(put: Mapping[str, Any]) -> dict[str, Any]:
    item = put["Item"]
    names = [name for name in item if name not in ("pk", "sk")]
    sets = [
        f"#a{i} = " + (f"if_not_exists(#a{i}, :a{i})" if name in _KEPT else f":a{i}") for i, name in enumerate(names)
    ]
    update = {
        "TableName": put["TableName"],
        "Key": {"pk": item["pk"], "sk": item["sk"]},
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ExpressionAttributeNames": {f"#a{i}": name for i, name in enumerate(names)},
        "ExpressionAttributeValues": {f":a{i}": item[name] for i, name in enumerate(names)},
    }
    if "ConditionExpression" in put:
        update["ConditionExpression"] = put["ConditionExpression"]
    return update
