"""Rates of flows: the annual percentage rate of charge and present values. Rates are percent a year, effective."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from state_machines.feel.values import DECIMALS

_ONE, _HUNDRED = Decimal(1), Decimal(100)
_MOST_ROUNDS: Final = 200
_CLOSE: Final = Decimal("1e-24")
_WIDEST: Final = Decimal(64)
_GAP_DIGITS: Final = Decimal("1e-30")


class Flow(NamedTuple):
    """Money at a time in years; what one side pays is positive, what the other pays negative."""

    amount: Decimal
    years: Decimal


def annual_rate(flows: Sequence[Flow]) -> Decimal:
    """The rate X, in percent, at which all flows together are worth nothing: the sum of A / (1 + X)^t is zero.

    The annual percentage rate of charge of Directive 2008/48/EC, Annex I (the same as in 2014/17/EU and 2023/2225).
    Solved for ln(1 + X) by Newton's method, within a bracket that is halved where a step would leave it. Of several
    rates the one nearest to zero. Raises ValueError where there is none. Not rounded; the directive asks for one
    decimal place, half up.
    """
    if not (any(flow.amount > 0 for flow in flows) and any(flow.amount < 0 for flow in flows)):
        raise ValueError("a rate needs flows in both directions")
    ordered = sorted(flows, key=lambda flow: flow.years)
    start = ordered[0].years
    shifted = [Flow(flow.amount, DECIMALS.subtract(flow.years, start)) for flow in ordered]
    if shifted[-1].years == 0:
        raise ValueError("a rate needs flows at different times")
    if _worth(shifted, Decimal(0))[0] == 0:
        return Decimal(0)
    force = _root(lambda force: _worth(shifted, force))
    return DECIMALS.multiply(DECIMALS.subtract(DECIMALS.exp(force), _ONE), _HUNDRED)


def present_value(rate: Decimal, flows: Sequence[Flow]) -> Decimal:
    """What flows are worth at time zero at an effective rate in percent a year. Raises ValueError at -100 and below."""
    growth = DECIMALS.add(_ONE, DECIMALS.divide(rate, _HUNDRED))
    if growth <= 0:
        raise ValueError("a rate is above -100 percent")
    return _worth(sorted(flows, key=lambda flow: flow.years), DECIMALS.ln(growth))[0]


def effective_rate(nominal: Decimal, times: int) -> Decimal:
    """Percent a year, from a nominal rate that is capitalised so many times a year: (1 + r / m)^m - 1."""
    period = DECIMALS.divide(nominal, Decimal(100 * times))
    if period <= -1:
        raise ValueError("a rate is above -100 percent in each period")
    return DECIMALS.multiply(DECIMALS.subtract(DECIMALS.power(DECIMALS.add(_ONE, period), times), _ONE), _HUNDRED)


def nominal_rate(effective: Decimal, times: int) -> Decimal:
    """The other way round: m * ((1 + X)^(1 / m) - 1)."""
    growth = DECIMALS.add(_ONE, DECIMALS.divide(effective, _HUNDRED))
    if growth <= 0:
        raise ValueError("a rate is above -100 percent")
    root = DECIMALS.power(growth, DECIMALS.divide(_ONE, Decimal(times)))
    return DECIMALS.multiply(DECIMALS.subtract(root, _ONE), Decimal(100 * times))


def _worth(flows: Sequence[Flow], force: Decimal) -> tuple[Decimal, Decimal]:
    """The sum of A * e^(-force * t) and its slope. Equal gaps between flows share one power."""
    gaps: dict[Decimal, Decimal] = {}
    total = slope = before = Decimal(0)
    discount = _ONE
    for amount, years in flows:
        gap = DECIMALS.subtract(years, before).quantize(_GAP_DIGITS, context=DECIMALS)
        if gap not in gaps:
            gaps[gap] = DECIMALS.exp(DECIMALS.minus(DECIMALS.multiply(force, gap)))
        discount = DECIMALS.multiply(discount, gaps[gap])
        worth = DECIMALS.multiply(amount, discount)
        total = DECIMALS.add(total, worth)
        slope = DECIMALS.subtract(slope, DECIMALS.multiply(worth, years))
        before = years
    return total, slope


def _root(worth: Callable[[Decimal], tuple[Decimal, Decimal]]) -> Decimal:
    low, high = _bracket(worth)
    rising = worth(low)[0] < 0
    guess = DECIMALS.divide(DECIMALS.add(low, high), Decimal(2))
    for _ in range(_MOST_ROUNDS):
        value, slope = worth(guess)
        if value == 0:
            return guess
        if (value < 0) == rising:
            low = guess
        else:
            high = guess
        following = DECIMALS.subtract(guess, DECIMALS.divide(value, slope)) if slope else low
        if not low < following < high:
            following = DECIMALS.divide(DECIMALS.add(low, high), Decimal(2))
        if abs(following - guess) < _CLOSE:
            return following
        guess = following
    raise ValueError("the rate is not found")


def _bracket(worth: Callable[[Decimal], tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    """Two forces of interest between which the worth changes its sign: the nearest to zero, wider and wider."""
    inner, outer = Decimal(0), Decimal("0.25")
    while outer <= _WIDEST:
        for near, far in ((inner, outer), (-inner, -outer)):
            if (worth(near)[0] <= 0) != (worth(far)[0] <= 0):
                return min(near, far), max(near, far)
        inner, outer = outer, outer * 2
    raise ValueError("there is no rate at which these flows are worth nothing")
