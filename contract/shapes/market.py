"""The selling side: offers, comparisons, simulations, pages."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from contract.shapes.common import Finding, PageQuery, Request, Shape, Time

Language = Annotated[str, Field(max_length=35, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")]
KeyText = Annotated[str, Field(max_length=60)]
CustomerText = Annotated[
    str,
    Field(
        max_length=8000,
        description="A JSON object of what is known of the customer. `id` and `key` together name a profile that the "
        "platform keeps: the features given here win over the profile's.",
    ),
]


class OfferQuery(Request):
    """Who asks, where and in which language. `variant`: the one whose features and prices are shown."""

    channel: KeyText = ""
    language: Language = ""
    customer: CustomerText = ""
    variant: KeyText = ""


class OffersQuery(PageQuery):
    """What is looked for, by whom, where and in which language."""

    channel: KeyText = ""
    language: Language = ""
    category: Annotated[str, Field(max_length=100, description="With the categories below it.")] = ""
    customer: CustomerText = ""
    q: Annotated[str, Field(max_length=200, description="Words of name, summary and description.")] = ""
    feature: Annotated[
        list[Annotated[str, Field(max_length=300, pattern=r"^[a-z][a-z0-9-]{0,59}:.+$")]],
        Field(
            max_length=20,
            description="`<feature>:<value>`; several values of one feature are alternatives. A code of a dictionary "
            "finds those below it, too.",
        ),
    ] = []


class PriceTax(Shape):
    """What of an amount is tax: net + tax = gross. `rate` in percent."""

    rate: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


class PriceStep(Shape):
    """What one rule made of a price: `amount` is the difference. `source`: a price, decision, package or promotion."""

    kind: str
    source: str
    amount: Decimal
    details: dict[str, Any] = {}


class PriceFeature(Shape):
    """One price of an offer: an amount with its currency, a rate in percent a year. `base`: without promotions and
    packages; `steps`: how it came about (not in lists)."""

    id: str
    name: str
    type: Literal["oneOff", "recurring", "rate", "share"]
    value: Decimal
    base: Decimal
    currency: str | None = None
    period: str | None = None
    tax: PriceTax | None = None
    steps: list[PriceStep] = []


class AppliedPromotion(Shape):
    """A promotion that an offer holds. `left`: how many are left of one with a stock."""

    id: str
    name: str
    until: Time | None = None
    left: int | None = None


class OfferedComponent(Shape):
    """A product of a package: how many of it, whether this customer may have it, and what one costs in the package
    (not in lists)."""

    product_id: str
    name: str
    minimum: int
    maximum: int
    default: int
    available: bool
    prices: list[PriceFeature] = []


class ComponentChoice(Shape):
    """So many of these products together."""

    id: str
    name: str
    products: list[str]
    minimum: int
    maximum: int


class RelatedProduct(Shape):
    """How an offer stands to another product."""

    type: Literal["requires", "excludes", "replaces", "goesWith"]
    product_id: str


class MediaPlace(Shape):
    """Where an image or file is, and its content type."""

    url: str
    content_type: str


class Offer(Shape):
    """What a customer may buy here and now, in the language asked for: a product, or a package of several."""

    id: str
    type: Literal["product", "package"] = "product"
    product_id: str
    version: int
    name: str
    summary: str
    description: str
    category: str
    process_id: str | None
    actions: list[str] = []
    features: list[dict[str, Any]]
    prices: list[PriceFeature]
    promotions: list[AppliedPromotion] = []
    content: dict[str, Any] = {}
    media: dict[str, MediaPlace] = {}
    note: str = ""
    """What those who sell in this channel say and do."""
    variants: list[dict[str, str]] = []
    calculators: list[dict[str, Any]] = []
    relations: list[RelatedProduct] = []
    components: list[OfferedComponent] = []
    choices: list[ComponentChoice] = []
    language: str


class CompareQuery(OfferQuery):
    """Which offers are compared: ids with commas between them, at most eight."""

    ids: Annotated[str, Field(min_length=1, max_length=500)]


class ComparedRow(Shape):
    """One line of a comparison: what each offer has, in the order of the offers (None: it has no such feature)."""

    id: str
    name: str
    kind: str | None = None
    unit: str = ""
    values: list[Any]
    differs: bool


class ComparedGroup(Shape):
    """Lines under a heading; `id` None where the model has none for them, `prices` is the last one."""

    id: str | None
    name: str
    rows: list[ComparedRow]


class ComparedOffer(Shape):
    """The head of a column."""

    id: str
    version: int
    name: str
    summary: str
    category: str


class Comparison(Shape):
    """Offers feature by feature, in groups as the model orders them."""

    offers: list[ComparedOffer]
    groups: list[ComparedGroup]


class SimulateOffer(Request):
    """What a customer filled in, by ids of inputs; without a `calculator` the product's first is run."""

    calculator: KeyText = ""
    inputs: dict[str, Any] = {}
    channel: KeyText = ""
    language: Language = ""
    customer: dict[str, Any] = {}
    variant: KeyText = ""


class SimulationResult(Shape):
    """One result; numbers are decimals as text."""

    id: str
    name: str
    kind: str
    unit: str
    currency: str | None = None
    value: Any


class SimulatedSchedule(Shape):
    """A table: `columns` with id, name and kind, `rows` by ids of columns."""

    name: str
    columns: list[dict[str, str]]
    rows: list[dict[str, Any]]


class Simulation(Shape):
    """What a calculator says. `inputs`: with defaults filled in."""

    calculator: str
    name: str
    inputs: dict[str, Any]
    results: list[SimulationResult]
    schedule: SimulatedSchedule | None = None


class PagesQuery(PageQuery):
    """Which pages, for whom, where and in which language."""

    channel: KeyText = ""
    language: Language = ""
    customer: CustomerText = ""
    slot: KeyText = ""
    type: Literal["", "page", "banner", "article"] = ""
    tag: KeyText = ""


class OfferHead(Shape):
    """What a page says of an offer beside it."""

    id: str
    type: Literal["product", "package"]
    version: int
    name: str
    summary: str
    category: str


class ContentBlock(Shape):
    """A piece of a page. `text` is Markdown; `data` is what the channel knows how to show."""

    type: Literal["text", "heading", "image", "products", "banner", "link", "video", "custom"]
    text: str
    offers: list[OfferHead] = []
    media: MediaPlace | None = None
    url: str | None = None
    data: dict[str, Any] = {}


class ContentPage(Shape):
    """A page, banner or article."""

    id: str
    version: int
    type: Literal["page", "banner", "article"]
    slot: str | None = None
    priority: int
    name: str
    summary: str
    blocks: list[ContentBlock]
    tags: list[str]
    language: str


class PreviewQuery(OfferQuery):
    """Which version, and for whom it is shown."""

    version: Annotated[int, Field(ge=1)]


class SaveCustomer(Request):
    """What is known of a customer: features by name. They replace what was known before."""

    features: dict[str, Any]


class Customer(Shape):
    """A customer's profile (personal data). Who asks the market for this customer names `id` and `key`."""

    id: str
    key: str
    features: dict[str, Any]
    updated_at: Time


class TmfQuery(Request):
    """TMF630: which attributes (`fields`, commas between them), in which order (`sort=name,-version`), and which part
    of the list. Any other name is a condition on an attribute of the resources: `category.id=a,b` (one of them),
    `version.gte=2` (gt, gte, lt, lte, ne, regex, or `>` `>=` `<` `<=` `!=` `*=`), `&` for and, `;` for or."""

    model_config = ConfigDict(extra="allow")

    fields: Annotated[str, Field(max_length=1_000)] = ""
    sort: Annotated[str, Field(max_length=1_000)] = ""
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100


TmfResource = Literal["catalog", "category", "productSpecification", "productOffering", "productOfferingPrice"]


class Check(Shape):
    """One thing that an offer depends on, and whether it lets it through."""

    step: Literal["channel", "time", "segment", "rule", "relation", "component", "promotion"]
    about: str
    passed: bool
    words: str


class Why(Shape):
    """Why something is offered to a customer, or why not. Promotions do not decide that, and stand apart."""

    id: str
    version: int
    offered: bool
    checks: list[Check]
    promotions: list[Check]
    findings: list[Finding] = []
