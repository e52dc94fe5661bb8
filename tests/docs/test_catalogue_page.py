"""What docs/catalogue.md shows is sound, of all kinds that it speaks of, and comes to the figures that it names."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalogue import kinds
from catalogue.checks import Together, check_entry, setting
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Promotion
from catalogue.pricing.changes import Sold, why_off
from catalogue.pricing.listing import price_list, pricing_context
from tests.docs.catalogue_page import PAGE, example

SHAPES = {kind.name: kind.shape for kind in kinds.ALL}
SPRING = datetime(2027, 4, 1, tzinfo=UTC)


def everything() -> Together:
    return Together({named: SHAPES[named[0]].model_validate(body) for named, body in example().items()})


@pytest.mark.parametrize("named", example(), ids="/".join)
def test_nothing_is_to_be_said_of_the_example(named: tuple[str, str]) -> None:
    _, problems = check_entry(named[0], example()[named], everything(), at=SPRING, publishing=True)
    assert problems == ()


def test_the_page_shows_every_number_that_findings_have() -> None:
    numbers = {f"{value:03}" for name, value in vars(setting).items() if name.isupper() and isinstance(value, int)}
    page = PAGE.read_text()
    assert {number for number in numbers if number not in page} == set()


@pytest.mark.parametrize(
    ("segments", "channel", "month", "charge"),
    [
        ({"young-customers"}, "mobile", 4, "9.95"),
        ({"young-customers"}, "web", 4, "19.90"),
        ({"young-customers"}, "mobile", 2, "19.90"),
        (set(), "mobile", 4, "19.90"),
    ],
)
def test_the_charges_that_the_page_names(segments: set[str], channel: str, month: int, charge: str) -> None:
    at, others = SPRING.replace(month=month), everything()
    product, promotion = others.find("product", "wind-power"), others.find("promotion", "first-flat")
    assert isinstance(product, Product) and isinstance(promotion, Promotion)
    on = [promotion] if why_off(promotion, channel=channel, segments=segments, at=at) is None else []
    context = pricing_context(features={}, customer={}, channel=channel)
    sold = Sold(product.id, (product.category,))
    found = price_list(product.prices, context, at=at, sold=sold, promotions=on)
    assert found.amounts() == {"standing-charge": Decimal(charge)}
