"""FEEL in entries: can it be read, and does it read only what it is given where it stands.

Expressions of prices and of changes of prices are checked by `pricing`, those of calculators by `calculators`.
"""

from collections.abc import Iterator
from typing import Final

from catalogue.checks.features import known_features
from catalogue.checks.setting import EXPRESSION, Said, Setting
from catalogue.checks.walk import Place
from catalogue.domain_model import domain
from catalogue.expressions import entries_read, spoken, syntax_problem, variables_read
from catalogue.kinds.model import DomainModel, FeatureRule
from catalogue.kinds.package import Package
from catalogue.kinds.parts import Entry, Key, Part
from catalogue.kinds.product import Product
from catalogue.kinds.segment import SegmentCondition

_GIVEN: Final[dict[type[Part], frozenset[str]]] = {
    SegmentCondition: frozenset({"customer", "channel", "now"}),
    FeatureRule: frozenset({"value", "features", "product"}),
    Product: frozenset({"customer", "channel", "features"}),
    Package: frozenset({"customer", "channel"}),
}
"""By the part in which an expression stands: the names that it is given."""


def expressions(entry: Entry, setting: Setting) -> Iterator[Said]:
    """Text that is no FEEL, names that are not given, features that the product does not have."""
    features = _features(entry, setting)
    for place in setting.places(entry):
        if place.role == "feel" and type(place.part) in _GIVEN:
            yield from _faults(place, _GIVEN[type(place.part)], features)


def _features(entry: Entry, setting: Setting) -> frozenset[Key]:
    if isinstance(entry, Product):
        return known_features(entry, setting)
    return frozenset(domain(entry, setting.others.find).features) if isinstance(entry, DomainModel) else frozenset()


def _faults(place: Place, given: frozenset[str], features: frozenset[Key]) -> Iterator[Said]:
    if problem := syntax_problem(place.value, features):
        yield Said(EXPRESSION, place.path, problem)
    for name in sorted(variables_read(place.value, features, filters=False) - given):
        words = f"Nothing is called {name!r} here; an expression in this place reads {', '.join(sorted(given))}."
        yield Said(EXPRESSION, place.path, words)
    for name in entries_read(place.value, "features", features) if "features" in given else ():
        if name not in spoken(dict.fromkeys(features)):
            words = f"There is no feature {name!r}; there are {', '.join(sorted(features)) or 'none'}."
            yield Said(EXPRESSION, place.path, words)
