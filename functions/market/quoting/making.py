"""Makes, reads and changes quotes. Each change is a version; the ones before are kept."""

from contract import errors, events
from contract.shapes.quotes import ChangeQuote, NewQuote, Quote
from functions.market.quoting import records
from functions.market.quoting.drawing import Head, draw_up
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError


def make(ports: Ports, call: Call) -> Quote:
    """POST /market/quotes."""
    wanted: NewQuote = call.body
    now = (ports.clock.now(), call.caller.user)
    quote = draw_up(ports, wanted, Head(ports.ids.new(), 1, now, now))
    call.unit.add(*records.version_writes(quote, None, _sellers(wanted, call, [])))
    call.unit.emit(events.QUOTE_CREATED, told(quote, call))
    return records.commit(call, quote)


def read(ports: Ports, call: Call) -> Quote:
    """GET /market/quotes/{id}."""
    return records.shape(ports, records.find(ports, call))


def change(ports: Ports, call: Call) -> Quote:
    """PUT /market/quotes/{id}: priced anew, on the shelf as it is now; approvals begin anew too."""
    wanted: ChangeQuote = call.body
    item = records.find(ports, call)
    if item["state"] == "accepted":
        raise ProblemError(errors.CONFLICT, "This quote is accepted: make a new one.")
    records.check_version(item, wanted.version)
    before = records.shape(ports, item)
    if call.caller.link is not None:
        wanted = _of_customer(wanted, before)
    by = call.caller.user or before.changed_by
    head = Head(before.id, before.version + 1, (before.created_at, before.created_by), (ports.clock.now(), by))
    quote = draw_up(ports, wanted, head)
    call.unit.add(*records.version_writes(quote, item, _sellers(wanted, call, item["sellers"])))
    call.unit.emit(events.QUOTE_CHANGED, told(quote, call))
    return records.commit(call, quote)


def _of_customer(wanted: ChangeQuote, before: Quote) -> ChangeQuote:
    """What the holder of a link may change: neither who the customer is, nor what sellers take off."""
    if wanted.customer or any(line.discounts for line in wanted.lines):
        raise ProblemError(errors.FORBIDDEN, "A link changes what is chosen, not the customer nor the discounts.")
    known = {line["productId"]: line["discounts"] for line in before.wanted["lines"]}
    said = wanted.model_dump(mode="json", by_alias=True) | {"customer": before.customer}
    lines = [{**line, "discounts": known.get(line["productId"], [])} for line in said["lines"]]
    kept = {"lines": lines, "businessKey": before.business_key, "validFor": before.wanted["validFor"]}
    return ChangeQuote.model_validate(said | kept)


def _sellers(wanted: NewQuote, call: Call, before: list[str]) -> list[str]:
    """Everybody who has given discounts: none of them approves this quote."""
    gives = call.caller.link is None and any(line.discounts for line in wanted.lines)
    return sorted({*before, call.caller.user} if gives else before)


def told(quote: Quote, call: Call) -> dict[str, object]:
    """What events say of a quote: nothing about the customer."""
    by = call.caller.user or "link"
    return {"id": quote.id, "version": quote.version, "state": quote.state, "channel": quote.channel, "by": by}
