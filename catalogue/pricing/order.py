"""Which prices need which: the order in which they are computed, and the circles that have none."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from catalogue.expressions import entries_read
from catalogue.kinds.price import Price
from catalogue.problems import Path


def price_expressions(price: Price) -> Iterator[tuple[Path, str]]:
    """Every expression of a price, with its path."""
    for name, text in (("value", price.value), ("of", price.of), ("when", price.when)):
        if isinstance(text, str):
            yield (name,), text
    if price.tiers is not None:
        yield ("tiers", "by"), price.tiers.by
        for index, tier in enumerate(price.tiers.steps):
            if isinstance(tier.value, str):
                yield ("tiers", "steps", index, "value"), tier.value
    if price.decided is not None:
        for name, text in price.decided.inputs.items():
            yield ("decided", "inputs", name), text


def needs(price: Price, ids: frozenset[str]) -> frozenset[str]:
    """The ids of prices that it reads, whether they exist or not; `ids` are those that do."""
    found: frozenset[str] = frozenset()
    for _, text in price_expressions(price):
        if "prices" in text:
            found |= _read(text, ids)
    return found


@lru_cache(maxsize=20_000)
def _read(text: str, ids: frozenset[str]) -> frozenset[str]:
    known = {id_.replace("-", "_"): id_ for id_ in ids}
    return frozenset(known.get(name, name) for name in entries_read(text, "prices", ids))


def read_others(prices: Sequence[Price]) -> bool:
    """Whether any of the prices reads another one."""
    return any("prices" in text for price in prices for _, text in price_expressions(price))


def in_order_of_need(prices: Sequence[Price]) -> tuple[Price, ...]:
    """Each price after those that it reads; among equals as they stand. Prices of a circle come last, as they stand."""
    if not read_others(prices):
        return tuple(prices)
    positions = {price.id: index for index, price in enumerate(prices)}
    ids = frozenset(positions)
    order = _order(tuple((price.id, tuple(sorted(needs(price, ids) & ids))) for price in prices))
    return tuple(prices[positions[id_]] for id_ in order)


@lru_cache(maxsize=4_000)
def _order(graph: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    ids = [id_ for id_, _ in graph]
    try:
        return tuple(TopologicalSorter(dict(graph)).static_order())
    except CycleError:
        return tuple(ids)


def circles(prices: Sequence[Price]) -> Iterator[tuple[str, ...]]:
    """Circles of prices that need each other, by id, the first one again at the end; no price is in two of them."""
    ids = frozenset(price.id for price in prices)
    graph = {price.id: needs(price, ids) & ids for price in prices}
    while True:
        try:
            TopologicalSorter(graph).prepare()
            return
        except CycleError as error:
            found = tuple(error.args[1])[::-1]
        yield found
        graph = {id_: needed - set(found) for id_, needed in graph.items() if id_ not in found}
