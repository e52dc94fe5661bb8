"""FEEL in entries: can it be read, and does it read only what it is given where it stands."""

import re
from collections.abc import Iterator
from typing import Final

from catalogue.checks.features import known_features
from catalogue.checks.setting import EXPRESSION, Said, Setting
from catalogue.checks.walk import Place, places
from catalogue.domain_model import domain
from catalogue.expressions import entries_read, spoken, syntax_problem, variables_read
from catalogue.kinds.model import DomainModel, FeatureRule
from catalogue.kinds.package import Package
from catalogue.kinds.parts import Entry, Key, Part
from catalogue.kinds.price import Price, PriceDecision, Tier, Tiers
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Change, Promotion
from catalogue.kinds.segment import SegmentCondition

_PRICING: Final = frozenset({"features", "customer", "channel", "configuration", "prices"})
_OFFERED: Final = frozenset({"customer", "channel", "features"})
_GIVEN: Final[dict[type[Part], frozenset[str]]] = {
    SegmentCondition: frozenset({"customer", "channel", "now"}),
    FeatureRule: frozenset({"value", "features", "product"}),
    Product: _OFFERED,
    Package: frozenset({"customer", "channel"}),
    Price: _PRICING,
    Tiers: _PRICING,
    Tier: _PRICING,
    PriceDecision: _PRICING,
    Change: _PRICING | {"price"},
    Promotion: frozenset({"applied", "price", "customer", "channel"}),
}
"""By the part in which an expression stands: the names that it is given. Calculators see what stands before them."""


_HYPHENED: Final = re.compile(r"\bfeatures\.([a-z][a-z0-9-]*)")


def expressions(entry: Entry, setting: Setting) -> Iterator[Said]:
    """Text that is no FEEL, names that are not given, features that the product does not have."""
    features = _features(entry, setting)
    for place in places(entry):
        if place.role == "feel" and type(place.part) in _GIVEN:
            yield from _faults(place, _GIVEN[type(place.part)], features)


def _features(entry: Entry, setting: Setting) -> frozenset[Key] | None:
    if isinstance(entry, Product):
        return known_features(entry, setting)
    return frozenset(domain(entry, setting.others.find).features) if isinstance(entry, DomainModel) else None


def _faults(place: Place, given: frozenset[str], features: frozenset[Key] | None) -> Iterator[Said]:
    ids = frozenset(_HYPHENED.findall(place.value)) if features is None else features
    if problem := syntax_problem(place.value, ids):
        yield Said(EXPRESSION, place.path, problem)
    for name in sorted(variables_read(place.value, ids, filters=False) - given):
        words = f"Nothing is called {name!r} here; an expression in this place reads {', '.join(sorted(given))}."
        yield Said(EXPRESSION, place.path, words)
    if features is not None:
        for name in entries_read(place.value, "features", features):
            if name not in spoken(dict.fromkeys(features)):
                words = f"There is no feature {name!r}; there are {', '.join(sorted(features)) or 'none'}."
                yield Said(EXPRESSION, place.path, words)
