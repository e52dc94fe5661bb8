"""Publishing a message: it is matched at once, and what became of it is in the same transaction as its id."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import TypeAdapter

from contract import errors, events, tables
from contract.shapes.common import Finding
from contract.shapes.instances import MessageResult, PublishMessage
from functions.correlation import message_starts
from functions.correlation.keys import MESSAGE, message_partition
from functions.correlation.matching import (
    claim_all,
    claim_writes,
    find_targets,
    match,
    reached_now,
    read_partition,
    settle_all,
)
from functions.runtime import held, messages, starting, variables
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ABSENT, ConditionFailedError, ContentionError, Item, Put
from functions.runtime.unit import KEPT
from functions.runtime.waits import MAX_VARIABLES, Claim

_TRIES = 10
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)
MAX_TIME_TO_LIVE = timedelta(days=366)


@dataclass(frozen=True)
class Outcome:
    """What was committed, and has to be done outside of the transaction."""

    result: MessageResult
    message: Item
    claims: list[Claim]
    started: list[Item]


def publish(ports: Ports, call: Call) -> MessageResult:
    """POST /messages."""
    given: PublishMessage = call.body
    taken = variables.take_in(ports, held.MESSAGES, given.variables, limit=MAX_VARIABLES)
    given = given.model_copy(update={"variables": taken})
    message = _message(ports, given)
    for _ in range(_TRIES):
        if (counted := _counted(ports, message["messageId"])) is not None:
            return counted
        outcome = _try(ports, call, given, message)
        if outcome is not None:
            return _carry_out(ports, call, outcome)
        call.unit.discard()
    raise ContentionError(f"too many publish {given.name!r} at once")


def _message(ports: Ports, given: PublishMessage) -> Item:
    """The message as the table holds it while nobody waits for it."""
    now, kept = ports.clock.now(), _DURATION.validate_python(given.time_to_live)
    if kept > MAX_TIME_TO_LIVE:
        finding = Finding(code="too_long", message="At most P366D.", field="/timeToLive")
        raise ProblemError(errors.VALIDATION_FAILED, "Some fields are wrong; see errors.", [finding])
    message_id = given.message_id or ports.ids.new()
    return {
        "pk": message_partition(given.name, given.correlation_key),
        "sk": f"{MESSAGE}{now.isoformat(timespec='microseconds')}#{message_id}",
        "messageId": message_id,
        "variables": variables.dump(given.variables),
        "expiresAt": int((now + kept).timestamp()),
    }


def _counted(ports: Ports, message_id: str) -> MessageResult | None:
    """What has become of the message with this id; None if none was published."""
    record = ports.store.get(tables.MESSAGES, messages.record_key(message_id))
    return None if record is None else _told(message_id, record)


def _told(message_id: str, record: Item) -> MessageResult:
    reached, started = messages.reached_by(record), messages.started_by(record)
    result: Literal["correlated", "buffered", "started"] = (
        "correlated" if reached else "started" if started else "buffered"
    )
    return MessageResult(result=result, instances=reached + started, message_id=message_id)


def _try(ports: Ports, call: Call, given: PublishMessage, message: Item) -> Outcome | None:
    """One transaction. None if something was not as it had been read: then all is read anew.

    Older messages that are still there go first: usually none is, as each was matched when it came.
    """
    partition = read_partition(ports, message["pk"])
    if partition.messages and partition.subscriptions and match(ports, message["pk"]):
        return None
    targets = find_targets(ports, partition.subscriptions)
    claims = claim_all(ports, message, targets)
    found = None if claims else message_starts.trigger(ports, given.name)
    if found is not None:
        message = message_starts.to_start(found, message, given, call.caller.user)
    instance = message_starts.begin(ports, call.unit, found, message) if found else None
    started = [instance] if instance else []
    if not claims and not started:
        call.unit.add(Put(tables.MESSAGES, message))
    call.unit.add(*claim_writes(claims, targets))
    record = _record(ports, message, claims, started)
    result = _told(message["messageId"], record)
    call.unit.add(Put(tables.MESSAGES, record, when=ABSENT))
    call.unit.emit(events.MESSAGE_PUBLISHED, {"name": given.name, **result.model_dump(by_alias=True)})
    try:
        call.commit(result)
    except ConditionFailedError:
        return None
    return Outcome(result, message, claims, started)


def _record(ports: Ports, message: Item, claims: list[Claim], started: list[Item]) -> Item:
    kept = max(int((ports.clock.now() + KEPT).timestamp()), message["expiresAt"])
    instance = started[0]["pk"] if started else ""
    return messages.new_record(message["messageId"], reached_now(claims), instance, kept)


def deliver(ports: Ports, message: Item) -> None:
    """A message that is kept: to who waits for it by now, else to the instance that it starts."""
    match(ports, message["pk"])
    if "processId" in message:
        message_starts.next_of(ports, message)


def _carry_out(ports: Ports, call: Call, outcome: Outcome) -> MessageResult:
    """Start the executions and answer the tokens. What nobody waited for, or not any more, meets who waits by now."""
    for instance in outcome.started:
        starting.launch(ports, instance)
    missed = len(settle_all(ports, outcome.claims)) < len(outcome.claims)
    if not missed and outcome.result.result != "buffered":
        return outcome.result
    deliver(ports, outcome.message)
    result = _counted(ports, outcome.message["messageId"]) or outcome.result
    if result != outcome.result:
        call.amend(result)
    return result
