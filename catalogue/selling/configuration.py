"""What a customer wants to buy: products or a package, how many, with which choices, at what discount.

Shapes alone; configuring.py says whether the products' rules allow it, quoting.py what it costs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from catalogue.kinds.package import Package
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Promotion


@dataclass(frozen=True)
class Discount:
    """What a seller takes off: a percentage or an amount in units of the price. `price`: which one; all prices of
    money of the line if empty. `reason` is what an approver reads.
    """

    reason: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    price: str = ""


@dataclass(frozen=True)
class Wish:
    """A line: so many of a product. `features`: chosen values of features that leave a choice, by id; `inputs`: those
    of calculators, by calculator and input.
    """

    product: str
    count: int = 1
    variant: str = ""
    features: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    discounts: tuple[Discount, ...] = ()


@dataclass(frozen=True)
class Configuration:
    """Products, or a package and what is chosen of it; components that no line names come in their usual number."""

    lines: tuple[Wish, ...] = ()
    package: str = ""


class Stated(Protocol):
    """A feature of a product as it holds here: its kind (see FeatureKind) and value."""

    @property
    def kind(self) -> str | None:
        """Which kind of value it has."""

    @property
    def value(self) -> Any:
        """The value; of a choice the list of values, of a range {min, max}."""


class Assortment(Protocol):
    """What is sold to one customer, in one channel, at one moment."""

    @property
    def promotions(self) -> Sequence[Promotion]:
        """Those that are on for this customer here and now."""

    @property
    def held(self) -> Collection[str]:
        """Ids of the products that the customer has."""

    def product(self, id_: str) -> Product | None:
        """A live product, whether it is offered or not."""

    def package(self, id_: str) -> Package | None:
        """A live package, whether it is offered or not."""

    def why_not(self, entry: Product | Package, *, component: bool) -> str:
        """Why it may not be quoted to this customer here and now, in words; empty if it may. A component of a package
        needs no channel of its own.
        """

    def features(self, product: Product, variant: str) -> Mapping[str, Stated]:
        """The product's features by id."""

    def categories(self, product: Product) -> Collection[str]:
        """Its category and those above it."""
