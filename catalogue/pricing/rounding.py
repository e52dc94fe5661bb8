"""Rounding of amounts, the same for prices, calculators and quotes."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Final

from catalogue.kinds.price import Rounding
from catalogue.pricing.currencies import minor_digits
from state_machines.feel.values import DECIMALS

_MODES: Final = {"halfUp": ROUND_HALF_UP, "halfEven": ROUND_HALF_EVEN, "up": ROUND_UP, "down": ROUND_DOWN}


def rounded(amount: Decimal, digits: int | None, rounding: Rounding = "halfUp") -> Decimal:
    """The amount with so many digits behind the point; as it is where `digits` is None, or 34 digits cannot hold it.

    `halfUp` and `up` go away from zero, `down` towards it, `halfEven` to the even neighbour.

    >>> [str(rounded(Decimal(text), 2)) for text in ("0.005", "-0.005", "7")]
    ['0.01', '-0.01', '7.00']
    >>> str(rounded(Decimal("0.025"), 2, "halfEven"))
    '0.02'
    """
    if digits is None or amount.adjusted() + digits + 1 >= DECIMALS.prec:
        return amount
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=_MODES[rounding], context=DECIMALS)


def money_digits(digits: int | None, currency: str | None) -> int | None:
    """The digits that are asked for, else those of the currency, else none in particular."""
    return digits if digits is not None or currency is None else minor_digits(currency)
