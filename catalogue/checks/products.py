"""What is checked of a product beside what is checked of every kind: its features against its domain model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.checks.features import definition_of, domain_of
from catalogue.checks.setting import DOUBLED, PRICE, REFERENCE, REQUIRED, TRANSLATION, VALUE, Said, Setting
from catalogue.checks.values import Known, value_faults
from catalogue.kinds.dictionary import Dictionary, DictionaryItem
from catalogue.kinds.model import FeatureDefinition
from catalogue.kinds.parts import Code, Key
from catalogue.kinds.product import Feature, Product, VariedValue
from catalogue.problems import Path


def place_in_model(product: Product, setting: Setting) -> Iterator[Said]:
    """Type and category within the model; features that describe themselves, or that the model describes."""
    if product.model is None:
        yield from _self_described(product)
    if product.model is None or (defined := domain_of(product, setting)) is None:
        return
    if product.type not in defined.types:
        types = ", ".join(sorted(defined.types))
        yield Said(REFERENCE, ("type",), f"{product.type!r} is no type of the model {product.model!r}; it has {types}.")
    if defined.categories and product.category not in defined.categories:
        ids = ", ".join(sorted(defined.categories))
        yield Said(REFERENCE, ("category",), f"{product.category!r} is no category of the model; it has {ids}.")
    for index, feature in enumerate(product.features):
        yield from _described_twice(feature, defined.features.get(feature.id), ("features", index))


def _self_described(product: Product) -> Iterator[Said]:
    if product.type is not None:
        yield Said(REFERENCE, ("type",), "A type belongs to a domain model; name the model, or leave the type out.")
    for index, feature in enumerate(product.features):
        if feature.kind is None:
            words = f"The feature {feature.id!r} needs a kind, or the product a domain model that says it."
            yield Said(VALUE, ("features", index), words)
        if not feature.name:
            words = f"The feature {feature.id!r} needs a name, or the product a domain model that says it."
            yield Said(TRANSLATION, ("features", index, "name"), words)


def _described_twice(feature: Feature, definition: FeatureDefinition | None, path: Path) -> Iterator[Said]:
    if definition is None:
        return
    if feature.kind not in (None, definition.kind):
        yield Said(VALUE, (*path, "kind"), f"The model says that {feature.id!r} is {definition.kind!r}; leave it out.")
    if feature.unit not in ("", definition.unit):
        yield Said(VALUE, (*path, "unit"), f"The model says that the unit is {definition.unit!r}; leave it out.")


def required_features(product: Product, setting: Setting) -> Iterator[Said]:
    """Features that the type asks for, and features that it does not know."""
    defined = domain_of(product, setting)
    if defined is None or product.type is None or product.type not in defined.types:
        return
    admitted = {f.id: f for f in defined.features_of(product.type)}
    for index, feature in enumerate(product.features):
        if feature.id not in admitted:
            ids = ", ".join(sorted(admitted))
            words = f"{feature.id!r} is no feature of the type {product.type!r}; it has {ids}."
            yield Said(REFERENCE, ("features", index, "id"), words)
    stated = {f.id for f in product.features if f.value is not None or f.values}
    for id_ in sorted(defined.required_of(product.type) - stated):
        if id_ in admitted and admitted[id_].default is None:
            yield Said(
                REQUIRED, ("features",), f"The feature {id_!r} is missing; the type {product.type!r} asks for it."
            )


def feature_values(product: Product, setting: Setting) -> Iterator[Said]:
    """Each value, and each that is varied, by the feature's definition."""
    defined, live = domain_of(product, setting), _live_values(product.id, setting)
    for index, feature in enumerate(product.features):
        definition = definition_of(feature, defined)
        if definition is None:
            continue
        known = _known(product, definition, live.get(feature.id, ()), setting)
        for path, value in stated_values(feature, ("features", index)):
            yield from value_faults(definition, value, path, known)
        if feature.value is None and not feature.values and product.model is None:
            yield Said(VALUE, ("features", index, "value"), f"The feature {feature.id!r} has no value; state one.")


def stated_values(feature: Feature, path: Path) -> Iterator[tuple[Path, Any]]:
    """The value and the varied ones, each with its place."""
    if feature.value is not None:
        yield (*path, "value"), feature.value
    for index, varied in enumerate(feature.values):
        yield (*path, "values", index, "value"), varied.value


def _known(product: Product, definition: FeatureDefinition, live: tuple[Any, ...], setting: Setting) -> Known:
    taken = frozenset(code for value in live for code in _codes(value))
    return Known(tuple(product.languages), setting.at, _items(definition, setting), taken)


def _items(definition: FeatureDefinition, setting: Setting) -> Mapping[Code, DictionaryItem] | None:
    found = setting.others.find("dictionary", definition.dictionary) if definition.dictionary else None
    return {item.code: item for item in found.items} if isinstance(found, Dictionary) else None


def _live_values(product_id: Key, setting: Setting) -> dict[Key, tuple[Any, ...]]:
    live = setting.others.find("product", product_id)
    features = live.features if isinstance(live, Product) else []
    return {f.id: tuple(value for _, value in stated_values(f, ())) for f in features}


def _codes(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, str))


@dataclass(frozen=True)
class _Axes:
    """What a product's values may vary by, and the names on each axis."""

    language: frozenset[str]
    channel: frozenset[str]
    variant: frozenset[str]


def variations(product: Product, setting: Setting) -> Iterator[Said]:
    """Varied values: on axes that the feature has, for names that the product has, each combination once."""
    defined = domain_of(product, setting)
    axes = _Axes(
        frozenset(product.languages), frozenset(product.channels), frozenset(variant.id for variant in product.variants)
    )
    for index, feature in enumerate(product.features):
        definition = definition_of(feature, defined)
        seen: set[tuple[str | None, ...]] = set()
        for at, varied in enumerate(feature.values):
            path = ("features", index, "values", at)
            yield from _variation(varied, definition, axes, path)
            combination = (varied.language, varied.channel, varied.variant)
            if combination in seen:
                yield Said(DOUBLED, path, "Another value holds for the same language, channel and variant; keep one.")
            seen.add(combination)


def _variation(varied: VariedValue, definition: FeatureDefinition | None, axes: _Axes, path: Path) -> Iterator[Said]:
    stated = {a: getattr(varied, a) for a in ("language", "channel", "variant") if getattr(varied, a) is not None}
    if not stated:
        yield Said(VALUE, path, "The value holds everywhere; make it the feature's `value`, or say where it holds.")
    for axis, name in stated.items():
        if name not in getattr(axes, axis):
            names = ", ".join(sorted(getattr(axes, axis))) or "none"
            yield Said(REFERENCE, (*path, axis), f"The product has no {axis} {name!r}; it has {names}.")
        if definition is not None and axis not in definition.varies_by:
            words = f"{definition.id!r} does not vary by {axis}; its model would have to say that it does."
            yield Said(VALUE, (*path, axis), words)


def prices(product: Product, setting: Setting) -> Iterator[Said]:
    """Prices that are no amounts of anything."""
    for index, price in enumerate(product.prices):
        if price.type in ("oneOff", "recurring") and price.currency is None:
            yield Said(PRICE, ("prices", index), f"The price {price.id!r} needs a currency.")
        if price.type == "recurring" and price.period is None:
            yield Said(PRICE, ("prices", index), f"The recurring price {price.id!r} needs a period.")
