"""Whether a configuration keeps the rules of what it is made of: everything wrong at once (QUOTE-nnn).

QUOTE-001 no such product or package; 002 not offered; 003 variant; 004 feature; 005 too few; 006 too many; 007 no
component of the package; 008 group; 009 required product missing; 010 products that exclude each other; 011 input of
a calculator; 012 discount; 013 nothing, or too much, chosen.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from catalogue.kinds.package import Component, Package
from catalogue.kinds.product import Product, Relation
from catalogue.pricing.changes import is_within
from catalogue.problems import Path, Problem
from catalogue.selling.configuration import Assortment, Configuration, Stated, Wish

MOST_LINES: Final = 100
MOST_OF_ONE: Final = 10_000
Numbered = tuple[int | None, Wish]
"""A line and its position in the configuration; None for what a package brings by itself."""


def completed(configuration: Configuration, package: Package | None) -> tuple[Numbered, ...]:
    """The lines, with the usual number of each component that no line names."""
    lines: list[Numbered] = list(enumerate(configuration.lines))
    named = {wish.product for wish in configuration.lines}
    for component in package.components if package else ():
        if component.product not in named and component.default:
            lines.append((None, Wish(component.product, component.default)))
    return tuple(lines)


def place(number: int | None, *more: str | int) -> Path:
    """Where something of a line stands; what a package brings by itself stands nowhere but in the package."""
    return ("package",) if number is None else ("lines", number, *more)


def check_configuration(configuration: Configuration, assortment: Assortment, *, at: datetime) -> Iterator[Problem]:
    """Everything wrong with a configuration, prices, calculators and discounts aside."""
    package = assortment.package(configuration.package) if configuration.package else None
    if configuration.package:
        yield from _offered(package, configuration.package, assortment, ("package",), component=False)
    lines = completed(configuration, package)
    if not any(wish.count for _, wish in lines) or len(lines) > MOST_LINES:
        words = f"A quote has 1 to {MOST_LINES} lines with something in them."
        yield Problem("QUOTE-013", "error", ("lines",), words)
        return
    for number, wish in lines:
        yield from _line(number, wish, assortment, component=package is not None)
    if package is not None:
        yield from _components(package, lines)
        yield from _groups(package, lines)
    yield from _relations(lines, assortment, at)


def _offered(
    entry: Product | Package | None, id_: str, assortment: Assortment, path: Path, *, component: bool
) -> Iterator[Problem]:
    if entry is None:
        yield Problem("QUOTE-001", "error", path, f"There is no {id_!r} on sale.")
    elif why := assortment.why_not(entry, component=component):
        yield Problem("QUOTE-002", "error", path, f"{id_!r} is not offered: {why}")


def _line(number: int | None, wish: Wish, assortment: Assortment, *, component: bool) -> Iterator[Problem]:
    product = assortment.product(wish.product)
    yield from _offered(product, wish.product, assortment, place(number, "product"), component=component)
    if not 0 <= wish.count <= MOST_OF_ONE:
        words = f"A line is of 0 to {MOST_OF_ONE}, not of {wish.count}."
        yield Problem("QUOTE-006", "error", place(number, "count"), words)
    if product is None:
        return
    variants = [variant.id for variant in product.variants]
    if wish.variant not in (variants or [""]):
        words = f"Choose one of the variants {', '.join(variants)}." if variants else "There are no variants."
        yield Problem("QUOTE-003", "error", place(number, "variant"), words)
        return
    stated = assortment.features(product, wish.variant)
    for id_, chosen in wish.features.items():
        if (fault := _misfit(stated.get(id_), chosen)) is not None:
            yield Problem("QUOTE-004", "error", place(number, "features", id_), f"{id_}: {fault}")


def _misfit(stated: Stated | None, chosen: Any) -> str | None:
    """Why a value cannot be chosen of a feature, or None."""
    if stated is None:
        return "the product has no such feature."
    if stated.kind == "choice" and isinstance(stated.value, list):
        return None if chosen in stated.value else f"choose one of {', '.join(map(str, stated.value))}."
    if stated.kind == "range" and isinstance(stated.value, Mapping):
        low, high = stated.value["min"], stated.value["max"]
        number = isinstance(chosen, int | float | Decimal) and not isinstance(chosen, bool)
        return None if number and low <= chosen <= high else f"choose a number from {low} to {high}."
    return "this is not for the customer to choose."


def chosen_features(wish: Wish, stated: Mapping[str, Stated]) -> dict[str, Any]:
    """What is chosen of each feature that leaves a choice; of one with a single value that value."""
    chosen = dict(wish.features)
    for id_, feature in stated.items():
        if feature.kind == "choice" and isinstance(feature.value, list) and len(feature.value) == 1:
            chosen.setdefault(id_, feature.value[0])
    return chosen


def counts(lines: tuple[Numbered, ...]) -> dict[str, int]:
    """How many of each product there are."""
    found: dict[str, int] = {}
    for _, wish in lines:
        found[wish.product] = found.get(wish.product, 0) + wish.count
    return found


def _components(package: Package, lines: tuple[Numbered, ...]) -> Iterator[Problem]:
    components = {component.product: component for component in package.components}
    for number, wish in lines:
        if wish.product not in components:
            words = f"{wish.product!r} is no part of the package; it has {', '.join(components)}."
            yield Problem("QUOTE-007", "error", place(number, "product"), words)
    found = counts(lines)
    for component in package.components:
        yield from _number(component, found.get(component.product, 0), lines)


def _number(component: Component, count: int, lines: tuple[Numbered, ...]) -> Iterator[Problem]:
    first = next((number for number, wish in lines if wish.product == component.product), None)
    path = place(first, "count")
    if count < component.minimum:
        words = f"The package has at least {component.minimum} of {component.product!r}, not {count}."
        yield Problem("QUOTE-005", "error", path, words)
    if count > component.maximum:
        words = f"The package has at most {component.maximum} of {component.product!r}, not {count}."
        yield Problem("QUOTE-006", "error", path, words)


def _groups(package: Package, lines: tuple[Numbered, ...]) -> Iterator[Problem]:
    found = counts(lines)
    for group in package.groups:
        count = sum(found.get(product, 0) for product in group.products)
        if not group.minimum <= count <= group.maximum:
            words = f"Choose {group.minimum} to {group.maximum} of {', '.join(group.products)}, not {count}."
            yield Problem("QUOTE-008", "error", ("package",), words)


def _relations(lines: tuple[Numbered, ...], assortment: Assortment, at: datetime) -> Iterator[Problem]:
    """What is required is in the quote or held already; what excludes each other, whichever of them says so, does not
    meet. Each pair is told once."""
    wanted = {wish.product: number for number, wish in reversed(lines) if wish.count}
    there = [*wanted, *(id_ for id_ in sorted(assortment.held) if id_ not in wanted)]
    told: set[frozenset[str]] = set()
    for id_ in there:
        for relation in _of_type(assortment.product(id_), ("requires", "excludes"), at):
            path = place(wanted.get(id_, wanted.get(relation.product)), "product")
            if relation.type == "requires":
                if id_ in wanted and relation.product not in there:
                    words = f"{id_!r} is sold only with {relation.product!r}; add it."
                    yield Problem("QUOTE-009", "error", path, words)
            elif relation.product in there and (id_ in wanted or relation.product in wanted):
                if (pair := frozenset((id_, relation.product))) not in told:
                    words = f"{id_!r} and {relation.product!r} exclude each other."
                    yield Problem("QUOTE-010", "error", path, words)
                told.add(pair)


def _of_type(product: Product | None, types: tuple[str, ...], at: datetime) -> Iterator[Relation]:
    for relation in product.relations if product else ():
        if relation.type in types and is_within(relation.valid, at):
            yield relation
