"""The shelf: everything that is published, at one revision of the catalogue. A value; a release makes the next one.

Bodies stay JSON text; what is read of them is kept: small facets for good, whole entries for the lately used ones.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, TypeVar

from catalogue.domain_model import Domain, domain
from catalogue.expressions import entries_read
from catalogue.kinds import ALL, DICTIONARY, MODEL, PACKAGE, PAGE, PRODUCT, PROMOTION, SEGMENT, Kind
from catalogue.kinds.dictionary import Dictionary, DictionaryItem
from catalogue.kinds.model import DomainModel
from catalogue.kinds.page import Page
from catalogue.kinds.parts import Entry
from catalogue.kinds.promotion import Promotion
from catalogue.kinds.segment import Segment
from catalogue.selling.facets import Facets, facets_of, texts_of
from catalogue.selling.texts import Texts

KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in ALL}
Key = tuple[str, str]
"""The name of a kind, and an id."""
Media = Mapping[str, Mapping[str, str]]
"""Where media are, and what they are, by their ids."""
E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, eq=False)
class Published:
    """A published version: it never changes. `text` is its body; `media`: `{"url", "contentType"}` of what it names."""

    kind: str
    id: str
    version: int
    text: str
    media: Media = field(default_factory=dict)

    @property
    def entry(self) -> Entry:
        """Read whole."""
        return _read(self)

    @cached_property
    def facets(self) -> Facets:
        """Of a product or package."""
        return facets_of(self.text)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """What searches look into, by language; of a product or package."""
        return texts_of(self.text)


@lru_cache(maxsize=4096)
def _read(published: Published) -> Entry:
    return KINDS[published.kind].shape.model_validate_json(published.text)


@dataclass(frozen=True, eq=False)
class Shelf:
    """All published versions, by kind and id, as of a revision."""

    revision: int
    published: Mapping[Key, Published]

    def released(self, revision: int, changes: Mapping[Key, Published | None]) -> "Shelf":
        """The shelf at a later revision; None is what has been retired."""
        after = {**self.published, **changes}
        return Shelf(revision, {key: one for key, one in after.items() if one is not None})

    def find(self, kind: str, id_: str) -> Entry | None:
        """What is live under an id; None if nothing is."""
        one = self.published.get((kind, id_))
        return one.entry if one else None

    def all(self, kind: str) -> Iterator[Published]:
        """Everything of a kind, by id."""
        return (self.published[key] for key in self._keys if key[0] == kind)

    @cached_property
    def _keys(self) -> tuple[Key, ...]:
        return tuple(sorted(self.published))

    @cached_property
    def offers(self) -> Mapping[str, Published]:
        """Products and packages by id, in the order of ids; a release gives no id to both."""
        found = {one.id: one for kind in (PACKAGE, PRODUCT) for one in self.all(kind.name)}
        return dict(sorted(found.items()))

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(self.offers)

    @cached_property
    def _listed(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of offers by category, in order."""
        listed: dict[str, list[str]] = {}
        for id_, one in self.offers.items():
            listed.setdefault(one.facets.category, []).append(id_)
        return {category: tuple(ids) for category, ids in listed.items()}

    def ids(self, category: str = "", *, after: str = "") -> Iterator[str]:
        """The ids of the offers of a category and those below it (all if empty), in order, from behind `after`."""
        if not category:
            ids = self._ids
        else:
            ids = tuple(sorted(id_ for below in self.below(category) for id_ in self._listed.get(below, ())))
        return iter(ids[bisect_right(ids, after) :] if after else ids)

    def below(self, category: str) -> Iterable[str]:
        """The category and all below it, in the trees of all models."""
        found, todo = {category: None}, [category]
        while todo:
            for child in self._children.get(todo.pop(), ()):
                if child not in found:
                    found[child] = None
                    todo.append(child)
        return found

    def above(self, category: str) -> tuple[str, ...]:
        """The category and all above it, in the trees of all models."""
        if (known := self._lines.get(category)) is None:
            found = dict.fromkeys([category])
            for here in (line := [category]):
                line += [parent for parent in self._parents.get(here, ()) if parent not in found]
                found |= dict.fromkeys(line)
            known = self._lines[category] = tuple(found)
        return known

    @cached_property
    def _lines(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _parents(self) -> Mapping[str, list[str]]:
        parents: dict[str, list[str]] = {}
        for above, below in self._children.items():
            for category in below:
                parents.setdefault(category, []).append(above)
        return parents

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        children: dict[str, list[str]] = {}
        for model in self.models:
            for category in model.categories:
                if category.parent:
                    children.setdefault(category.parent, []).append(category.id)
        return children

    @cached_property
    def media(self) -> Media:
        """All that published versions show, by id."""
        return {id_: where for one in self.published.values() for id_, where in one.media.items()}

    @cached_property
    def models(self) -> tuple[DomainModel, ...]:
        """All domain models."""
        return self._entries(MODEL, DomainModel)

    def domain(self, model: str | None) -> Domain:
        """A domain model with what it extends; an empty one if none is named."""
        if (known := self._domains.get(model)) is None:
            found = self.find(MODEL.name, model) if model else None
            known = domain(found, self.find) if isinstance(found, DomainModel) else Domain()
            self._domains[model] = known
        return known

    def codes(self, dictionary: str) -> Mapping[str, DictionaryItem]:
        """The items of a dictionary by code."""
        if (known := self._codes.get(dictionary)) is None:
            found = self.find(DICTIONARY.name, dictionary)
            known = {item.code: item for item in found.items} if isinstance(found, Dictionary) else {}
            self._codes[dictionary] = known
        return known

    @cached_property
    def _domains(self) -> dict[str | None, Domain]:
        return {}

    @cached_property
    def _codes(self) -> dict[str, Mapping[str, DictionaryItem]]:
        return {}

    def texts(self, language: str) -> Texts:
        """What searches look into, of all offers as they answer in a language."""
        base = language.partition("-")[0]
        known = next((one for one in (language, base) if one in self._languages), "")
        if (texts := self._texts.get(known)) is None:
            pairs = ((id_, one.texts[one.facets.spoken(known)]) for id_, one in self.offers.items())
            texts = self._texts[known] = Texts(pairs)
        return texts

    @cached_property
    def _texts(self) -> dict[str, Texts]:
        return {}

    @cached_property
    def _languages(self) -> frozenset[str]:
        return frozenset(language for one in self.offers.values() for language in one.facets.languages)

    @cached_property
    def segments(self) -> Mapping[str, Segment]:
        """All segments by id."""
        return {segment.id: segment for segment in self._entries(SEGMENT, Segment)}

    @cached_property
    def customer_features(self) -> tuple[str, ...]:
        """Which features of customers the segments read."""
        rules = (condition.rule for segment in self.segments.values() for condition in segment.conditions)
        return tuple(sorted({name for rule in rules for name in entries_read(rule, "customer")}))

    @cached_property
    def promotions(self) -> tuple[Promotion, ...]:
        """All promotions, in the order in which they are applied."""
        return tuple(sorted(self._entries(PROMOTION, Promotion), key=lambda p: (-p.priority, p.id)))

    @cached_property
    def pages(self) -> tuple[Published, ...]:
        """All pages, the highest priority first."""
        pages = ((one.entry, one) for one in self.all(PAGE.name))
        ranked = [(-page.priority, page.id, one) for page, one in pages if isinstance(page, Page)]
        return tuple(one for *_, one in sorted(ranked, key=lambda rank: rank[:2]))

    def _entries(self, kind: Kind, shape: type[E]) -> tuple[E, ...]:
        return tuple(entry for one in self.all(kind.name) if isinstance(entry := one.entry, shape))


EMPTY: Final = Shelf(0, {})
