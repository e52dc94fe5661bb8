"""Pricing: from the prices that a product states to what this customer pays, explained step by step. Pure.

price_list: the prices of one product, with packages' and promotions' changes; totals: what is due once and per period;
check.py: everything wrong with prices, changes and promotions, at once.
"""

from catalogue.pricing.changes import Sold, is_within, why_off
from catalogue.pricing.currencies import is_currency, minor_digits
from catalogue.pricing.listing import price_list, pricing_context
from catalogue.pricing.priced import (
    Decided,
    Decisions,
    LeftOut,
    NoDecisions,
    Priced,
    PriceList,
    Step,
    Taxed,
    Totals,
)
from catalogue.pricing.rounding import rounded
from catalogue.pricing.tax import totals

__all__ = [
    "Decided",
    "Decisions",
    "LeftOut",
    "NoDecisions",
    "PriceList",
    "Priced",
    "Sold",
    "Step",
    "Taxed",
    "Totals",
    "is_currency",
    "is_within",
    "minor_digits",
    "price_list",
    "pricing_context",
    "rounded",
    "totals",
    "why_off",
]
