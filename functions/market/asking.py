"""Who asks the market, from a request: the customer's features, and what of the shelf is for them."""

from typing import Any, Protocol

from catalogue.selling.asker import Asker
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.shelf import Shelf
from contract import tables
from functions.catalogue.shelves import shelf
from functions.market.customers import known, parse
from functions.market.deciding import DeployedDecisions
from functions.runtime.ports import Ports

STOCK = "stock"
"""The `entity` of the items that count what was taken of promotions."""


class Asking(Protocol):
    """What every question to the market says. `customer` is a JSON object, in a query as text."""

    @property
    def channel(self) -> str:
        """Empty for any."""

    @property
    def language(self) -> str:
        """Empty for the offer's own first one."""

    @property
    def customer(self) -> str | dict[str, Any]:
        """Empty for somebody of whom nothing is known."""


def eligibility(ports: Ports, asking: Asking, *, trusted: bool = False) -> Eligibility:
    """What is offered to whoever asks, here and now. `trusted`: they may name any customer without its key."""
    on_shelf = shelf(ports)
    given = parse(asking.customer) if isinstance(asking.customer, str) else asking.customer
    customer = known(ports, given, on_shelf.customer_features, trusted=trusted)
    asker = Asker(asking.channel, asking.language, customer, ports.clock.now())
    return Eligibility(on_shelf, asker, stock(ports, on_shelf), DeployedDecisions(ports))


def stock(ports: Ports, on_shelf: Shelf) -> dict[str, int]:
    """How often each promotion with a stock was taken, as the index knows; quotes count it exactly."""
    if all(promotion.stock is None for promotion in on_shelf.promotions):
        return {}
    rows = ports.store.query(tables.CATALOGUE, STOCK, index="byEntity")
    return {item["sortKey"]: int(item["used"]) for item in rows.items}
