"""Accepting a quote: one transaction takes it, counts the promotions that it uses up and asks for the sale's instance.

accepted already ---> the same answer again, nothing else
read quote, process, stock -> transaction -> launch (after a crash the event's consumer does it)
"""

from typing import Any

from catalogue.kinds import PROMOTION
from catalogue.kinds.promotion import Promotion
from contract import errors, events, tables
from contract.shapes.quotes import AcceptQuote, Quote
from functions.catalogue.shelves import shelf
from functions.market.asking import STOCK
from functions.market.quoting import records
from functions.market.quoting.making import told
from functions.runtime import registry, starting
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import NO_SORT, Condition, ConditionFailedError, Item, Update
from functions.runtime.variables import check_given


def accept(ports: Ports, call: Call) -> Quote:
    """POST /market/quotes/{id}/accept."""
    wanted: AcceptQuote = call.body
    item = records.find(ports, call)
    records.check_version(item, wanted.version)
    if item["state"] == "accepted":
        return records.shape(ports, item)
    quote = _acceptable(ports, item)
    stock = _stock_writes(ports, quote)
    call.unit.add(*stock)
    instance = _sale(ports, call, quote)
    accepted = records.shape(ports, {**item, "state": "accepted", "instanceId": instance["pk"]})
    call.unit.add(*records.accepted_writes(item, instance["pk"]))
    call.unit.emit(events.QUOTE_ACCEPTED, told(accepted, call) | {"instanceId": instance["pk"]})
    try:
        call.commit(accepted)
    except ConditionFailedError as error:
        return _met(ports, call, error.failed, len(stock))
    starting.launch(ports, instance)
    return accepted


def _acceptable(ports: Ports, item: Item) -> Quote:
    quote = records.shape(ports, item)
    if quote.state not in ("open", "approved"):
        raise ProblemError(errors.CONFLICT, f"This quote is {quote.state}: it cannot be accepted as it is.")
    if quote.process_id is None:
        words = f"No one process sells this in {quote.channel}: quote what is sold differently apart."
        raise ProblemError(errors.CONFLICT, words)
    return quote


def _stock_writes(ports: Ports, quote: Quote) -> list[Update]:
    """Each promotion with a stock counts once; one that is retired since then counts no more."""
    found = (shelf(ports).find(PROMOTION.name, id_) for id_ in quote.promotions) if quote.promotions else ()
    promotions = (promotion for promotion in found if isinstance(promotion, Promotion))
    return [_stock_write(promotion, promotion.stock) for promotion in promotions if promotion.stock]


def _stock_write(promotion: Promotion, stock: int) -> Update:
    return Update(
        tables.CATALOGUE,
        f"STOCK#{promotion.id}",
        NO_SORT,
        set={"entity": STOCK, "sortKey": promotion.id},
        add={"used": 1},
        when=Condition(below={"used": stock}),
    )


def _sale(ports: Ports, call: Call, quote: Quote) -> Item:
    """The instance that sells it: the quote is bound to it as the variable `quote`."""
    process = registry.process(ports, str(quote.process_id))
    bound: dict[str, Any] = quote.model_dump(mode="json", by_alias=True) | {"state": "accepted"}
    sold = {"quote": bound, "channel": quote.channel}
    check_given(sold)
    return starting.request(
        ports,
        call.unit,
        process,
        variables=sold,
        business_key=quote.business_key or quote.id,
        initiator=call.caller.user,
    )


def _met(ports: Ports, call: Call, failed: tuple[int, ...], stocks: int) -> Quote:
    """Why nothing was written: somebody has accepted it just now, a promotion has run out, or it has changed."""
    now = records.find(ports, call)
    if now["state"] == "accepted":
        return records.shape(ports, now)
    if any(position < stocks for position in failed):
        words = "A promotion of this quote has run out: change the quote, and it is priced without it."
        raise ProblemError(errors.CONFLICT, words)
    raise ProblemError(errors.STALE, "Somebody else has changed this quote just now: read it again.")
