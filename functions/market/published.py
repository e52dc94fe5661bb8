"""Published products in the catalogue table: written when a bundle is published, read by the market."""

import json
from typing import Any

from catalogue.kinds.product import Product
from contract import tables
from functions.runtime.records import Item, Put, Write

ENTITY = "offer"


def product_writes(product: Product, version: int) -> tuple[Write, ...]:
    """What publishing a version writes: the version itself, and the current one by which the market finds it."""
    body = product.model_dump_json(by_alias=True, exclude_none=True)
    item = {"pk": f"PRODUCT#{product.id}", "version": version, "product": body}
    current = item | {"sk": "CURRENT", "entity": ENTITY, "sortKey": product.id}
    return (Put(tables.CATALOGUE, item | {"sk": f"V#{version:08}"}), Put(tables.CATALOGUE, current))


def read_published(item: Item) -> tuple[Product, int]:
    """The product and its version."""
    data: Any = json.loads(item["product"])
    return Product.model_validate(data), int(item["version"])
