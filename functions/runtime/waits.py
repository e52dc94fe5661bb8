"""The one place that ends wait points (docs/records.md, "Ending a wait"). Tasks, correlation and instances use it.

claim(wait, ...) -> its write joins the caller's transaction: at most one claim ever holds
  |
commit            the answer is on the item; from here on the table's stream finishes what a crash leaves
  |
settle(ports, wait): answer the token, delete the item (the stream's consumer deletes its subscriptions)

Where the execution goes on in another one, the answer stays on the item for the token that this one brings.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from contract import errors, tables
from contract.rights import Delete as MayDelete
from contract.rights import Get as MayGet
from contract.rights import GetExecutionHistory, Right, SendTaskFailure, SendTaskSuccess
from contract.rights import Update as MayUpdate
from functions.runtime import messages, moves
from functions.runtime.fates import Fate, UnsettledError, fate_of, taken_later
from functions.runtime.observability import logger, note
from functions.runtime.ports import Ports, TokenGoneError
from functions.runtime.problems import ProblemError
from functions.runtime.records import (
    ABSENT,
    NO_SORT,
    Condition,
    ConditionFailedError,
    ContentionError,
    Delete,
    Item,
    Put,
    Update,
    Write,
)

MAX_ANSWER_BYTES = 120_000
"""An item may have 400 KB: the wait's variables may have 256 KiB, the answer this."""

MAX_VARIABLES = MAX_ANSWER_BYTES - 2_000
"""The variables of an answer that may come later than it is checked."""

WATCHER = "scope"
"""The kind of records of watchers: they may wait again under the same key, and their bodies close them."""
CLOSED = "closed"
"""The event of the answer to a watcher whose body has ended, and the attribute by which the body says so."""

LEFT = "left"
"""Set on an answered record whose token is no more where its instance goes on."""

MAX_CAUSE = 32_768
"""Characters that Step Functions takes as the cause of a failure."""

CLAIM: tuple[Right, ...] = (MayUpdate(tables.WAITS),)
SETTLE: tuple[Right, ...] = (
    SendTaskSuccess(),
    GetExecutionHistory(),
    MayGet(tables.WAITS),
    MayDelete(tables.WAITS),
    MayGet(tables.INSTANCES),
)
SETTLE_FAILURE: tuple[Right, ...] = (SendTaskFailure(),)
"""The rights that a function needs to claim, to settle, and to settle what may be a failure."""


_TRIES = 10
_AT_ONCE = 90
"""Deletions in one transaction."""


class MovingError(UnsettledError):
    """The execution goes on in another one, which takes the record over with its answer."""


@dataclass(frozen=True)
class Claim:
    """What ends a wait: the write for the transaction, and the item as it stands after it."""

    write: Update
    wait: Item


def is_open(wait: Item | None) -> bool:
    """Whether the wait can still be ended."""
    return wait is not None and "answer" not in wait and CLOSED not in wait and bool(wait.get("token"))


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
    return _claim(wait, values)


def claim_failure(wait: Item, *, error: str, cause: str, claim_id: str) -> Claim:
    """The claim of an open wait that ends with an error, which the machine catches by its name.

    As `claim` in all else. Raises `ProblemError` if the cause is too large.
    """
    if len(cause) > MAX_CAUSE:
        raise ProblemError(errors.TOO_LARGE, f"An error with its variables has at most {MAX_CAUSE} characters.")
    failure = {"event": wait["elementId"], "failure": {"error": error, "cause": cause}, "claim": claim_id}
    return _claim(wait, {"answer": json.dumps(failure, ensure_ascii=False)})


def _claim(wait: Item, values: dict[str, str]) -> Claim:
    note(instance_id=wait["pk"], element_id=wait["elementId"])
    ended = ("answer",) if values.pop(CLOSED, "") else ("answer", CLOSED)
    same_entry = Condition(present=True, missing=ended, equals={"token": wait["token"]})
    write = Update(tables.WAITS, wait["pk"], wait["sk"], set=values, remove=("draft",), when=same_entry)
    return Claim(write, {**wait, **values})


def close(ports: Ports, wait: Item) -> None:
    """Tell a watcher that its body has ended, unless an event was first. Safe to repeat."""
    answer = json.dumps({"event": CLOSED, "variables": {}, "claim": ports.ids.new()})
    claim = _claim(wait, {"answer": answer, CLOSED: "1"})
    try:
        ports.store.write(claim.write)
    except ConditionFailedError:
        return
    settle(ports, claim.wait)


def settle(ports: Ports, wait: Item) -> bool:
    """Hand a claimed wait's answer to the machine and delete the item. Safe to repeat, at any time, by anybody.

    False if the machine did not wait any more (its timer was first, its scope or instance has ended): then the
    answer reached nobody, and the message that it carried, if any, is given back. Raises `UnsettledError`.
    """
    answer = json.loads(wait["answer"])
    try:
        _hand_over(ports, wait["token"], answer)
    except TokenGoneError as gone:
        fate = fate_of(ports, wait, answer)
        if fate is Fate.UNKNOWN:
            raise UnsettledError(wait["sk"]) from gone
        if fate is Fate.STOPPED and LEFT not in wait and moves.goes_on(ports, wait):
            return _settle_elsewhere(ports, wait, answer)
        if fate is not Fate.TAKEN:
            return refuse(ports, wait)
    _forget_taken(ports, wait, answer)
    return True


def clear(ports: Ports, wait: Item) -> None:
    """A claimed wait of an execution that was stopped, and whose history is whole: what this has taken is not taken
    over by the one that goes on."""
    answer = json.loads(wait["answer"])
    if fate_of(ports, wait, answer) is Fate.TAKEN:
        _forget_taken(ports, wait, answer)


def is_settled(ports: Ports, wait: Item) -> bool:
    """Whether it is known of a watcher's answer, which its next wait has overwritten, what became of it."""
    return ports.store.get(tables.MESSAGES, _once(json.loads(wait["answer"]))) is not None


def _settle_elsewhere(ports: Ports, wait: Item, answer: Mapping[str, Any]) -> bool:
    now = ports.store.get(tables.WAITS, wait["pk"], wait["sk"])
    if now is None or now.get("answer") != wait["answer"]:
        return taken_later(ports, wait, answer)
    if now["token"] == wait["token"]:
        raise MovingError(wait["sk"])
    return settle(ports, now)


def remove_all(ports: Ports, found: Sequence[Item]) -> None:
    """Delete the records of waits that their machine has left. Those that were claimed meanwhile stay: the stream
    settles them, and gives back what they were to deliver."""
    for at in range(0, len(found), _AT_ONCE):
        part = [_removal(wait) for wait in found[at : at + _AT_ONCE]]
        try:
            ports.store.write(*part)
        except ConditionFailedError:
            for each in part:
                with suppress(ConditionFailedError):
                    ports.store.write(each)


def _removal(wait: Item) -> Delete:
    return Delete(tables.WAITS, wait["pk"], wait["sk"], when=Condition(missing=("answer",)))


def abandon(ports: Ports, wait: Item) -> None:
    """The record of a wait that ends with its stopped execution; of one that was answered, the stream gives back what
    it was to deliver."""
    same = {"token": wait.get("token", "")}
    try:
        ports.store.write(
            Delete(tables.WAITS, wait["pk"], wait["sk"], when=Condition(equals=same, missing=("answer",)))
        )
    except ConditionFailedError:
        left = Update(tables.WAITS, wait["pk"], wait["sk"], set={LEFT: 1}, when=Condition(equals=same))
        with suppress(ConditionFailedError):
            ports.store.write(left)


def settle_or_leave(ports: Ports, wait: Item) -> bool:
    """As `settle`; where the machine cannot be reached now, the answer is left to the table's stream (True)."""
    try:
        return settle(ports, wait)
    except UnsettledError:
        return True
    except Exception:
        logger.warning("the stream will settle the wait", exc_info=True, wait=wait["sk"])
        return True


def _hand_over(ports: Ports, token: str, answer: Mapping[str, Any]) -> None:
    if failure := answer.get("failure"):
        ports.machines.fail(token, failure["error"], failure["cause"])
    else:
        ports.machines.answer(token, answer)


def refuse(ports: Ports, wait: Item) -> bool:
    """A claimed answer reaches nobody: the record goes, and the message that it carried waits again, for this process
    too. Once for each claim, whoever repeats it. True if another token has taken the answer over, and got it.

    Claims of one message may all fail, one after the other: what one has given back, the next one opens further.
    """
    for _ in range(_TRIES):
        now = ports.store.get(tables.WAITS, wait["pk"], wait["sk"])
        mine = now is not None and now.get("answer") == wait["answer"]
        if now is not None and mine and now["token"] != wait["token"]:
            return settle(ports, now)
        given = _given_back(ports, wait)
        writes = (*given, *((_without_answer(now),) if now is not None and mine else ()))
        try:
            if writes:
                ports.store.write(*writes)
        except ConditionFailedError as error:
            if given and 0 in error.failed:
                return False
        else:
            return False
    raise ContentionError(f"others keep changing {wait['sk']}")


def _without_answer(wait: Item) -> Write:
    """Takes the record away, or of one that its body has closed the answer: the mark is for its watcher."""
    same = {"token": wait["token"], "answer": wait["answer"]}
    if _watches(wait) and CLOSED in wait:
        answered = ("answer", "message")
        return Update(tables.WAITS, wait["pk"], wait["sk"], remove=answered, when=Condition(equals=same))
    still_open = (CLOSED,) if _watches(wait) else ()
    return Delete(tables.WAITS, wait["pk"], wait["sk"], when=Condition(equals=same, missing=still_open))


def _given_back(ports: Ports, wait: Item) -> tuple[Write, ...]:
    """What gives the message back that a claim carried; first what makes it happen once."""
    if "message" not in wait:
        return ()
    message, answer = json.loads(wait["message"]), json.loads(wait["answer"])
    message["variables"] = json.dumps(answer["variables"], ensure_ascii=False)
    once = Put(tables.MESSAGES, {"pk": _once(answer), "sk": NO_SORT, "expiresAt": message["expiresAt"]}, when=ABSENT)
    return (once, messages.misses(message["messageId"], wait["processId"]), *_waiting_again(ports, wait, message))


def _once(answer: Mapping[str, Any]) -> str:
    return f"GIVEN-BACK#{answer['claim']}"


def _waiting_again(ports: Ports, wait: Item, message: Item) -> tuple[Put, ...]:
    if message["expiresAt"] <= ports.clock.now().timestamp():
        return ()
    given = ports.store.get(tables.MESSAGES, message["pk"], message["sk"])
    if given is None:
        return (Put(tables.MESSAGES, message, when=ABSENT),)
    reached = [process for process in given.get("reached", ()) if process != wait["processId"]]
    same = Condition(equals={"reached": given["reached"]}) if "reached" in given else Condition(missing=("reached",))
    return (Put(tables.MESSAGES, {**given, "reached": reached}, when=same),)


def _watches(wait: Item) -> bool:
    return bool(wait.get("kind") == WATCHER and json.loads(wait["answer"])["event"] != CLOSED)


def _forget_taken(ports: Ports, wait: Item, answer: Mapping[str, Any]) -> None:
    """The machine has the answer. Of what a watcher heard a note stays: its next wait overwrites the record."""
    if "message" in wait and wait.get("kind") == WATCHER:
        until = json.loads(wait["message"])["expiresAt"]
        ports.store.write(Put(tables.MESSAGES, {"pk": _once(answer), "sk": NO_SORT, "expiresAt": until}))
    _remove(ports, wait)


def _remove(ports: Ports, wait: Item) -> None:
    """Only the record of this token: one of the same key may be newer. Watchers wait again under theirs, and the state
    of another turn of a loop has the same where it is entered within the same millisecond, as by a virtual clock.

    Nor may the mark go that a watcher is closed.
    """
    mine = Condition(equals={"token": wait["token"]}, missing=(CLOSED,) if _watches(wait) else ())
    with suppress(ConditionFailedError):
        ports.store.write(Delete(tables.WAITS, wait["pk"], wait["sk"], when=mine))
