"""The features of a product as a customer sees them: what the model says of each, and the value that holds for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.domain_model import Domain
from catalogue.kinds.model import FeatureDefinition
from catalogue.kinds.product import Feature, Product, VariedValue
from catalogue.problems import Path


@dataclass(frozen=True)
class Axes:
    """For whom values are wanted; an empty one: for whoever it may be."""

    language: str = ""
    channel: str = ""
    variant: str = ""


@dataclass(frozen=True)
class ResolvedFeature:
    """A feature with its definition; `value` is plain JSON in the language, `is_default` if it is only the model's."""

    definition: FeatureDefinition
    value: Any
    is_default: bool = False


def resolve(product: Product, model: Domain | None, axes: Axes) -> tuple[ResolvedFeature, ...]:
    """The features that have a value, in the order of the model's type; without a model in the product's own.

    The most special value wins: the one that names most of the axes, and of these a variant before a channel before a
    language; then the feature's value, then the model's default. Texts fall back as `words` does.
    """
    stated = {feature.id: feature for feature in product.features}
    resolved = (_resolved(each, stated.get(each.id), product, axes) for each in definitions(product, model))
    return tuple(each for each in resolved if each.value is not None)


def definitions(product: Product, model: Domain | None) -> Iterator[FeatureDefinition]:
    """What is said of each feature that the product has or could have; features that nobody describes are left out."""
    if product.model is None:
        yield from (own for feature in product.features if (own := self_described(feature)) is not None)
    elif model is not None and product.type is not None:
        names = {feature.id: feature.name for feature in product.features if feature.name}
        for each in model.features_of(product.type):
            yield each.model_copy(update={"name": names[each.id]}) if each.id in names else each


def self_described(feature: Feature) -> FeatureDefinition | None:
    """What a feature says of itself, as products without a model do."""
    if feature.kind is None:
        return None
    return FeatureDefinition(
        id=feature.id,
        name=feature.name,
        kind=feature.kind,
        unit=feature.unit,
        varies_by=("language", "channel", "variant"),
    )


def _resolved(definition: FeatureDefinition, feature: Feature | None, product: Product, axes: Axes) -> ResolvedFeature:
    value = value_for(feature, axes) if feature is not None else None
    is_default = value is None
    value = definition.default if is_default else value
    value = in_language(value, definition.kind, axes.language, product.languages[0])
    return ResolvedFeature(definition, value, is_default)


def value_for(feature: Feature, axes: Axes) -> Any:
    """The most special value that holds for the axes, else the plain one; texts still by language."""
    if not feature.values:
        return feature.value
    fitting = [varied for varied in feature.values if _fits(varied, axes)]
    return max(fitting, key=_speciality).value if fitting else feature.value


def _fits(varied: VariedValue, axes: Axes) -> bool:
    return (
        varied.language in (None, axes.language, axes.language.split("-", maxsplit=1)[0])
        and varied.channel in (None, axes.channel)
        and varied.variant in (None, axes.variant)
    )


def _speciality(varied: VariedValue) -> tuple[int, bool, bool, int]:
    stated = (varied.variant is not None, varied.channel is not None)
    return sum(stated) + (varied.language is not None), *stated, len(varied.language or "")


def in_language(value: Any, kind: str | None, language: str, fallback: str) -> Any:
    """The value in a language, where it is written by language; falls back as `words` does."""
    if not isinstance(value, Mapping) or kind == "range":
        return value
    for candidate in (language, language.split("-", maxsplit=1)[0], fallback):
        if candidate in value:
            return value[candidate]
    return next(iter(value.values()), None)


def stated_values(feature: Feature, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The value and the varied ones, each with its place below the feature's."""
    if feature.value is not None:
        yield (*path, "value"), feature.value
    for index, varied in enumerate(feature.values):
        yield (*path, "values", index, "value"), varied.value


def stated_codes(feature: Feature) -> Iterator[str]:
    """The texts that stand as values: of a feature with a dictionary, its codes."""
    for _, value in stated_values(feature):
        yield from (each for each in (value if isinstance(value, list | tuple) else (value,)) if isinstance(each, str))
