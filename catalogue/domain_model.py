"""A domain model as products see it: with what it takes over from the models that it extends, found by id."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from catalogue.kinds.model import Category, DomainModel, FeatureDefinition, FeatureGroup, ProductType
from catalogue.kinds.parts import Entry, Key

Find = Callable[[str, str], Entry | None]
"""An entry by the name of its kind and its id, None if it is not published."""
Defined = TypeVar("Defined", Category, FeatureGroup, FeatureDefinition, ProductType)


@dataclass(frozen=True)
class Domain:
    """The definitions by id; those of the model itself follow those that it takes over."""

    languages: tuple[str, ...] = ()
    types: Mapping[Key, ProductType] = field(default_factory=dict)
    categories: Mapping[Key, Category] = field(default_factory=dict)
    groups: Mapping[Key, FeatureGroup] = field(default_factory=dict)
    features: Mapping[Key, FeatureDefinition] = field(default_factory=dict)

    def features_of(self, type_id: Key) -> tuple[FeatureDefinition, ...]:
        """The features of a type, those of the types above it first; unknown ones are left out."""
        ids = dict.fromkeys(f for type_ in self.line(type_id) for f in type_.features)
        return tuple(self.features[id_] for id_ in ids if id_ in self.features)

    def required_of(self, type_id: Key) -> frozenset[Key]:
        """The features that a product of a type must state."""
        return frozenset(f for type_ in self.line(type_id) for f in type_.required)

    def line(self, type_id: Key) -> tuple[ProductType, ...]:
        """A type and those above it, the highest first; a circle is broken."""
        found: list[ProductType] = []
        type_ = self.types.get(type_id)
        while type_ is not None and type_ not in found:
            found.append(type_)
            type_ = self.types.get(type_.parent) if type_.parent else None
        return tuple(reversed(found))

    def is_within(self, category: Key, above: Key) -> bool:
        """Whether a category is another one, or below it."""
        seen: set[Key] = set()
        here: Key | None = category
        while here is not None and here not in seen:
            if here == above:
                return True
            seen.add(here)
            node = self.categories.get(here)
            here = node.parent if node else None
        return False


def domain(model: DomainModel, find: Find) -> Domain:
    """What a model defines, with all that it extends; where an id is defined twice, the lower model's is taken."""
    models = tuple(reversed(tuple(extended(model, find))))
    return Domain(
        languages=model.languages,
        types=_by_id(*(m.types for m in models)),
        categories=_by_id(*(m.categories for m in models)),
        groups=_by_id(*(m.groups for m in models)),
        features=_by_id(*(m.features for m in models)),
    )


def extended(model: DomainModel, find: Find) -> Iterator[DomainModel]:
    """The model, the one that it extends, and so on; ends where one is not found or comes again."""
    seen = {model.id}
    here: Entry | None = model
    while isinstance(here, DomainModel):
        yield here
        here = find("model", here.extends) if here.extends and here.extends not in seen else None
        seen.add(here.id if here else "")


def _by_id(*levels: tuple[Defined, ...]) -> dict[Key, Defined]:
    return {each.id: each for level in levels for each in level}
