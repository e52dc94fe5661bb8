"""What is wrong with prices and with changes of prices, all at once (PRICE-nnn).

PRICE-001 not exactly one of value, tiers, decided; 002 expression; 003 price that does not exist; 004 circle;
005 tiers out of order; 006 minimum above maximum; 007 currency; 008 `of`; 009 unknown name; 010 times; 011 percentage
out of range.
A missing currency or period is PRODUCT-007, a doubled id PRODUCT-004.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from catalogue.expressions import entries_read, ids_in, syntax_problem, variables_read
from catalogue.kinds.price import Price
from catalogue.kinds.promotion import Change, Promotion
from catalogue.pricing.currencies import is_currency
from catalogue.pricing.order import circles, needs, price_expressions
from catalogue.problems import Path, Problem

NAMES: Final = frozenset({"features", "customer", "channel", "configuration", "prices"})
"""What expressions of prices read."""
CHANGE_NAMES: Final = NAMES | {"price", "target"}
"""What those of packages' and promotions' changes read."""
STACK_NAMES: Final = CHANGE_NAMES | {"applied"}
"""What rules of stacking read."""
_MOST_TAX: Final = Decimal(1000)


def check_prices(
    prices: Sequence[Price], *, features: Collection[str] | None = None, path: Path = ("prices",)
) -> Iterator[Problem]:
    """Everything wrong with the prices of a product. `features`: ids that it has; not looked at if None."""
    ids = frozenset(price.id for price in prices)
    for index, price in enumerate(prices):
        here = (*path, index)
        for check in _CHECKS:
            yield from check(price, here)
        yield from _names(price, here, ids, features)
    for circle in circles(prices):
        position = next(index for index, price in enumerate(prices) if price.id == circle[0])
        words = f"The prices {' → '.join(circle)} need each other: none can be computed. Let one of them read no other."
        yield Problem("PRICE-004", "error", (*path, position), words)


def check_changes(changes: Sequence[Change], path: Path = ("changes",)) -> Iterator[Problem]:
    """Everything wrong with a package's or a promotion's changes of prices, what they refer to aside."""
    for index, change in enumerate(changes):
        here = (*path, index, "value")
        if isinstance(change.value, str):
            yield from expression_problems(change.value, here, CHANGE_NAMES)
        elif change.value < 0 or (change.effect == "percentOff" and change.value > 100):
            yield Problem("PRICE-011", "error", here, f"{change.effect} of {change.value}: what is taken off is not "
                          "negative, and of percent at most 100.")  # fmt: skip


def check_promotion(promotion: Promotion) -> Iterator[Problem]:
    """Everything wrong with how a promotion changes prices, and when."""
    yield from check_changes(promotion.changes)
    if promotion.stacks is not None:
        yield from expression_problems(promotion.stacks, ("stacks",), STACK_NAMES)
    yield from window_problems(promotion.valid.from_, promotion.valid.until, ("valid",))


def expression_problems(
    text: str, path: Path, names: Collection[str], known: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Whether a text is FEEL and reads nothing but these variables. `known`: ids with hyphens that it may read."""
    problem = syntax_problem(text, known)
    if problem is not None:
        yield Problem("PRICE-002", "error", path, problem)
    for name in sorted(variables_read(text, known, filters=False) - frozenset(names)):
        yield unknown_name(name, path, names)


def unknown_name(name: str, path: Path, names: Collection[str]) -> Problem:
    """A name that nothing here has, with those that there are."""
    there_are = ", ".join(sorted(names)) or "none"
    return Problem("PRICE-009", "error", path, f"There is no {name!r} here. There are: {there_are}.")


def window_problems(first: object, until: object, path: Path) -> Iterator[Problem]:
    """Whether a window ends before it begins."""
    if first is not None and until is not None and until <= first:  # type: ignore[operator]
        yield Problem("PRICE-010", "error", path, f"This ends ({until}) before it begins ({first}).")


def _names(price: Price, here: Path, ids: frozenset[str], features: Collection[str] | None) -> Iterator[Problem]:
    for where, text in price_expressions(price):
        path = (*here, *where)
        known = ids | (ids_in(text) if features is None else frozenset(features))
        more = {"amount"} if where[:2] == ("tiers", "steps") else set()
        yield from expression_problems(text, path, NAMES | more, known)
        if features is not None:
            yield from _unknown_features(text, path, features, known)
    for name in sorted(needs(price, ids) - ids):
        yield Problem("PRICE-003", "error", here, f"The price {price.id!r} reads prices.{name}, which does not exist.")


def _unknown_features(text: str, path: Path, features: Collection[str], known: frozenset[str]) -> Iterator[Problem]:
    underscored = {each.replace("-", "_") for each in features}
    for name in entries_read(text, "features", known):
        if name not in features and name not in underscored:
            yield unknown_name(f"features.{name}", path, [f"features.{each}" for each in features])


def _one_amount(price: Price, here: Path) -> Iterator[Problem]:
    given = [name for name in ("value", "tiers", "decided") if getattr(price, name) is not None]
    if len(given) != 1:
        stated = " and ".join(given) or "none of them"
        words = f"The price {price.id!r} states {stated}; exactly one of value, tiers and decided says how much it is."
        yield Problem("PRICE-001", "error", here, words)


def _tiers_in_order(price: Price, here: Path) -> Iterator[Problem]:
    steps = price.tiers.steps if price.tiers else ()
    for index, (before, after) in enumerate(pairwise(steps), start=1):
        if after.from_ <= before.from_:
            words = f"This tier begins at {after.from_}, the one before it at {before.from_}: order them upwards."
            yield Problem("PRICE-005", "error", (*here, "tiers", "steps", index, "from"), words)


def _bounds(price: Price, here: Path) -> Iterator[Problem]:
    if price.minimum is not None and price.maximum is not None and price.minimum > price.maximum:
        words = f"The minimum {price.minimum} lies above the maximum {price.maximum}."
        yield Problem("PRICE-006", "error", (*here, "minimum"), words)


def _currency(price: Price, here: Path) -> Iterator[Problem]:
    if price.currency is not None and not is_currency(price.currency):
        words = f"{price.currency!r} is no currency of ISO 4217 that is in use."
        yield Problem("PRICE-007", "error", (*here, "currency"), words)


def _share_of(price: Price, here: Path) -> Iterator[Problem]:
    graduated = price.tiers is not None and price.tiers.mode == "graduated"
    if price.type == "share" and price.of is None and not graduated:
        words = f"The price {price.id!r} is a share: say in `of` what it is percent of, e.g. `= prices.fee`."
        yield Problem("PRICE-008", "error", here, words)
    elif price.of is not None and (price.type != "share" or graduated):
        words = "`of` is for shares; graduated ones are percent of each tier's part of `by`."
        yield Problem("PRICE-008", "error", (*here, "of"), words)


def _times(price: Price, here: Path) -> Iterator[Problem]:
    yield from window_problems(price.valid.from_, price.valid.until, (*here, "valid"))


def _tax(price: Price, here: Path) -> Iterator[Problem]:
    if price.tax is not None and not 0 <= price.tax.rate <= _MOST_TAX:
        words = f"A tax of {price.tax.rate} percent: between 0 and {_MOST_TAX} is possible."
        yield Problem("PRICE-011", "error", (*here, "tax", "rate"), words)


_CHECKS: Final[tuple[Callable[[Price, Path], Iterator[Problem]], ...]] = (
    _one_amount,
    _tiers_in_order,
    _bounds,
    _currency,
    _share_of,
    _times,
    _tax,
)
