"""What is checked of a product beside what is checked of every kind: its features against its domain model."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.calculators.check import check_calculator
from catalogue.checks.features import codes_of, definition_of, domain_of, known_features
from catalogue.checks.setting import DOUBLED, PRICE, REFERENCE, REQUIRED, RULE, TRANSLATION, VALUE, Said, Setting
from catalogue.checks.values import Known, value_faults
from catalogue.expressions import Context, Outcome, spoken, value_of
from catalogue.features import Axes, resolve, stated_codes, stated_values
from catalogue.kinds.model import FeatureDefinition, FeatureRule
from catalogue.kinds.parts import Key, words
from catalogue.kinds.product import Feature, Product, VariedValue
from catalogue.pricing.check import check_prices
from catalogue.problems import Path, Problem


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
    """Each value, and each that is varied, by the feature's definition and its rules."""
    defined, taken = domain_of(product, setting), _live_codes(product.id, setting)
    seen = {each.definition.id: each.value for each in resolve(product, defined, Axes())}
    context = Context({"features": spoken(seen), "product": _named(product)})
    for index, feature in enumerate(product.features):
        definition = definition_of(feature, defined)
        if definition is None:
            continue
        codes = codes_of(definition, setting)
        known = Known(tuple(product.languages), setting.at, codes, taken.get(feature.id, frozenset()))
        for path, value in stated_values(feature, ("features", index)):
            faults = tuple(value_faults(definition, value, path, known))
            yield from faults or _rules(definition, context.inner({"value": value}), path, setting)
        if feature.value is None and not feature.values and product.model is None:
            yield Said(VALUE, ("features", index, "value"), f"The feature {feature.id!r} has no value; state one.")


def _rules(definition: FeatureDefinition, context: Context, path: Path, setting: Setting) -> Iterator[Said]:
    for rule in definition.rules:
        outcome = value_of(rule.when, context, at=setting.at)
        if outcome.value is not True:
            yield Said(RULE, path, _unheld(rule, outcome))


def _live_codes(product_id: Key, setting: Setting) -> dict[Key, frozenset[str]]:
    live = setting.others.find("product", product_id)
    return {f.id: frozenset(stated_codes(f)) for f in live.features} if isinstance(live, Product) else {}


def _named(product: Product) -> dict[str, str | None]:
    return {"id": product.id, "type": product.type, "category": product.category}


def _unheld(rule: FeatureRule, outcome: Outcome) -> str:
    said = words(rule.words, "en", "en")
    return f"{said} ({rule.when.strip()!r} is not true{': ' + outcome.why if outcome.why else ''})"


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


def prices(product: Product, setting: Setting) -> Iterator[Said | Problem]:
    """Prices that are no amounts of anything, and all that else is wrong with them."""
    for index, price in enumerate(product.prices):
        if price.type in ("oneOff", "recurring") and price.currency is None:
            yield Said(PRICE, ("prices", index), f"The price {price.id!r} needs a currency.")
        if price.type == "recurring" and price.period is None:
            yield Said(PRICE, ("prices", index), f"The recurring price {price.id!r} needs a period.")
    yield from check_prices(product.prices, features=known_features(product, setting))


def calculators(product: Product, setting: Setting) -> Iterator[Problem]:
    """All that is wrong with the calculators."""
    features, prices = known_features(product, setting), [price.id for price in product.prices]
    for index, calculator in enumerate(product.calculators):
        yield from check_calculator(calculator, features=features, prices=prices, path=("calculators", index))


def channels(product: Product, setting: Setting) -> Iterator[Said]:
    """Texts for channels in which the product is not sold; channels in which it could be bought by no process."""
    for name in product.content.channels:
        if name not in product.channels:
            text = f"The product is not sold in the channel {name!r}; add it to `channels`, or take its texts out."
            yield Said(REFERENCE, ("content", "channels", name), text)
