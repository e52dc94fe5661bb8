"""Who asks what may be bought: where, in which language, what is known of the customer, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Asker:
    """`channel` and `language`: empty for any. `customer`: features by name; `products` are the ids that they have."""

    channel: str
    language: str
    customer: Mapping[str, Any]
    at: datetime

    @property
    def held(self) -> frozenset[str]:
        """The products that the customer has, as far as it is known."""
        products = self.customer.get("products")
        return frozenset(str(id_) for id_ in products) if isinstance(products, list) else frozenset()
