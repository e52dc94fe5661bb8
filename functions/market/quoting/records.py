"""Quotes in their table: the quote as it is now, and each version as it was.

`<quote id>` / `-`: `version`, `state`, `quote` (JSON of the shape, but for what stands beside it), `sellers` (who gave
discounts in any version), `decidedBy`, `reason`, `instanceId`, `validUntil`, `expiresAt` (the table's TTL; none once it
is accepted). `V#<version, 8 digits>`: `quote`, `state` when it was made.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from contract import errors, tables
from contract.shapes.quotes import Quote
from functions.runtime import registry
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import ABSENT, NO_SORT, Condition, ConditionFailedError, Item, Put, Update, Write

KEPT: Final = timedelta(days=90)
"""How long a quote that nobody accepts is kept after its last day."""


def find(ports: Ports, call: Call) -> Item:
    """The quote that a request is about. Raises `ProblemError` if there is none, or the caller's link opens another."""
    id_, link = call.path["id"], call.caller.link
    item = ports.store.get(tables.QUOTES, id_) if link is None or link.covers_quote(id_) else None
    if item is None:
        raise not_found("quote", id_)
    return item


def shape(ports: Ports, item: Item) -> Quote:
    """The quote as it is told."""
    beside = {"decidedBy": item.get("decidedBy"), "reason": item.get("reason", ""), "state": state(ports, item)}
    return Quote.model_validate({**json.loads(item["quote"]), **beside, "instanceId": item.get("instanceId")})


def state(ports: Ports, item: Item) -> str:
    """As it is kept; `expired` once its time is over and nobody has accepted it."""
    if item["state"] != "accepted" and ports.clock.now() >= datetime.fromisoformat(item["validUntil"]):
        return "expired"
    return str(item["state"])


def check_version(item: Item, wanted: int | None) -> None:
    """Raises `ProblemError` if somebody has changed the quote since the version that the caller has read."""
    if wanted is not None and wanted != item["version"]:
        words = f"The quote is at version {item['version']}, not {wanted}: read it again."
        raise ProblemError(errors.STALE, words)


def version_writes(quote: Quote, before: Item | None, sellers: list[str]) -> tuple[Write, ...]:
    """The next version of a quote, on condition that the one before is the last still."""
    text = quote.model_dump_json(by_alias=True, exclude={"state", "instance_id", "decided_by", "reason"})
    item: Item = {
        "pk": quote.id,
        "sk": NO_SORT,
        "version": quote.version,
        "state": quote.state,
        "quote": text,
        "sellers": sellers,
        "validUntil": quote.valid_until.isoformat(),
        "expiresAt": int((quote.valid_until + KEPT).timestamp()),
    }
    when = ABSENT if before is None else unchanged(before)
    return (
        Put(tables.QUOTES, item, when=when),
        Put(tables.QUOTES, {**item, "sk": registry.version_key(quote.version)}, when=ABSENT),
    )


def state_write(item: Item, to: str, **attributes: Any) -> Update:
    """Another state for the quote, on condition that nobody has changed it. An accepted one is kept for good."""
    remove = ("expiresAt",) if to == "accepted" else ()
    return Update(
        tables.QUOTES, item["pk"], NO_SORT, set={"state": to, **attributes}, remove=remove, when=unchanged(item)
    )


def unchanged(item: Mapping[str, Any]) -> Condition:
    """Still the same version in the same state."""
    return Condition(equals={"version": item["version"], "state": item["state"]})


def commit(call: Call, quote: Quote) -> Quote:
    """Write what was collected. Raises `ProblemError` if somebody was faster."""
    try:
        call.commit(quote)
    except ConditionFailedError as error:
        raise ProblemError(errors.STALE, "Somebody else has changed this quote just now: read it again.") from error
    return quote
