"""The features of a product for one asker: which value holds here, and how it is called in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.features import Axes, in_language, value_for
from catalogue.kinds.model import SHOWS_MEDIA, FeatureDefinition
from catalogue.kinds.parts import Entry, words
from catalogue.kinds.product import Feature, Product
from catalogue.selling.asker import Asker
from catalogue.selling.shelf import Media, Shelf

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Valued:
    """A feature with the value that holds for an asker; `group`: its heading in the model."""

    id: str
    name: Texts
    kind: str | None
    unit: str
    value: Any
    group: str | None = None
    compared: bool = True
    currency: str | None = None
    precision: int | None = None
    dictionary: str | None = None


def features_of(shelf: Shelf, product: Product, asker: Asker, variant: str = "") -> Iterator[Valued]:
    """A product's features: in the order of its type, then those that it has of its own."""
    domain, axes = shelf.domain(product.model), Axes(asker.language, asker.channel, variant)
    stated = {feature.id: feature for feature in product.features}
    for definition in domain.features_of(product.type) if product.type else ():
        yield _defined(definition, stated.pop(definition.id, None), axes)
    for feature in stated.values():
        if known := domain.features.get(feature.id):
            yield _defined(known, feature, axes)
        else:
            yield Valued(feature.id, feature.name, feature.kind, feature.unit, value_for(feature, axes))


def values_of(shelf: Shelf, entry: Entry, asker: Asker, variant: str = "") -> dict[str, Any]:
    """The values by id, as expressions see them."""
    if not isinstance(entry, Product):
        return {}
    return {valued.id: valued.value for valued in features_of(shelf, entry, asker, variant)}


def _defined(definition: FeatureDefinition, feature: Feature | None, axes: Axes) -> Valued:
    value = value_for(feature, axes) if feature else None
    return Valued(
        id=definition.id,
        name=definition.name,
        kind=definition.kind,
        unit=definition.unit,
        value=definition.default if value is None else value,
        group=definition.group,
        compared=definition.compared,
        currency=definition.currency,
        precision=definition.precision,
        dictionary=definition.dictionary,
    )


def shown(shelf: Shelf, valued: Valued, language: str, fallback: str, media: Media) -> dict[str, Any]:
    """A feature in the shape of the API; `labels` are the words for codes of a dictionary, `media` what values name."""
    value = in_language(valued.value, valued.kind, language, fallback)
    answer = {
        "id": valued.id,
        "name": words(valued.name, language, fallback),
        "kind": valued.kind,
        "value": value,
        "unit": valued.unit,
        "group": valued.group,
    }
    if valued.currency:
        answer["currency"] = valued.currency
    if valued.dictionary:
        codes = shelf.codes(valued.dictionary)
        wanted = value if isinstance(value, list) else [value]
        items = (codes.get(code) for code in wanted if isinstance(code, str))
        answer["labels"] = [words(item.name, language, fallback) for item in items if item]
    if valued.kind in SHOWS_MEDIA:
        named = value if isinstance(value, list) else [value]
        answer["media"] = [media[id_] for id_ in named if isinstance(id_, str) and id_ in media]
    return answer
