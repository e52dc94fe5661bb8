"""How complete a product is for a channel and a language: of what could be shown there, what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalogue.checks.walk import places
from catalogue.domain_model import Domain
from catalogue.features import Axes, definitions, resolve, stated_values
from catalogue.kinds.product import Product
from catalogue.problems import Path


@dataclass(frozen=True)
class Completeness:
    """`percent`: whole, 100 only if nothing is missing. `missing`: where texts and values are wanted."""

    channel: str
    language: str
    percent: int
    missing: tuple[Path, ...]


def completeness(product: Product, model: Domain | None) -> tuple[Completeness, ...]:
    """For each channel in which the product is sold, and each language that it speaks.

    Wanted are the summary, the description and all texts that are stated for other languages or that concern the
    channel, and the features that the product's type asks for.
    """
    return tuple(_of(product, model, channel, each) for channel in product.channels for each in product.languages)


def _of(product: Product, model: Domain | None, channel: str, language: str) -> Completeness:
    wanted = [*_texts(product, channel, language), *_values(product, model, channel, language)]
    missing = [path for path, is_there in wanted if not is_there]
    return Completeness(channel, language, 100 * (len(wanted) - len(missing)) // len(wanted), tuple(missing))


def _texts(product: Product, channel: str, language: str) -> Iterator[tuple[Path, bool]]:
    always = {("name",), ("content", "summary"), ("content", "description")}
    for place in places(product):
        concerns = place.path[0] != "channels" or place.path[1] == channel
        in_general = place.path[:2] != ("content", "channels")
        if place.role == "words" and concerns and in_general and (place.value or place.path in always):
            yield place.path, language in place.value


def _values(product: Product, model: Domain | None, channel: str, language: str) -> Iterator[tuple[Path, bool]]:
    there = {each.definition.id for each in resolve(product, model, Axes(language, channel))}
    required = model.required_of(product.type) if model is not None and product.type is not None else frozenset()
    places_of = {feature.id: ("features", index) for index, feature in enumerate(product.features)}
    for definition in definitions(product, model):
        if definition.id in required:
            yield places_of.get(definition.id, ("features",)), definition.id in there
    kinds = {definition.id: definition.kind for definition in definitions(product, model)}
    for index, feature in enumerate(product.features):
        for path, value in stated_values(feature, ("features", index)):
            if isinstance(value, Mapping) and kinds.get(feature.id) != "range":
                yield path, language in value
