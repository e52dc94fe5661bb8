"""Which features a product has, and what is said of them: by its domain model, or by itself."""

import re
from collections.abc import Mapping
from typing import Final

from catalogue.checks.setting import Setting
from catalogue.domain_model import Domain, domain
from catalogue.features import self_described
from catalogue.kinds.dictionary import Dictionary, DictionaryItem
from catalogue.kinds.model import DomainModel, FeatureDefinition
from catalogue.kinds.parts import Code, Key
from catalogue.kinds.product import Feature, Product

_READ: Final = re.compile(r"\bfeatures\.([a-z][a-z0-9_-]*)")


def domain_of(product: Product, setting: Setting) -> Domain | None:
    """The definitions of the product's model; None if it has none, or one that is not to be found."""
    model = setting.others.find("model", product.model) if product.model else None
    return domain(model, setting.others.find) if isinstance(model, DomainModel) else None


def definition_of(feature: Feature, defined: Domain | None) -> FeatureDefinition | None:
    """What the model says of a feature; without a model, what the feature says of itself."""
    return defined.features.get(feature.id) if defined is not None else self_described(feature)


def codes_of(definition: FeatureDefinition, setting: Setting) -> Mapping[Code, DictionaryItem] | None:
    """The items of the feature's dictionary by code; None if there is none to be found."""
    found = setting.others.find("dictionary", definition.dictionary) if definition.dictionary else None
    return {item.code: item for item in found.items} if isinstance(found, Dictionary) else None


def known_features(product: Product, setting: Setting) -> frozenset[Key]:
    """The ids that expressions may read: of what the product states, and of what its type has.

    Where the type is not to be found, that is what is wrong: then whatever they read is taken for known.
    """
    stated = frozenset(f.id for f in product.features)
    if product.model is None:
        return stated
    defined = domain_of(product, setting)
    if defined is None or product.type is None or product.type not in defined.types:
        texts = (place.value for place in setting.places(product) if place.role == "feel")
        return stated.union(id_ for text in texts for id_ in _READ.findall(text))
    return stated.union(f.id for f in defined.features_of(product.type))
