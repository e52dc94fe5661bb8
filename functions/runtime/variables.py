"""Process variables: the reserved `_dpc`, their size, what a wait record says of them, filters of lists.

They are kept as JSON text everywhere: so numbers stay as they were written.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contract import errors
from contract.shapes.common import Finding
from functions.runtime import held
from functions.runtime.ports import ExecutionGoneError, Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item
from state_machines.by_reference.marks import KEY, mentioned

RESERVED = "_dpc"
MAX_BYTES = 200_000
"""Step Functions takes 256 KiB as the input of a state; the difference is room for what the process adds."""
MAX_GIVEN = 5_000_000
"""Bytes of JSON that come in at once: what Lambda takes, with room for the rest of the request."""


def without_reserved(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that people see."""
    return {name: value for name, value in variables.items() if name != RESERVED}


def dump(variables: Mapping[str, Any]) -> str:
    """The variables as JSON text."""
    return json.dumps(variables, ensure_ascii=False, separators=(",", ":"))


def check_given(variables: Mapping[str, Any], *, limit: int = MAX_GIVEN) -> None:
    """Refuse of what comes from outside the reserved names, and what is too large (`limit`: bytes of JSON).

    Nobody outside may write a reference: it could be to what others keep. Raises `ProblemError`.
    """
    reserved = [name for name in (RESERVED,) if name in variables]
    reserved += [name for name, value in variables.items() if mentioned({name: value}) and name not in reserved]
    if reserved:
        words = f"{RESERVED} and, as the name of a member, {KEY} are reserved."
        findings = [Finding(code="reserved", message=words, field=f"/variables/{name}") for name in reserved]
        raise ProblemError(errors.VALIDATION_FAILED, "Some variables are wrong; see errors.", findings)
    check_size(variables, limit=limit)


def check_size(variables: Mapping[str, Any], *, limit: int = MAX_BYTES) -> None:
    """Raises `ProblemError` if variables are larger than an execution can have them (`limit`: bytes of JSON)."""
    if len(dump(variables).encode()) > limit:
        raise ProblemError(errors.TOO_LARGE, f"The variables have more than {limit:,} bytes.")


def take_in(ports: Ports, owner: str, variables: Mapping[str, Any], *, limit: int = MAX_BYTES) -> dict[str, Any]:
    """Variables from outside as an execution takes them: what is large is kept elsewhere, for this owner.

    `limit`: bytes of JSON of what is left. Raises `ProblemError`.
    """
    check_given(variables)
    taken = held.put_aside(ports, owner, variables)
    check_size(taken, limit=limit)
    return taken


def of_wait(ports: Ports, wait: Item) -> dict[str, Any]:
    """The variables of the scope that waits."""
    found: dict[str, Any] = held.whole(ports, kept_of_wait(ports, wait))
    return found


def kept_of_wait(ports: Ports, wait: Item) -> dict[str, Any]:
    """The variables of the scope that waits, large ones by reference.

    JSONata wrote them with at most 15 digits; where that lost some (`exact` is not `true`), they are taken from the
    execution's history.
    """
    if wait.get("exact") == "true" or (exact := _entered_with(ports, wait)) is None:
        return without_reserved(json.loads(wait.get("variables") or "{}"))
    return without_reserved(exact)


def of_pause(ports: Ports, execution: str, since: str) -> dict[str, Any] | None:
    """The variables of the state that waits for a time since then (ISO 8601), large ones by reference.

    None if the history does not tell.
    """
    try:
        history = ports.machines.history(execution)
    except ExecutionGoneError:
        return None
    at = datetime.fromisoformat(since)
    for event in reversed(history):
        given = event.get("stateEnteredEventDetails", {}).get("input")
        if event["type"] == "WaitStateEntered" and event["timestamp"] == at and given:
            return without_reserved(json.loads(given))
    return None


def _entered_with(ports: Ports, wait: Item) -> dict[str, Any] | None:
    """The input of the waiting state, by its name and the millisecond in which it was entered."""
    state, _, entered = wait["sk"].removeprefix("wait#").partition("#")[0].rpartition("@")
    name = state.rsplit("/", 1)[-1]
    try:
        history = ports.machines.history(wait["execution"])
    except ExecutionGoneError:
        return None
    for event in reversed(history):
        details = event.get("stateEnteredEventDetails", {})
        if details.get("name") == name and _milliseconds(event["timestamp"]) == entered and details.get("input"):
            variables: dict[str, Any] = json.loads(details["input"])
            return variables
    return None


def _milliseconds(at: datetime) -> str:
    return str(round(at.timestamp() * 1000))


def matches(filters: Iterable[str], variables: Mapping[str, Any]) -> bool:
    """Whether all filters `name:op:value` hold. A name may be a dotted path; a value is JSON where it can be read as a
    number, true, false, null or quoted text, else text; `like` knows `%` as any characters. What cannot be compared
    does not match, and no variable matches none but `ne`.

    >>> matches(["amount:ge:10", "city:like:W%w"], {"amount": 12.5, "city": "Wrocław"})
    True
    >>> matches(["amount:gt:x"], {"amount": 1}), matches(["a.b:eq:1"], {"a": {"b": 1}})
    (False, True)
    """
    return all(_holds(one, variables) for one in filters)


def _holds(filter_: str, variables: Mapping[str, Any]) -> bool:
    name, op, text = filter_.split(":", 2)
    value, wanted = _look_up(name, variables), _read(text)
    if op in ("eq", "ne"):
        same = _equal(value, wanted) or _equal(value, text)
        return same == (op == "eq")
    if op == "like":
        pattern = ".*".join(re.escape(part) for part in text.split("%"))
        return isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None
    return _ordered(op, value, text if isinstance(value, str) else wanted)


def _look_up(name: str, variables: Mapping[str, Any]) -> Any:
    if name in variables:
        return variables[name]
    value: Any = variables
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _read(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, list | dict) else value


def _equal(left: Any, right: Any) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _ordered(op: str, value: Any, wanted: Any) -> bool:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (value, wanted))
    if not numbers and not (isinstance(value, str) and isinstance(wanted, str)):
        return False
    return bool({"gt": value > wanted, "ge": value >= wanted, "lt": value < wanted, "le": value <= wanted}[op])
