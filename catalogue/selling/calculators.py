"""The calculators of an offer as a channel lays them out: what is asked, within which limits, in which words."""

from typing import Any

from catalogue.calculators import Described, calculator_context, describe_inputs, plain
from catalogue.kinds.calculator import Calculator
from catalogue.kinds.parts import words
from catalogue.kinds.product import Product
from catalogue.pricing import PriceList
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.features import values_of

Shape = dict[str, Any]


def calculator_names(product: Product, language: str) -> list[Shape]:
    """What lists show of calculators."""
    return [_named(one, language, product.languages[0]) for one in product.calculators]


def calculator_shapes(
    eligibility: Eligibility, product: Product, prices: PriceList, language: str, variant: str
) -> list[Shape]:
    """The calculators with their inputs; limits and defaults are those of this customer."""
    asker, first = eligibility.asker, product.languages[0]
    features = values_of(eligibility.shelf, product, asker, variant)
    shapes = []
    for one in product.calculators:
        context = calculator_context(
            features=features, prices=prices.amounts(), customer=dict(asker.customer), channel=asker.channel
        )
        inputs = [_input(each, language, first) for each in describe_inputs(one, context, at=asker.at)]
        shapes.append(_named(one, language, first) | {"inputs": inputs})
    return shapes


def _named(calculator: Calculator, language: str, fallback: str) -> Shape:
    return {"id": calculator.id, "name": words(calculator.name, language, fallback)}


def _input(described: Described, language: str, fallback: str) -> Shape:
    each = described.input
    return {
        "id": each.id,
        "name": words(each.name, language, fallback),
        "kind": each.kind,
        "unit": each.unit,
        "required": each.required,
        "min": described.min,
        "max": described.max,
        "step": each.step,
        "choices": list(each.choices),
        "default": plain(described.default),
    }
