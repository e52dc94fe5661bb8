"""The shipped products and packages, quoted: all that is bought together fits together and has its prices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from catalogue.checks import Together
from catalogue.domain_model import domain as domain_of
from catalogue.features import Axes, resolve
from catalogue.kinds.model import DomainModel
from catalogue.kinds.package import Package
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Promotion
from catalogue.pricing import why_off
from catalogue.selling.configuration import Configuration, Wish
from catalogue.selling.quoting import Customer, Quotation, quote
from tests.catalogue.domains import AT, DOMAINS, NAMES, bodies, catalogue

KNOWN: dict[str, Any] = {"age": 40, "existing": False, "company": True, "activeMonths": 60}
ANYBODY = Customer(KNOWN, "web", AT)


@dataclass(frozen=True)
class Value:
    """A feature as it holds."""

    kind: str | None
    value: Any


@dataclass(frozen=True)
class Everything:
    """A whole domain, offered to everybody."""

    domain: str
    held: Collection[str] = ()

    @property
    def entries(self) -> Together:
        """What is shipped."""
        return catalogue(DOMAINS / self.domain)

    @property
    def promotions(self) -> list[Promotion]:
        """Those that are on, whatever the segment."""
        found = (self.entries.find(*named) for named in bodies(DOMAINS / self.domain) if named[0] == "promotion")
        shipped = [each for each in found if isinstance(each, Promotion)]
        return [each for each in shipped if why_off(each, channel="web", segments=each.segments, at=AT) is None]

    def product(self, id_: str) -> Product | None:
        """By id."""
        found = self.entries.find("product", id_)
        return found if isinstance(found, Product) else None

    def package(self, id_: str) -> Package | None:
        """By id."""
        found = self.entries.find("package", id_)
        return found if isinstance(found, Package) else None

    def why_not(self, entry: Product | Package, *, component: bool) -> str:
        """Nothing is refused."""
        return ""

    def features(self, product: Product, variant: str) -> Mapping[str, Value]:
        """Resolved against the model."""
        model = self.entries.find("model", str(product.model))
        assert isinstance(model, DomainModel)
        resolved = resolve(product, domain_of(model, self.entries.find), Axes("en", "web", variant or None))
        return {each.definition.id: Value(each.definition.kind, each.value) for each in resolved}

    def categories(self, product: Product) -> Collection[str]:
        """Its own."""
        return (product.category,)


def ids(kind: str) -> list[tuple[str, str]]:
    return [(domain, id_) for domain in NAMES for named, id_ in bodies(DOMAINS / domain) if named == kind]


def wish(shop: Everything, product_id: str) -> Wish:
    product = shop.product(product_id)
    assert product is not None
    variant = product.variants[0].id if product.variants else ""
    return Wish(product_id, variant=variant, inputs={each.id: {} for each in product.calculators})


@pytest.mark.parametrize(("domain", "id_"), ids("product"))
def test_every_product_can_be_quoted_with_what_it_requires(domain: str, id_: str) -> None:
    shop = Everything(domain)
    product = shop.product(id_)
    assert product is not None
    required = [relation.product for relation in product.relations if relation.type == "requires"]
    lines = tuple(wish(shop, each) for each in (id_, *required))
    found = quote(Configuration(lines), shop, ANYBODY, lasts=timedelta(days=30))
    assert isinstance(found, Quotation), found
    for line in found.lines:
        assert [left for left in line.prices.left_out if left.reason == "failed"] == []
        assert not any("problem" in step.details for item in line.prices.items for step in item.steps)


@pytest.mark.parametrize(("domain", "id_"), ids("package"))
def test_every_package_can_be_quoted_as_it_usually_is(domain: str, id_: str) -> None:
    shop = Everything(domain)
    package = shop.package(id_)
    assert package is not None
    lines = tuple(wish(shop, each.product) for each in package.components if each.default)
    found = quote(Configuration(lines, id_), shop, ANYBODY, lasts=timedelta(days=30))
    assert isinstance(found, Quotation), found
    sources = {step.source for line in found.lines for item in line.prices.items for step in item.steps}
    changed = {change.product for change in package.changes} & {line.product for line in found.lines}
    assert (id_ in sources) is bool(changed or None in {change.product for change in package.changes})


def test_a_package_raises_the_rate_of_the_savings_in_it() -> None:
    shop = Everything("banking", held=("everyday-account",))
    alone = quote(Configuration((wish(shop, "savings-account"),)), shop, ANYBODY, lasts=timedelta(days=1))
    assert isinstance(alone, Quotation), alone
    lines = (wish(shop, "savings-account"), wish(shop, "everyday-account"))
    together = quote(Configuration(lines, "everyday-package"), shop, ANYBODY, lasts=timedelta(days=1))
    assert isinstance(together, Quotation), together
    rates = [found.lines[0].prices.items[0] for found in (alone, together)]
    assert rates[1].amount - rates[0].amount == Decimal("0.5")
