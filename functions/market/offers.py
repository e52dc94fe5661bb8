"""Lists, reads, compares and explains offers."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from catalogue.kinds.product import Product
from catalogue.selling import comparing, why
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.offering import offer
from catalogue.selling.searching import found, has_values, wanted
from catalogue.selling.shelf import Published
from contract import errors
from contract.shapes.common import Finding, Page
from contract.shapes.market import Check, CompareQuery, Comparison, Offer, OfferQuery, OffersQuery, Why
from functions.market.asking import eligibility
from functions.market.caching import answered
from functions.market.cursors import after, cursor
from functions.runtime.calls import Answer, Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found

MAX_COMPARED = 8


def list_offers(ports: Ports, call: Call) -> Answer:
    """GET /market/offers: in the order of their ids."""
    query: OffersQuery = call.query
    offered = eligibility(ports, query)
    read = list(islice(_found(offered, query), query.limit + 1))
    shown = read[: query.limit]
    more = cursor(shown[-1].id) if len(read) > query.limit else None
    items = [Offer.model_validate(offer(offered, one, whole=False)) for one in shown]
    return answered(call, Page[Offer](items=items, cursor=more), customer=query.customer)


def _found(offered: Eligibility, query: OffersQuery) -> Iterator[Published]:
    features = [(id_, value) for id_, _, value in (text.partition(":") for text in query.feature)]
    sought = wanted(query.q, features)
    ids = found(offered.shelf, query.language, sought, category=query.category, after=after(query.cursor))
    return (one for one in offered.offered(ids) if has_values(offered.shelf, one, offered.asker, sought))


def get_offer(ports: Ports, call: Call) -> Answer:
    """GET /market/offers/{id}: if it is one for this customer."""
    query: OfferQuery = call.query
    offered = eligibility(ports, query)
    one = find_offered(offered, call.path["id"])
    check_variant([one], query.variant)
    return answered(call, _shape(offered, one, query.variant), customer=query.customer)


def _shape(offered: Eligibility, one: Published, variant: str) -> Offer:
    return Offer.model_validate(offer(offered, one, variant=variant))


def find_offered(offered: Eligibility, id_: str) -> Published:
    """What is offered under an id. Raises `ProblemError` if nothing is, whatever the reason."""
    one = offered.shelf.offers.get(id_)
    if one is None or not offered.is_offered(one):
        raise not_found("offer", id_)
    return one


def check_variant(offers: Sequence[Published], variant: str) -> None:
    """Raises `ProblemError` if none of the offers has the variant that is asked for."""
    known = [each.id for one in offers if isinstance(one.entry, Product) for each in one.entry.variants]
    if variant and variant not in known:
        words = f"There is no variant {variant!r}; there are {', '.join(known) or 'none'}."
        raise ProblemError(errors.VALIDATION_FAILED, words, [Finding(code="variant", message=words, field="/variant")])


def compare(ports: Ports, call: Call) -> Answer:
    """GET /market/compare."""
    query: CompareQuery = call.query
    ids = list(dict.fromkeys(id_.strip() for id_ in query.ids.split(",")))
    if len(ids) > MAX_COMPARED:
        words = f"At most {MAX_COMPARED} offers are compared."
        finding = Finding(code="too_many", message=words, field="/ids")
        raise ProblemError(errors.VALIDATION_FAILED, words, (finding,))
    offered = eligibility(ports, query)
    compared = [find_offered(offered, id_) for id_ in ids]
    check_variant(compared, query.variant)
    answer = comparing.compare(offered, compared, _offers(offered, compared, query.variant), query.variant)
    return answered(call, Comparison.model_validate(answer), customer=query.customer)


def _offers(offered: Eligibility, compared: Sequence[Published], variant: str) -> list[dict[str, Any]]:
    return [offer(offered, one, variant=variant, whole=False) for one in compared]


def explain(ports: Ports, call: Call) -> Why:
    """GET /market/offers/{id}/why: of everything that is published."""
    offered = eligibility(ports, call.query, trusted=True)
    one = offered.shelf.offers.get(call.path["id"])
    if one is None:
        raise not_found("published product or package", call.path["id"])
    return Why(
        id=one.id,
        version=one.version,
        offered=offered.is_offered(one),
        checks=[_check(check) for check in why.checks(offered, one)],
        promotions=[_check(check) for check in why.promotions(offered, one)],
    )


def _check(check: why.Check) -> Check:
    return Check(step=check.step, about=check.about, passed=check.passed, words=check.words)
