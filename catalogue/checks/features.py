"""Which features a product has, and what is said of them: by its domain model, or by itself."""

from collections.abc import Mapping

from catalogue.checks.setting import Setting
from catalogue.domain_model import Domain, domain
from catalogue.features import self_described
from catalogue.kinds.dictionary import Dictionary, DictionaryItem
from catalogue.kinds.model import DomainModel, FeatureDefinition
from catalogue.kinds.parts import Code, Key
from catalogue.kinds.product import Feature, Product


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


def known_features(product: Product, setting: Setting) -> frozenset[Key] | None:
    """The ids that expressions may read: of what the product states, and of what its type has; None if nobody knows."""
    stated = frozenset(f.id for f in product.features)
    if product.model is None:
        return stated
    defined = domain_of(product, setting)
    if defined is None or product.type is None or product.type not in defined.types:
        return None
    return stated.union(f.id for f in defined.features_of(product.type))
