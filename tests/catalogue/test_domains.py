"""The shipped domains: nothing is to be said of them, their figures can be computed, both languages are whole."""

from typing import Any

import pytest

from catalogue.calculators import Simulation, simulate
from catalogue.checks import check_entry
from catalogue.domain_model import domain as domain_of
from catalogue.features import Axes, resolve
from catalogue.kinds.model import DomainModel
from catalogue.kinds.product import Product
from catalogue.pricing.changes import Sold
from catalogue.pricing.listing import price_list, pricing_context
from tests.catalogue.domains import AT, DOMAINS, NAMES, bodies, catalogue

ENTRIES = [(domain, named) for domain in NAMES for named in bodies(DOMAINS / domain)]


@pytest.mark.parametrize(
    ("domain", "named"), ENTRIES, ids=lambda each: each if isinstance(each, str) else "/".join(each)
)
def test_nothing_is_to_be_said_of_what_is_shipped(domain: str, named: tuple[str, str]) -> None:
    folder = DOMAINS / domain
    entry, problems = check_entry(named[0], bodies(folder)[named], catalogue(folder), at=AT, publishing=True)
    assert entry is not None
    assert [(p.code, p.pointer, p.message) for p in problems] == []


PRODUCTS = [(domain, named) for domain, named in ENTRIES if named[0] == "product"]


@pytest.mark.parametrize(("domain", "named"), PRODUCTS, ids=str)
def test_every_shipped_product_can_be_priced_and_computed_in_each_channel(domain: str, named: tuple[str, str]) -> None:
    others = catalogue(DOMAINS / domain)
    product = others.find(*named)
    assert isinstance(product, Product)
    model = others.find("model", str(product.model))
    assert isinstance(model, DomainModel)
    for channel in product.channels:
        axes = Axes("pl", channel)
        features = {each.definition.id: each.value for each in resolve(product, domain_of(model, others.find), axes)}
        prices = priced(product, features, channel)
        assert {reason for _, reason in prices[1]} <= {"condition", "noValue"}
        for calculator in product.calculators:
            found = simulate(calculator, {}, features=features, prices=prices[0], customer={}, channel=channel, at=AT)
            assert isinstance(found, Simulation), found
            assert None not in found.values().values()


def priced(product: Product, features: dict[str, Any], channel: str) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """The amounts for a customer of whom nothing is known, and which are left out."""
    context = pricing_context(features=features, customer={}, channel=channel)
    found = price_list(product.prices, context, at=AT, sold=Sold(product.id, (product.category,)))
    return found.amounts(), {(each.price, each.reason) for each in found.left_out}


def figures(domain: str, product_id: str, **inputs: Any) -> dict[str, str]:
    """What the first calculator of a product says on the web, as texts."""
    others = catalogue(DOMAINS / domain)
    product = others.find("product", product_id)
    assert isinstance(product, Product)
    model = others.find("model", str(product.model))
    assert isinstance(model, DomainModel)
    axes = Axes("en", "web")
    features = {each.definition.id: each.value for each in resolve(product, domain_of(model, others.find), axes)}
    prices, _ = priced(product, features, "web")
    found = simulate(
        product.calculators[0], inputs, features=features, prices=prices, customer={}, channel="web", at=AT
    )
    assert isinstance(found, Simulation), found
    return {id_: str(value) for id_, value in found.values().items()}


def test_the_representative_example_of_the_loan_is_right() -> None:
    """20,000 zł, 36 equal instalments at 9.9 %: 20000 i / (1 - (1 + i)^-36) with i = 9.9 % / 12 is 644.41; the cost of
    the loan adds 2 %, and the rate at which what is paid is worth what was handed out is 11.90 %."""
    found = figures("banking", "personal-loan", amount=20000, months=36)
    assert (found["first-instalment"], found["commission"], found["apr"]) == ("644.41", "400.00", "11.90")


def test_a_deposit_pays_out_interest_without_the_tax_on_it() -> None:
    """10,000 zł at 3.6 % for the 365 days from 22 November 2026: 360.00 of interest, 19 % of it withheld."""
    found = figures("banking", "term-deposit", amount=10000, months=12)
    assert (found["interest"], found["tax"], found["paid-out"]) == ("360.00", "68.40", "10291.60")


def test_a_lease_costs_what_its_parts_come_to() -> None:
    """(108000 - 24000 / (1.006)^36) i / (1 - 1.006^-36) with i = 7.2 % / 12 is 2745.36; with 23 % VAT 3376.79."""
    found = figures("leasing", "car-lease", **{"net-price": 120000, "months": 36, "initial": 10, "purchase": 20})
    assert (found["net-instalment"], found["gross-instalment"]) == ("2745.36", "3376.79")
    assert found["total-net"] == "134832.96"
