"""Which other entries an entry names, and where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from catalogue.checks.setting import REFERENCE, Others, Said, Setting
from catalogue.checks.values import names_medium
from catalogue.checks.walk import parts, parts_among
from catalogue.domain_model import domain
from catalogue.features import self_described, stated_values
from catalogue.kinds import MEDIA
from catalogue.kinds.model import SHOWS_MEDIA, DomainModel, FeatureDefinition
from catalogue.kinds.package import Component, Package
from catalogue.kinds.page import Block, Page
from catalogue.kinds.parts import Entry, Part
from catalogue.kinds.product import Product, Relation
from catalogue.kinds.promotion import Change, Promotion
from catalogue.problems import Path


@dataclass(frozen=True)
class Reference:
    """An entry that another one names. `kind`: the name of its kind; `path`: where it is named."""

    kind: str
    id: str
    path: Path


_NAMED: Final[dict[type[Part], dict[str, str]]] = {
    DomainModel: {"extends": "model"},
    FeatureDefinition: {"dictionary": "dictionary"},
    Product: {"model": "model", "segments": "segment"},
    Relation: {"product": "product"},
    Package: {"segments": "segment"},
    Component: {"product": "product"},
    Change: {"product": "product"},
    Promotion: {"segments": "segment", "products": "product"},
    Page: {"segments": "segment"},
    Block: {"products": "product", "packages": "package"},
}
"""By shape: the fields that hold ids of entries, and of which kind."""


def references(entry: Entry) -> Iterator[Reference]:
    """All that the entry names, in the order in which it stands there; the same one as often as it is named."""
    return _named(parts(entry))


def _named(among: Iterable[tuple[Path, Part]]) -> Iterator[Reference]:
    for path, part in among:
        for field, kind in _NAMED.get(type(part), {}).items():
            for at, id_ in _ids(getattr(part, field)):
                yield Reference(kind, id_, (*path, field, *at))


def unpublished(entry: Entry, setting: Setting) -> Iterator[Said]:
    """What the entry names and nobody finds; once published, readers would."""
    for reference in _named(parts_among(entry, setting.places(entry))):
        if (reference.kind, reference.id) == (setting.kind, entry.id):
            words = f"The {setting.kind} names itself; name another one, or leave this out."
            yield Said(REFERENCE, reference.path, words)
        elif setting.others.find(reference.kind, reference.id) is None:
            words = f"The {reference.kind} {reference.id!r} is not published; publish it first, or together with this."
            yield Said(REFERENCE, reference.path, words, "error" if setting.publishing else "warning")


def media(entry: Entry, others: Others) -> Iterator[Reference]:
    """All media that the entry names: in its content, its blocks, and its features as their definitions say."""
    match entry:
        case Product():
            for name, id_ in entry.content.media.items():
                yield Reference(MEDIA.name, id_, ("content", "media", name))
            yield from _in_features(entry, others)
        case Package():
            for name, id_ in entry.content.media.items():
                yield Reference(MEDIA.name, id_, ("content", "media", name))
        case Page():
            for index, block in enumerate(entry.blocks):
                if block.media:
                    yield Reference(MEDIA.name, block.media, ("blocks", index, "media"))


def _in_features(product: Product, others: Others) -> Iterator[Reference]:
    model = others.find("model", product.model) if product.model else None
    defined = domain(model, others.find).features if isinstance(model, DomainModel) else {}
    for index, feature in enumerate(product.features):
        definition = defined.get(feature.id) or self_described(feature)
        if definition and definition.kind in SHOWS_MEDIA:
            for path, value in stated_values(feature, ("features", index)):
                yield from (Reference(MEDIA.name, id_, (*path, *at)) for at, id_ in _ids(value))


def missing_media(entry: Entry, setting: Setting) -> Iterator[Said]:
    """Media that the entry names and that have not been uploaded, or were refused."""
    for reference in media(entry, setting.others):
        if setting.others.find(reference.kind, reference.id) is None:
            words = f"There is no medium {reference.id!r}; upload it first, or name another one."
            yield Said(REFERENCE, reference.path, words, "error" if setting.publishing else "warning")


def _ids(value: Any) -> Iterator[tuple[Path, str]]:
    """Ids of media in a feature's value; what has not their form is told of as a value."""
    named = enumerate(value) if isinstance(value, list | tuple) else ()
    places = [((), value), *(((index,), id_) for index, id_ in named)]
    yield from ((path, id_) for path, id_ in places if names_medium(id_))
