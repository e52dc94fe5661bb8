"""Configure, price, quote: from what a customer wants to what it costs, or everything that is wrong with it. Pure.

A quote's totals are the sums of its lines; a line's are its prices, each rounded, times its number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from catalogue.calculators import Simulation, simulate
from catalogue.calculators.inputs import InputProblem, take_inputs
from catalogue.calculators.simulate import calculator_context, plain
from catalogue.kinds.calculator import Calculator
from catalogue.kinds.package import Package
from catalogue.kinds.product import Product
from catalogue.pricing import Decisions, Priced, PriceList, Sold, Totals, price_list, pricing_context, totals
from catalogue.problems import Problem
from catalogue.selling.configuration import Assortment, Configuration, Wish
from catalogue.selling.configuring import check_configuration, chosen_features, completed, place
from catalogue.selling.discounting import Approval, approval, check_discounts, discounted
from state_machines.feel import from_json


@dataclass(frozen=True)
class Customer:
    """Who asks: features by name, the channel, and when."""

    features: Mapping[str, Any]
    channel: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """So many of a product at their prices. `number`: its position in the configuration, None for what the package
    brings by itself. `configuration`: what was chosen, defaults filled in. `prices`: of one.
    `totals`: of all of them.
    """

    number: int | None
    product: str
    count: int
    variant: str
    configuration: Mapping[str, Any]
    prices: PriceList
    simulations: Mapping[str, Simulation]
    totals: Totals


@dataclass(frozen=True)
class Quotation:
    """What a configuration costs this customer, until when, and who has to approve it (nobody if `approvals` is empty).

    `promotions`: those that were applied, each counts once when the quote is accepted.
    """

    package: str
    lines: tuple[Line, ...]
    totals: Totals
    approvals: tuple[Approval, ...]
    promotions: tuple[str, ...]
    valid_until: datetime


@dataclass(frozen=True)
class _Drawn:
    """A line as it is drawn up, what is wrong with it and what of it has to be approved."""

    line: Line
    problems: tuple[Problem, ...]
    approvals: tuple[Approval, ...]


def quote(
    configuration: Configuration,
    assortment: Assortment,
    customer: Customer,
    *,
    lasts: timedelta,
    decisions: Decisions | None = None,
) -> Quotation | tuple[Problem, ...]:
    """Check and price a configuration, or say everything that is wrong with it (see configuring.py; paths lie in the
    configuration). A quote holds for `lasts`, and no longer than its prices, promotions and channels do.
    """
    problems = [*check_configuration(configuration, assortment, at=customer.at)]
    if any(problem.code == "QUOTE-013" for problem in problems):
        return tuple(problems)
    package = assortment.package(configuration.package) if configuration.package else None
    desk = _Desk(assortment, customer, package, decisions)
    drawn = [desk.draw(number, wish) for number, wish in completed(configuration, package)]
    problems += [problem for each in drawn if each for problem in each.problems]
    if problems:
        return tuple(problems)
    lines = tuple(each.line for each in drawn if each)
    approvals = tuple(one for each in drawn if each for one in each.approvals)
    applied = tuple(dict.fromkeys(promotion for line in lines for promotion in line.prices.applied))
    until = _valid_until(lines, applied, assortment, package, customer, lasts)
    sums = totals((item, line.count) for line in lines for item in line.prices.items)
    return Quotation(configuration.package, lines, sums, approvals, applied, until)


@dataclass(frozen=True)
class _Desk:
    """Where lines are drawn up: for whom, in which package."""

    assortment: Assortment
    customer: Customer
    package: Package | None
    decisions: Decisions | None

    def draw(self, number: int | None, wish: Wish) -> _Drawn | None:
        """A line; None where there is no such product, or none of it is wanted."""
        product = self.assortment.product(wish.product)
        if product is None or wish.count < 1:
            return None
        stated = self.assortment.features(product, wish.variant)
        features = {id_: feature.value for id_, feature in stated.items()}
        calculators = [each for each in product.calculators if each.id in wish.inputs]
        inputs = self._inputs(calculators, wish, features)
        chosen = inputs | chosen_features(wish, stated) | {"variant": wish.variant or None, "count": wish.count}
        listed = self._prices(product, features, chosen)
        problems = [*_unknown(wish, calculators, number), *check_discounts(wish.discounts, listed.items, number)]
        items = listed.items if problems else tuple(discounted(item, wish.discounts) for item in listed.items)
        prices = replace(listed, items=items)
        simulated = {each.id: self._simulate(each, wish, features, prices) for each in calculators}
        problems += [p for id_, found in simulated.items() for p in _of_inputs(found, id_, number)]
        simulations = {id_: found for id_, found in simulated.items() if isinstance(found, Simulation)}
        sums = totals((item, wish.count) for item in items)
        shown = {id_: plain(from_json(value)) for id_, value in chosen.items()}
        line = Line(number, product.id, wish.count, wish.variant, shown, prices, simulations, sums)
        return _Drawn(line, tuple(problems), tuple(_approvals(listed.items, items, product, number)))

    def _prices(self, product: Product, features: Mapping[str, Any], chosen: Mapping[str, Any]) -> PriceList:
        customer = self.customer
        context = pricing_context(
            features=features, customer=customer.features, channel=customer.channel, configuration=chosen
        )
        return price_list(
            product.prices,
            context,
            at=customer.at,
            sold=Sold(product.id, self.assortment.categories(product)),
            package=self.package,
            promotions=self.assortment.promotions,
            decisions=self.decisions,
        )

    def _inputs(self, calculators: list[Calculator], wish: Wish, features: Mapping[str, Any]) -> dict[str, Any]:
        """Inputs of calculators by id, which prices may depend on; what is wrong with them the simulations say."""
        customer = self.customer
        context = calculator_context(features=features, prices={}, customer=customer.features, channel=customer.channel)
        taken = (take_inputs(each, wish.inputs[each.id], context, at=customer.at) for each in calculators)
        return {id_: value for inputs in taken for id_, value in inputs.values.items()}

    def _simulate(
        self, calculator: Calculator, wish: Wish, features: Mapping[str, Any], prices: PriceList
    ) -> Simulation | tuple[InputProblem, ...]:
        return simulate(
            calculator,
            wish.inputs[calculator.id],
            features=features,
            prices=prices.amounts(),
            customer=self.customer.features,
            channel=self.customer.channel,
            at=self.customer.at,
        )


def _unknown(wish: Wish, calculators: list[Calculator], number: int | None) -> Iterator[Problem]:
    known = {each.id for each in calculators}
    for id_ in wish.inputs:
        if id_ not in known:
            yield Problem("QUOTE-011", "error", place(number, "inputs", id_), f"There is no calculator {id_!r}.")


def _of_inputs(found: Simulation | tuple[InputProblem, ...], calculator: str, number: int | None) -> Iterator[Problem]:
    for problem in found if isinstance(found, tuple) else ():
        more = () if problem.code in ("limit", "failed") else (problem.input,)
        yield Problem("QUOTE-011", "error", place(number, "inputs", calculator, *more), problem.message)


def _approvals(
    before: tuple[Priced, ...], after: tuple[Priced, ...], product: Product, line: int | None
) -> Iterator[Approval]:
    for stated, item in zip(before, after, strict=True):
        needed = approval(stated, item, product=product.id, limit=product.discount_limit, line=line)
        if needed is not None:
            yield needed


def _valid_until(
    lines: tuple[Line, ...],
    applied: tuple[str, ...],
    assortment: Assortment,
    package: Package | None,
    customer: Customer,
    lasts: timedelta,
) -> datetime:
    """The earliest of all the ends that matter."""
    entries = [assortment.product(line.product) for line in lines] if package is None else [package]
    channels = [entry.channels.get(customer.channel) for entry in entries if entry is not None]
    ends = [channel.until for channel in channels if channel is not None]
    ends += [item.price.valid.until for line in lines for item in line.prices.items]
    ends += [promotion.valid.until for promotion in assortment.promotions if promotion.id in applied]
    return min([customer.at + lasts, *(end for end in ends if end is not None)])
