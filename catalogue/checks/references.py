"""Which other entries an entry names, and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from catalogue.checks.setting import REFERENCE, Said, Setting
from catalogue.checks.walk import parts
from catalogue.kinds.model import DomainModel, FeatureDefinition
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
    for path, part in parts(entry):
        for field, kind in _NAMED.get(type(part), {}).items():
            for at, id_ in _ids(getattr(part, field)):
                yield Reference(kind, id_, (*path, field, *at))


def unpublished(entry: Entry, setting: Setting) -> Iterator[Said]:
    """What the entry names and nobody finds; once published, readers would."""
    for reference in references(entry):
        if (reference.kind, reference.id) == (setting.kind, entry.id):
            words = f"The {setting.kind} names itself; name another one, or leave this out."
            yield Said(REFERENCE, reference.path, words)
        elif setting.others.find(reference.kind, reference.id) is None:
            words = f"The {reference.kind} {reference.id!r} is not published; publish it first, or together with this."
            yield Said(REFERENCE, reference.path, words, "error" if setting.publishing else "warning")


def _ids(value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield (), value
    elif value:
        yield from (((index,), id_) for index, id_ in enumerate(value))
