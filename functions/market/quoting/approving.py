"""Discounts above a seller's limit: approved or refused by somebody who has given none of them."""

from contract import errors, events
from contract.events import Event
from contract.shapes.quotes import DecideQuote, Quote
from functions.market.quoting import records
from functions.market.quoting.making import told
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError


def approve(ports: Ports, call: Call) -> Quote:
    """POST /market/quotes/{id}/approve."""
    return _decide(ports, call, "approved", events.QUOTE_APPROVED)


def reject(ports: Ports, call: Call) -> Quote:
    """POST /market/quotes/{id}/reject: changed, it may be asked for again."""
    return _decide(ports, call, "rejected", events.QUOTE_REJECTED)


def _decide(ports: Ports, call: Call, to: str, event: Event) -> Quote:
    wanted: DecideQuote = call.body
    item = records.find(ports, call)
    records.check_version(item, wanted.version)
    if (state := records.state(ports, item)) != "awaitingApproval":
        raise ProblemError(errors.CONFLICT, f"This quote is {state}: nothing waits for an approval.")
    if call.caller.user in item["sellers"]:
        raise ProblemError(errors.FOUR_EYES, "Who has given a discount does not decide about it.")
    decided = {"decidedBy": call.caller.user, "reason": wanted.reason}
    quote = records.shape(ports, {**item, **decided, "state": to})
    call.unit.add(records.state_write(item, to, **decided))
    call.unit.emit(event, told(quote, call))
    return records.commit(call, quote)
