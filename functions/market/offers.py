"""Lists and reads offers."""

import json
from typing import Any

from catalogue import offers
from catalogue.offers import Asker
from contract import errors, tables
from contract.shapes.common import Finding, Page
from contract.shapes.work import Offer, OffersQuery
from functions.market.published import ENTITY, read_published
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found


def list_offers(ports: Ports, query: OffersQuery) -> Page[Offer]:
    """What this customer may buy here and now; pages hold at most `limit` offers, in the order of their ids."""
    asker = _asker(ports, query)
    found: list[Offer] = []
    cursor = query.cursor
    while True:
        try:
            wanted = query.limit - len(found)
            rows = ports.store.query(tables.CATALOGUE, ENTITY, index="byEntity", limit=wanted, cursor=cursor)
        except ValueError as error:
            raise ProblemError(errors.INVALID_REQUEST, "The cursor is not one of ours.") from error
        for product, version in map(read_published, rows.items):
            if offers.matches(product, asker, category=query.category, text=query.q) and offers.is_offered(
                product, asker
            ):
                found.append(Offer.model_validate(offers.offer(product, version, asker)))
        cursor = rows.cursor
        if not cursor or len(found) >= query.limit:
            return Page(items=found, cursor=cursor or None)


def get_offer(ports: Ports, id_: str, query: OffersQuery) -> Offer:
    """One offer, if it is one for this customer."""
    item = ports.store.get(tables.CATALOGUE, f"PRODUCT#{id_}", "CURRENT")
    if item is None:
        raise not_found("offer", id_)
    product, version = read_published(item)
    asker = _asker(ports, query)
    if not offers.is_offered(product, asker):
        raise not_found("offer", id_)
    return Offer.model_validate(offers.offer(product, version, asker))


def _asker(ports: Ports, query: OffersQuery) -> Asker:
    try:
        customer: Any = json.loads(query.customer) if query.customer else {}
    except (ValueError, RecursionError):
        customer = None
    if not isinstance(customer, dict):
        finding = Finding(code="json_object", message="A JSON object is expected.", field="/customer")
        raise ProblemError(errors.VALIDATION_FAILED, "The customer is not a JSON object.", (finding,))
    return Asker(query.channel, query.language, customer, ports.clock.now())
