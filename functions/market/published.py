"""Published products in the catalogue table: written when a product is released, read by the market."""

import json
from typing import Any

from catalogue.kinds.product import Product
from contract import tables
from functions.runtime.records import Delete, Item, Put, Write

ENTITY = "offer"


def offer_write(id_: str, version: Item | None) -> Write:
    """What the market finds of a product: the published version's item; None: nothing any more."""
    pk, sk = f"PRODUCT#{id_}", "CURRENT"
    if version is None:
        return Delete(tables.CATALOGUE, pk, sk)
    found = {"version": version["version"], "product": version["body"], "entity": ENTITY, "sortKey": id_}
    return Put(tables.CATALOGUE, {"pk": pk, "sk": sk, **found})


def read_published(item: Item) -> tuple[Product, int]:
    """The product and its version."""
    data: Any = json.loads(item["product"])
    return Product.model_validate(data), int(item["version"])
