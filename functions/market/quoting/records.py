"""Quotes in their table: how each stands, and what each version says.

`<quote id>` / `-`: `version`, `state`, `sellers` (who gave discounts in any version), `decidedBy`, `reason`,
`instanceId`, `validUntil`, `expiresAt` (the table's TTL; none once it is accepted); for lists `entity`, `customerId`,
`changedAt`, `about` (JSON of `QuoteItem`). `V#<version, 8 digits>`: `quote` (JSON of the shape), `state` at first.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from contract import errors, tables
from contract.shapes.quotes import Quote, QuoteItem
from functions.catalogue.keys import version_key
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import (
    ABSENT,
    NO_SORT,
    PRESENT,
    Condition,
    ConditionFailedError,
    Item,
    Put,
    Update,
    Write,
)

KEPT: Final = timedelta(days=90)
"""How long a quote that nobody accepts is kept after its last day."""
_MAX_BYTES: Final = 200_000
"""The process that sells it has it as a variable: 250,000 bytes are there for all of them."""
KEPT_UNTIL: Final = ("expiresAt",)
ENTITY: Final = "quote"
"""The `entity` of quotes as they stand."""


def find(ports: Ports, call: Call) -> Item:
    """How the quote of a request stands, with what its version says. Raises `ProblemError` if there is none, or if the
    caller's link opens another."""
    id_, link = call.path["id"], call.caller.link
    head = ports.store.get(tables.QUOTES, id_) if link is None or link.covers_quote(id_) else None
    said = ports.store.get(tables.QUOTES, id_, version_key(int(head["version"]))) if head else None
    if head is None or said is None:
        raise not_found("quote", id_)
    return {**head, "quote": said["quote"]}


def shape(ports: Ports, item: Item) -> Quote:
    """The quote as it is told."""
    beside = {"decidedBy": item.get("decidedBy"), "reason": item.get("reason", ""), "state": state(ports, item)}
    return Quote.model_validate({**json.loads(item["quote"]), **beside, "instanceId": item.get("instanceId")})


def shape_of_version(item: Item) -> Quote:
    """A version as it was made."""
    return Quote.model_validate({**json.loads(item["quote"]), "state": item["state"]})


def listed(quote: Quote) -> QuoteItem:
    """A quote, or a version, in a list."""
    products = [line.product_id for line in quote.lines]
    return QuoteItem.model_validate({**dict(quote), "customer_id": quote.customer.get("id"), "products": products})


def listed_head(ports: Ports, item: Item) -> QuoteItem:
    """A quote in a list, as it stands now."""
    about = {**json.loads(item["about"]), "state": state(ports, item), "instanceId": item.get("instanceId")}
    return QuoteItem.model_validate(about)


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
    """The next version of a quote, on condition that the one before is the last still. Raises `ProblemError` if it is
    larger than a process takes it."""
    text = quote.model_dump_json(by_alias=True, exclude={"state", "instance_id", "decided_by", "reason"})
    if (size := len(text.encode())) > _MAX_BYTES:
        words = f"A quote has at most {_MAX_BYTES} bytes, with all that is known of the customer; this has {size}."
        raise ProblemError(errors.TOO_LARGE, f"{words} Say less of the customer, or quote fewer lines.")
    shared: Item = {
        "pk": quote.id,
        "version": quote.version,
        "state": quote.state,
        "expiresAt": int((quote.valid_until + KEPT).timestamp()),
    }
    said = {**shared, "sk": version_key(quote.version), "quote": text}
    when = ABSENT if before is None else unchanged(before)
    return (
        Put(tables.QUOTES, {**shared, "sk": NO_SORT, "sellers": sellers, **_head(quote)}, when=when),
        Put(tables.QUOTES, said, when=ABSENT),
    )


def _head(quote: Quote) -> Item:
    about = listed(quote)
    customer = {"customerId": about.customer_id} if about.customer_id else {}
    text = about.model_dump_json(by_alias=True, exclude={"state", "instance_id"})
    times = {"changedAt": quote.changed_at.isoformat(), "validUntil": quote.valid_until.isoformat()}
    return {"entity": ENTITY, "about": text, **times, **customer}


def state_write(item: Item, to: str, **attributes: Any) -> Update:
    """Another state for the quote, on condition that nobody has changed it."""
    return Update(tables.QUOTES, item["pk"], NO_SORT, set={"state": to, **attributes}, when=unchanged(item))


def accepted_writes(item: Item, instance: str) -> tuple[Write, ...]:
    """The quote is accepted: it and what it says are kept for good."""
    head = state_write(item, "accepted", instanceId=instance)
    said = Update(tables.QUOTES, item["pk"], version_key(int(item["version"])), remove=KEPT_UNTIL, when=PRESENT)
    return replace(head, remove=KEPT_UNTIL), said


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
