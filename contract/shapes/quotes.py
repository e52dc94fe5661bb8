"""Quotes: what a customer wants, what it costs, until when, and how it goes on."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from contract.shapes.common import Duration, PageQuery, Request, Shape, Time
from contract.shapes.market import KeyText, Language, PriceFeature, Simulation

State = Literal["open", "awaitingApproval", "approved", "rejected", "accepted", "expired"]


class QuotesQuery(PageQuery):
    """Which quotes. `customer`: the `id` that the request gave the customer; `product`: of a line, or the package."""

    customer: Annotated[str, Field(max_length=200)] = ""
    state: State | None = None
    product: KeyText = ""
    business_key: Annotated[str, Field(max_length=200)] = ""


class QuoteDiscount(Request):
    """What a seller takes off: `percent` or `amount`, of one price or of all prices of money of the line."""

    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    percent: Decimal | None = None
    amount: Decimal | None = None
    price: KeyText = ""


class QuoteWish(Request):
    """So many of a product. `features`: chosen values by id; `inputs`: of calculators, by calculator and input."""

    product_id: KeyText
    count: Annotated[int, Field(ge=0, le=10_000)] = 1
    variant: KeyText = ""
    features: dict[str, Any] = {}
    inputs: dict[str, dict[str, Any]] = {}
    discounts: Annotated[list[QuoteDiscount], Field(max_length=20)] = []


class NewQuote(Request):
    """Products, or a package with what is chosen of it. `customer`: features; `id` names a profile."""

    channel: Annotated[str, Field(min_length=1, max_length=60)]
    language: Language = ""
    customer: dict[str, Any] = {}
    package_id: KeyText = ""
    lines: Annotated[list[QuoteWish], Field(max_length=100)] = []
    valid_for: Duration = "P14D"
    business_key: Annotated[str, Field(max_length=200)] = ""


class ChangeQuote(NewQuote):
    """The quote as it shall be. `version`: the one that was read. Who holds a link leaves customer and discounts out:
    they stay as they are."""

    version: Annotated[int, Field(ge=1)]


class AcceptQuote(Request):
    """`version`: the one that was read, so that nobody accepts what they have not seen."""

    version: Annotated[int | None, Field(ge=1)] = None


class DecideQuote(Request):
    """`version`: the one that is approved or refused."""

    version: Annotated[int, Field(ge=1)]
    reason: Annotated[str, Field(max_length=2_000)] = ""


class NewQuoteLink(Request):
    """How long the link opens the quote, at most P90D; never longer than it is valid."""

    expires_in: Duration = "P7D"


class Money(Shape):
    """net + tax = gross. `period`: of what is due again and again."""

    currency: str
    period: str | None = None
    net: Decimal
    tax: Decimal
    gross: Decimal


class QuoteLine(Shape):
    """So many of a product at their prices (each of one), and what they come to."""

    product_id: str
    version: int
    name: str
    count: int
    variant: str = ""
    configuration: dict[str, Any] = {}
    prices: list[PriceFeature]
    simulations: list[Simulation] = []
    totals: list[Money]


class QuoteApproval(Shape):
    """A price whose discount is above what its seller may give."""

    product_id: str
    price: str
    percent: Decimal
    limit: int | None = None
    reasons: list[str] = []


class QuoteItem(Shape):
    """A quote in a list, or a version of it (`state`: in which it was made). `products`: those of its lines."""

    id: str
    version: int
    state: State
    channel: str
    customer_id: str | None = None
    package_id: str = ""
    products: list[str]
    totals: list[Money]
    business_key: str = ""
    process_id: str | None = None
    instance_id: str | None = None
    created_at: Time
    created_by: str
    changed_at: Time
    changed_by: str
    valid_until: Time


class Quote(Shape):
    """A quote. `wanted` is what was asked for; `approvals` are needed before it can be accepted."""

    id: str
    version: int
    state: State
    channel: str
    language: str
    customer: dict[str, Any]
    package_id: str = ""
    wanted: dict[str, Any]
    lines: list[QuoteLine]
    totals: list[Money]
    promotions: list[str] = []
    approvals: list[QuoteApproval] = []
    process_id: str | None = None
    business_key: str = ""
    created_at: Time
    created_by: str
    changed_at: Time
    changed_by: str
    decided_by: str | None = None
    reason: str = ""
    valid_until: Time
    instance_id: str | None = None
