"""Draws up a quote: what was wanted, checked and priced on the shelf as it is now, in the shape of the API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from catalogue.kinds import PACKAGE, PRODUCT
from catalogue.kinds.parts import words
from catalogue.kinds.product import Product
from catalogue.pricing import Totals
from catalogue.problems import Problem
from catalogue.selling.configuration import Configuration, Discount, Wish
from catalogue.selling.counter import Counter
from catalogue.selling.discounting import Approval
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.prices import price_shape
from catalogue.selling.quoting import Customer, Line, Quotation, quote
from catalogue.selling.shelf import Published
from contract import errors
from contract.shapes.common import Finding
from contract.shapes.market import PriceFeature
from contract.shapes.quotes import Money, NewQuote, Quote, QuoteApproval, QuoteLine, QuoteWish
from functions.market.asking import eligibility
from functions.market.simulating import shown
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError

LONGEST: Final = timedelta(days=90)
_DURATION: Final = TypeAdapter(timedelta)


@dataclass(frozen=True)
class Head:
    """What a version of a quote has beside what was wanted. `created`: when and by whom, as `changed`."""

    id: str
    version: int
    created: tuple[datetime, str]
    changed: tuple[datetime, str]


def draw_up(ports: Ports, wanted: NewQuote, head: Head) -> Quote:
    """The quote. Raises `ProblemError` with everything that is wrong with what was wanted."""
    offered = eligibility(ports, wanted, trusted=True)
    drawn = _quoted(offered, wanted)
    language = wanted.language
    lines = [_line(offered, line, language) for line in drawn.lines]
    return Quote(
        id=head.id,
        version=head.version,
        state="awaitingApproval" if drawn.approvals else "open",
        channel=wanted.channel,
        language=language,
        customer={name: value for name, value in wanted.customer.items() if name != "key"},
        package_id=wanted.package_id,
        wanted=json.loads(wanted.model_dump_json(by_alias=True, exclude={"customer", "version"})),
        lines=lines,
        totals=list(_money(drawn.totals)),
        promotions=list(drawn.promotions),
        approvals=list(map(_approval, drawn.approvals)),
        process_id=_process(offered, drawn),
        business_key=wanted.business_key,
        created_at=head.created[0],
        created_by=head.created[1],
        changed_at=head.changed[0],
        changed_by=head.changed[1],
        valid_until=drawn.valid_until,
    )


def _quoted(offered: Eligibility, wanted: NewQuote) -> Quotation:
    asker = offered.asker
    drawn = quote(
        Configuration(tuple(map(_wish, wanted.lines)), wanted.package_id),
        Counter(offered),
        Customer(asker.customer, asker.channel, asker.at),
        lasts=_lasts(wanted),
        decisions=offered.decisions,
    )
    if not isinstance(drawn, Quotation):
        raise ProblemError(errors.VALIDATION_FAILED, "This cannot be quoted; see errors.", map(_finding, drawn))
    return drawn


def _lasts(wanted: NewQuote) -> timedelta:
    lasts = _DURATION.validate_python(wanted.valid_for)
    if not timedelta() < lasts <= LONGEST:
        said = "A quote is valid for longer than nothing and at most P90D."
        finding = Finding(code="quote-validity", message=said, field="/validFor")
        raise ProblemError(errors.VALIDATION_FAILED, said, (finding,))
    return lasts


def _wish(wish: QuoteWish) -> Wish:
    discounts = tuple(Discount(d.reason, d.percent, d.amount, d.price) for d in wish.discounts)
    return Wish(wish.product_id, wish.count, wish.variant, wish.features, wish.inputs, discounts)


def _finding(problem: Problem) -> Finding:
    """Where it stands in the request, whose names differ a little from the configuration's."""
    pointer = {"/package": "/packageId"}.get(problem.pointer, problem.pointer)
    return Finding(code=problem.code, severity=problem.severity, message=problem.message, field=pointer)


def _approval(needed: Approval) -> QuoteApproval:
    return QuoteApproval(
        product_id=needed.product,
        price=needed.price,
        percent=needed.percent,
        limit=needed.limit,
        reasons=list(needed.reasons),
    )


def _line(offered: Eligibility, line: Line, language: str) -> QuoteLine:
    one = offered.shelf.published[PRODUCT.name, line.product]
    product, first = one.entry, one.facets.languages[0]
    assert isinstance(product, Product)
    spoken = one.facets.spoken(language)
    calculators = {calculator.id: calculator for calculator in product.calculators}
    return QuoteLine(
        product_id=one.id,
        version=one.version,
        name=words(product.name, spoken, first),
        count=line.count,
        variant=line.variant,
        configuration=dict(line.configuration),
        prices=[PriceFeature.model_validate(price_shape(price, spoken, first)) for price in line.prices.items],
        simulations=[shown(calculators[id_], done, spoken, first) for id_, done in line.simulations.items()],
        totals=list(_money(line.totals)),
    )


def _money(totals: Totals) -> Iterator[Money]:
    for currency, sum_ in totals.once.items():
        yield Money(currency=currency, net=sum_.net, tax=sum_.tax, gross=sum_.gross)
    for (currency, period), sum_ in totals.periodic.items():
        yield Money(currency=currency, period=period, net=sum_.net, tax=sum_.tax, gross=sum_.gross)


def _process(offered: Eligibility, drawn: Quotation) -> str | None:
    """The one process that sells all of it here; None if there is none, or are several."""
    keys = [(PACKAGE.name, drawn.package)] if drawn.package else [(PRODUCT.name, line.product) for line in drawn.lines]
    sales = [_sold_by(offered, offered.shelf.published[key]) for key in keys]
    return sales[0] if len(set(sales)) == 1 else None


def _sold_by(offered: Eligibility, one: Published) -> str | None:
    sale: Any = offered.sale(one.facets, "buy")
    return sale.process if sale else None
