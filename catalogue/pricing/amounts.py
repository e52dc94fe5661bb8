"""What a single price comes to before anybody changes it: its value, tiers, decision or share, within its bounds.

Amounts are rounded as the price says after every step, so that the steps sum up to what is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from catalogue.expressions import Context, entries_read, ids_in, number_of, value_of
from catalogue.kinds.price import Price, PriceDecision, Tier, Tiers
from catalogue.pricing.priced import Decisions, LeftOut, Step, StepKind
from catalogue.pricing.rounding import money_digits, rounded
from state_machines.feel import Value
from state_machines.feel.values import DECIMALS

HUNDRED = Decimal(100)


class NotCharged(Exception):  # noqa: N818 - it is a result, not a fault
    """The price does not concern this customer."""

    def __init__(self, left_out: LeftOut) -> None:
        super().__init__(left_out.price)
        self.left_out = left_out


@dataclass
class Running:
    """An amount in the making, and the steps that led to it."""

    price: Price
    exact: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    steps: list[Step] = field(default_factory=list)

    def add(self, kind: StepKind, source: str, difference: Decimal, **details: Any) -> None:
        """One step further; the step holds what it adds to the rounded amount."""
        self.exact = DECIMALS.add(self.exact, difference)
        after = rounded(self.exact, digits_of(self.price), self.price.rounding)
        self.steps.append(Step(kind, source, DECIMALS.subtract(after, self.amount), details))
        self.amount = after

    def settle(self) -> None:
        """From here on what is rounded is what counts."""
        self.exact = self.amount


def digits_of(price: Price) -> int | None:
    """Digits behind the point: the price's own, of money else its currency's, of rates else as they come."""
    return money_digits(price.digits, None if price.type == "rate" else price.currency)


def base_amount(price: Price, context: Context, *, at: datetime, decisions: Decisions) -> Running:
    """What the price is for this customer before packages, promotions and discounts. Raises NotCharged."""
    running = Running(price)
    if price.tiers is not None:
        _tiered(running, price.tiers, context, at)
    elif price.decided is not None:
        _decided(running, price.decided, context, at, decisions)
    else:
        number = _number(price, "= null" if price.value is None else price.value, context, at)
        _charge(running, "value", price.id, number, context, at)
    for kind, bound, reached in (("minimum", price.minimum, max), ("maximum", price.maximum, min)):
        if bound is not None and reached(bound, running.exact) != running.exact:
            running.add("minimum" if kind == "minimum" else "maximum", price.id, bound - running.exact, bound=bound)
    running.settle()
    return running


def unchosen(text: str, context: Context) -> list[str]:
    """What an expression reads of the configuration and nobody has chosen yet."""
    if "configuration" not in text:
        return []
    chosen = value_of("= configuration", context).value
    known = chosen if isinstance(chosen, dict) else {}
    return [name for name in entries_read(text, "configuration", ids_in(text)) if known.get(name) is None]


def _number(price: Price, amount: Decimal | str, context: Context, at: datetime) -> Decimal:
    """A number, or what an expression comes to. Raises NotCharged."""
    outcome = number_of(amount, context, at=at)
    if outcome.number is not None:
        return outcome.number
    if isinstance(amount, str) and (open_ := unchosen(amount, context)):
        raise NotCharged(LeftOut(price.id, "noValue", f"{', '.join(open_)} has not been chosen"))
    raise NotCharged(LeftOut(price.id, "failed" if outcome.kind == "error" else "noValue", outcome.why))


def _charge(
    running: Running, kind: StepKind, source: str, number: Decimal, context: Context, at: datetime, **details: Any
) -> None:
    """A number as amount: of a share it is percent of what `of` comes to."""
    price = running.price
    if price.type != "share":
        running.add(kind, source, number, **details)
        return
    of = _number(price, price.of or "= null", context, at)
    running.add("share", source, _percent(number, of), percent=number, of=of, **details)


def _percent(percent: Decimal, of: Decimal) -> Decimal:
    return DECIMALS.divide(DECIMALS.multiply(percent, of), HUNDRED)


def _decided(running: Running, decided: PriceDecision, context: Context, at: datetime, decisions: Decisions) -> None:
    price = running.price
    inputs = {name: value_of(text, context, at=at).value for name, text in decided.inputs.items()}
    answer = decisions.decide(decided.decision, inputs, at)
    if answer.problem:
        raise NotCharged(LeftOut(price.id, "failed", answer.problem))
    value: Value = answer.value
    for name in filter(None, decided.result.split(".")):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, Decimal):
        raise NotCharged(LeftOut(price.id, "noValue"))
    _charge(running, "decision", decided.decision, value, context, at, rules=answer.rules)


def _tiered(running: Running, tiers: Tiers, context: Context, at: datetime) -> None:
    """`volume`: the tier that is reached; `graduated`: each part by its own tier, a rate as their weighted mean."""
    price = running.price
    looked_up = _number(price, tiers.by, context, at)
    within = context.inner({"amount": looked_up})
    reached = [step for step in tiers.steps if step.from_ <= looked_up]
    if not reached:
        raise NotCharged(LeftOut(price.id, "noValue", f"{looked_up} lies below the first tier"))
    if tiers.mode == "volume":
        number = _number(price, reached[-1].value, within, at)
        _charge(running, "tier", price.id, number, within, at, by=looked_up, start=reached[-1].from_, value=number)
        return
    for tier, part in _parts(reached, looked_up):
        number = _number(price, tier.value, within, at)
        running.add(
            "tier", price.id, _graduated(price, number, part, looked_up), start=tier.from_, part=part, value=number
        )


def _parts(reached: list[Tier], looked_up: Decimal) -> Iterator[tuple[Tier, Decimal]]:
    """The tiers and how much lies in each; what lies below the first one is free."""
    ends = [*(tier.from_ for tier in reached[1:]), looked_up]
    for tier, end in zip(reached, ends, strict=True):
        yield tier, DECIMALS.subtract(end, tier.from_)


def _graduated(price: Price, number: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    if price.type == "share":
        return _percent(number, part)
    if price.type == "rate":
        return DECIMALS.divide(DECIMALS.multiply(number, part), whole) if whole else number
    return DECIMALS.multiply(number, part)
