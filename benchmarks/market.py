"""Listing offers: what a request costs over a small and a large catalogue, through the function's own handler.

Milliseconds of the processor, which other work on the machine does not change; tables are in memory.
"""

import json
import random
import time
from collections.abc import Iterator
from statistics import quantiles
from typing import Any, Final

from benchmarks.figures import Goal, Table, Value
from catalogue.selling.shelf import Published, Shelf
from contract import routes, tables
from functions.catalogue.snapshots import write_snapshot
from functions.market.handler import handle
from functions.market.spec import SPEC
from functions.runtime.records import Put
from tests.functions.fakes import World
from tests.functions.invoking import Context, http_event

SIZES: Final = (100, 10_000)
REQUESTS: Final = 300
SEGMENTS: Final = 50
CATEGORIES: Final = 20
CHANNELS: Final = ("web", "mobile", "branch")


def measure_market() -> Table:
    """One row a size of the catalogue."""
    rows = [_row(size) for size in SIZES]
    small = float(rows[0]["p95 ms"])
    goals = (
        Goal("at most 3 DynamoDB reads a request after warm-up", lambda row: int(row["most DynamoDB reads"]) <= 3),
        Goal("p95 at most 50 ms", lambda row: float(row["p95 ms"]) <= 50),
        Goal("at most 3 times the p95 of 100 products", lambda row: float(row["p95 ms"]) <= 3 * small),
    )
    return Table("GET /market/offers", rows, goals)


def _row(products: int) -> dict[str, Value]:
    world = World()
    _publish(world, products)
    handler = handle.with_ports(world.ports)
    begun = time.process_time()
    _ask(handler, {})
    cold = (time.process_time() - begun) * 1000
    chance = random.Random(7)  # noqa: S311 - the same each time
    for query in _queries(chance, REQUESTS):
        _ask(handler, query)
    taken, reads = [], []
    for query in _queries(chance, REQUESTS):
        world.steps.taken.clear()
        begun = time.process_time()
        _ask(handler, query)
        taken.append((time.process_time() - begun) * 1000)
        reads.append(sum(step.startswith("before") for step in world.steps.taken))
    percent = quantiles(taken, n=100)
    row: dict[str, Value] = {"products": products, "segments": SEGMENTS, "p50 ms": percent[49], "p95 ms": percent[94]}
    return row | {"most DynamoDB reads": max(reads), "cold start ms": cold}


def _ask(handler: Any, query: dict[str, str]) -> None:
    answer = handler(http_event(routes.LIST_OFFERS, query=list(query.items())), Context())
    if answer["statusCode"] != 200:
        raise ValueError(answer["body"])


def _queries(chance: random.Random, number: int) -> Iterator[dict[str, str]]:
    """Channels ask for pages of offers for customers of all ages, in a category, or with a word or a feature."""
    for _ in range(number):
        customer = {"age": chance.randrange(16, 90), "score": chance.randrange(1000), "existing": chance.random() < 0.5}
        query = {"channel": chance.choice(CHANNELS), "language": "pl", "customer": json.dumps(customer), "limit": "50"}
        category = f"category-{chance.randrange(CATEGORIES)}"
        yield query | chance.choice([{"category": category}, {"q": "konto 7"}, {"feature": "level:gold"}, {}])


def _publish(world: World, products: int) -> None:
    """A snapshot of everything at revision 1, and what a request reads beside it."""
    bodies = [*_segments(), *_promotions(), *_products(products)]
    published = (Published(kind, body["id"], 1, json.dumps(body)) for kind, body in bodies)
    write_snapshot(world.ports(SPEC), Shelf(1, {(one.kind, one.id): one for one in published}))
    world.store.write(Put(tables.CATALOGUE, {"pk": "HEAD", "sk": "-", "revision": 1}))
    used = {"pk": "STOCK#promotion-1", "sk": "-", "entity": "stock", "sortKey": "promotion-1", "used": 3}
    world.store.write(Put(tables.CATALOGUE, used))


def _segments() -> Iterator[tuple[str, dict[str, Any]]]:
    for n in range(SEGMENTS):
        rules = [f"= customer.age >= {16 + n} and customer.age < {40 + n}", f"= customer.score > {n * 15}"]
        yield (
            "segment",
            {"id": f"segment-{n}", "name": {"en": f"Segment {n}"}, "conditions": [{"rule": r} for r in rules]},
        )


def _promotions() -> Iterator[tuple[str, dict[str, Any]]]:
    for n in range(10):
        change = {"category": f"category-{n}", "effect": "percentOff", "value": "10"}
        about = {"id": f"promotion-{n}", "name": {"en": f"Promotion {n}"}, "changes": [change], "valid": {}}
        yield "promotion", about | {"segments": [f"segment-{n}"], "stock": 100}


def _products(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    chance = random.Random(3)  # noqa: S311
    for n in range(number):
        yield "product", {
            "id": f"product-{n:05}",
            "name": {"en": f"Account {n}", "pl": f"Konto {n}"},
            "category": f"category-{n % CATEGORIES}",
            "process": "sale",
            "languages": ["pl", "en"],
            "content": {"summary": {"en": "For every day " * 10, "pl": "Na każdy dzień " * 10}},
            "features": [
                {"id": "level", "name": {"en": "Level", "pl": "Poziom"}, "kind": "text",
                 "value": chance.choice(["gold", "silver", "bronze"])},
                *({"id": f"feature-{f}", "name": {"en": f"F {f}"}, "kind": "number", "value": f} for f in range(10)),
            ],
            "prices": [
                {"id": "fee", "name": {"en": "Fee"}, "type": "recurring", "value": "9.99", "currency": "PLN",
                 "period": "P1M"},
                {"id": "rate", "name": {"en": "Rate"}, "type": "rate",
                 "value": "= if customer.existing = true then 8.9 else 9.9"},
            ],
            "segments": [f"segment-{s}" for s in chance.sample(range(SEGMENTS), 2)],
            "segment": f"= customer.score > {chance.randrange(10) * 50}",
            "channels": {channel: {} for channel in chance.sample(CHANNELS, 2)},
        }  # fmt: skip
