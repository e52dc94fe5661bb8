"""Messages and subscriptions of one partition: who gets what. Used by the API and, as the safety net, by the stream.

A message reaches at most one instance per process id, the one that waits longest; older messages go first. All its
claims, the end of their subscriptions and the end of the message are one transaction; then the tokens are answered.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from contract import tables
from functions.correlation.keys import MESSAGE, SUBSCRIPTION
from functions.runtime import messages, waits
from functions.runtime.ports import Ports
from functions.runtime.records import PRESENT, Condition, ConditionFailedError, ContentionError, Delete, Item, Write
from functions.runtime.waits import Claim

MAX_TARGETS = 30
"""Process ids that one message reaches at once: three writes each stay within a transaction."""

_MAX_ROUNDS = 200


@dataclass(frozen=True)
class Target:
    """Who gets a message: a subscription, and the open wait behind it."""

    subscription: Item
    wait: Item


@dataclass(frozen=True)
class Partition:
    """What was read of a partition: messages that live, and subscriptions; both oldest first."""

    messages: tuple[Item, ...]
    subscriptions: tuple[Item, ...]


def read_partition(ports: Ports, pk: str) -> Partition:
    """Both sides, consistently."""
    rows = ports.store.query(tables.MESSAGES, pk).items
    now = ports.clock.now().timestamp()
    alive = (row for row in rows if row["sk"].startswith(MESSAGE) and row["expiresAt"] > now)
    waiting = (row for row in rows if row["sk"].startswith(SUBSCRIPTION))
    return Partition(tuple(alive), tuple(sorted(waiting, key=lambda s: (s["since"], s["sk"]))))


def match(ports: Ports, pk: str) -> list[str]:
    """Deliver every message of the partition that somebody waits for; answers the instances that were reached.

    What is given back, because a timer was first, is tried again with the next one who waits. Raises
    `ContentionError` if others keep changing the partition.
    """
    reached: list[str] = []
    for _ in range(_MAX_ROUNDS):
        partition = read_partition(ports, pk)
        delivered = (_deliver(ports, message, partition.subscriptions) for message in partition.messages)
        claims = next((found for found in delivered if found is not None), None)
        if claims is None:
            return reached
        reached += settle_all(ports, claims)
    raise ContentionError(f"{pk} does not come to rest")


def find_targets(ports: Ports, subscriptions: Iterable[Item], *, without: Iterable[str] = ()) -> list[Target]:
    """The longest waiting subscription of each process id. Those whose wait has ended are deleted on the way."""
    chosen: dict[str, Target] = {}
    passed_over = set(without)
    for subscription in subscriptions:
        process_id = subscription["processId"]
        if process_id in passed_over or process_id in chosen or len(chosen) == MAX_TARGETS:
            continue
        wait = open_wait(ports, subscription)
        if wait is None:
            forget(ports, subscription)
        else:
            chosen[process_id] = Target(subscription, wait)
    return list(chosen.values())


def open_wait(ports: Ports, subscription: Item) -> Item | None:
    """The wait that a subscription belongs to, if it can still be ended."""
    wait = ports.store.get(tables.WAITS, subscription["instanceId"], subscription["waitSk"])
    same_entry = wait is not None and wait.get("token") == subscription["token"]
    return wait if same_entry and waits.is_open(wait) else None


def forget(ports: Ports, subscription: Item) -> None:
    """Delete the subscription of a wait that has ended, unless a watcher has taken its place meanwhile."""
    same = Condition(equals={"token": subscription["token"]})
    with suppress(ConditionFailedError):
        ports.store.write(Delete(tables.MESSAGES, subscription["pk"], subscription["sk"], when=same))


def claim_all(ports: Ports, message: Item, targets: Sequence[Target]) -> list[Claim]:
    """The claims for one message. Each carries the message with the process ids that need not get it again."""
    reached = {target.subscription["processId"] for target in targets} | set(message.get("reached", ()))
    return [
        waits.claim(
            target.wait,
            event=target.subscription["event"],
            variables=json.loads(message["variables"]),
            claim_id=ports.ids.new(),
            message={**message, "reached": sorted(reached - {target.subscription["processId"]})},
        )
        for target in targets
    ]


def claim_writes(claims: Iterable[Claim], targets: Iterable[Target]) -> list[Write]:
    """What a transaction holds for these claims: the claims, and the end of their subscriptions."""
    ended = (target.subscription for target in targets)
    return [*(claim.write for claim in claims), *(Delete(tables.MESSAGES, s["pk"], s["sk"]) for s in ended)]


def reached_now(claims: Iterable[Claim]) -> dict[str, str]:
    """The instances of these claims by process id."""
    return {claim.wait["processId"]: claim.wait["pk"] for claim in claims}


def settle_all(ports: Ports, claims: Iterable[Claim]) -> list[str]:
    """Answer the tokens; gives the instances that took the answer, or that the stream will see to."""
    return [claim.wait["pk"] for claim in claims if waits.settle_or_leave(ports, claim.wait)]


def _deliver(ports: Ports, message: Item, subscriptions: Sequence[Item]) -> list[Claim] | None:
    """The claims that were made for a message: none if somebody else was quicker. None if nobody waits for it."""
    targets = find_targets(ports, subscriptions, without=message.get("reached", ()))
    if not targets:
        return None
    claims = claim_all(ports, message, targets)
    taken = Delete(tables.MESSAGES, message["pk"], message["sk"], when=PRESENT)
    told = messages.reaches(message["messageId"], reached_now(claims))
    try:
        ports.store.write(taken, told, *claim_writes(claims, targets))
    except ConditionFailedError:
        return []
    return claims
