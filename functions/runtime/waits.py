"""The one place that ends wait points (docs/records.md, "Ending a wait"). Tasks, correlation and instances use it.

claim(wait, ...) -> its write joins the caller's transaction: at most one claim ever holds
  |
commit            the answer is on the item; from here on the table's stream finishes what a crash leaves
  |
settle(ports, wait): answer the token, delete the item (the stream's consumer deletes its subscriptions)
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract import errors, tables
from contract.rights import Delete as MayDelete
from contract.rights import GetExecutionHistory, Right, SendTaskSuccess
from contract.rights import Update as MayUpdate
from functions.runtime.ports import ExecutionGoneError, Ports, TokenGoneError
from functions.runtime.problems import ProblemError
from functions.runtime.records import Condition, Delete, Item, Put, Update

MAX_ANSWER_BYTES = 120_000
"""An item may have 400 KB: the wait's variables may have 256 KiB, the answer this."""

MAX_VARIABLES = MAX_ANSWER_BYTES - 2_000
"""The variables of an answer that may come later than it is checked."""

CLAIM: tuple[Right, ...] = (MayUpdate(tables.WAITS),)
SETTLE: tuple[Right, ...] = (SendTaskSuccess(), GetExecutionHistory(), MayDelete(tables.WAITS))
"""The rights that a function needs to claim and to settle."""


@dataclass(frozen=True)
class Claim:
    """What ends a wait: the write for the transaction, and the item as it stands after it."""

    write: Update
    wait: Item


def is_open(wait: Item | None) -> bool:
    """Whether the wait can still be ended."""
    return wait is not None and "answer" not in wait and bool(wait.get("token"))


def claim(wait: Item, *, event: str, variables: Mapping[str, Any], claim_id: str, message: Item | None = None) -> Claim:
    """The claim of an open wait: `event` is the element that ends it (`retry` or `skip` for an incident).

    `claim_id` (new for each claim) is how the answer is found in the execution's history. `message` is the item of
    the message that is delivered; it is given back if the machine did not wait any more.
    Its write's condition fails if the wait has ended, was claimed, or was entered anew.
    Raises `ProblemError` if the variables are too large.
    """
    answer = json.dumps({"event": event, "variables": dict(variables), "claim": claim_id}, ensure_ascii=False)
    if len(answer.encode()) > MAX_ANSWER_BYTES:
        raise ProblemError(errors.TOO_LARGE, f"The variables have more than {MAX_ANSWER_BYTES} bytes.")
    values = {"answer": answer}
    if message is not None:
        values["message"] = json.dumps({k: v for k, v in message.items() if k != "variables"}, ensure_ascii=False)
    same_entry = Condition(present=True, missing=("answer",), equals={"token": wait["token"]})
    write = Update(tables.WAITS, wait["pk"], wait["sk"], set=values, remove=("draft",), when=same_entry)
    return Claim(write, {**wait, **values})


def settle(ports: Ports, wait: Item) -> bool:
    """Hand a claimed wait's answer to the machine and delete the item. Safe to repeat, at any time, by anybody.

    False if the machine did not wait any more (its timer was first, its scope or instance has ended): then the
    answer reached nobody, and the message that it carried, if any, is given back.
    """
    answer = json.loads(wait["answer"])
    try:
        ports.machines.answer(wait["token"], answer)
    except TokenGoneError:
        if not _took(ports, wait["execution"], answer["claim"]):
            ports.store.write(*_given_back(ports, wait))
            return False
    ports.store.write(_removal(wait))
    return True


def _took(ports: Ports, execution: str, claim_id: str) -> bool:
    """Whether the execution went on with the answer of this claim: Step Functions answers alike for "too late" and
    for "answered already", so its history tells."""
    try:
        history = ports.machines.history(execution)
    except ExecutionGoneError:
        return False
    outputs = (event.get("taskSucceededEventDetails", {}).get("output") or "" for event in history)
    return any(claim_id in output and json.loads(output).get("claim") == claim_id for output in outputs)


def _given_back(ports: Ports, wait: Item) -> tuple[Delete | Put, ...]:
    message = json.loads(wait["message"]) if "message" in wait else None
    if message is None or message["expiresAt"] <= ports.clock.now().timestamp():
        return (_removal(wait),)
    variables = json.dumps(json.loads(wait["answer"])["variables"], ensure_ascii=False)
    return (_removal(wait), Put(tables.MESSAGES, {**message, "variables": variables}))


def _removal(wait: Item) -> Delete:
    """Unconditional: the sort key holds the time of entry, so a later entry of the same state is another item."""
    return Delete(tables.WAITS, wait["pk"], wait["sk"])
