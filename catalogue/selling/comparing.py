"""Offers side by side: feature by feature under the headings of their models, differences marked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.domain_model import Domain
from catalogue.kinds.parts import words
from catalogue.kinds.product import Product
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.features import Valued, features_of, shown
from catalogue.selling.shelf import Media, Published

Shape = dict[str, Any]
PRICES = "prices"


def compare(eligibility: Eligibility, compared: Sequence[Published], offers: Sequence[Shape], variant: str) -> Shape:
    """The comparison of offers (in their shape of the API) of what is on the shelf, in the same order."""
    language = eligibility.asker.language
    columns = [_column(eligibility, one, variant) for one in compared]
    media = [one.media for one in compared]
    domains = [eligibility.shelf.domain(one.facets.model or None) for one in compared]
    heads = ("id", "version", "name", "summary", "category")
    rows = list(_rows(eligibility, columns, media, language))
    groups = [_group(id_, name, rows) for id_, name in _headings(domains, language)]
    prices = {"id": PRICES, "name": "", "rows": list(_price_rows(offers))}
    return {
        "offers": [{head: offer[head] for head in heads} for offer in offers],
        "groups": [group for group in (*groups, _group(None, "", rows), prices) if group["rows"]],
    }


@dataclass(frozen=True)
class _Row:
    group: str | None
    shape: Shape


def _column(eligibility: Eligibility, one: Published, variant: str) -> Mapping[str, Valued]:
    entry = one.entry
    if not isinstance(entry, Product):
        return {}
    return {f.id: f for f in features_of(eligibility.shelf, entry, eligibility.asker, variant) if f.compared}


def _headings(domains: Sequence[Domain], language: str) -> Iterator[tuple[str, str]]:
    """The groups of all models in their order: each before those below it."""
    seen: set[str] = set()
    for domain in domains:
        parents = {id_: group.parent for id_, group in domain.groups.items()}
        for id_ in _walk(parents, None):
            if id_ not in seen:
                seen.add(id_)
                yield id_, words(domain.groups[id_].name, language, (*domain.languages, "en")[0])


def _walk(parents: Mapping[str, str | None], above: str | None) -> Iterator[str]:
    for id_, parent in parents.items():
        if parent == above:
            yield id_
            yield from _walk(parents, id_)


def _group(id_: str | None, name: str, rows: Sequence[_Row]) -> Shape:
    return {"id": id_, "name": name, "rows": [row.shape for row in rows if row.group == id_]}


def _rows(
    eligibility: Eligibility, columns: Sequence[Mapping[str, Valued]], media: Sequence[Media], language: str
) -> Iterator[_Row]:
    """A row for each feature that any of them has, as the first one that has it orders and calls it."""
    for id_ in dict.fromkeys(id_ for column in columns for id_ in column):
        first = next(column[id_] for column in columns if id_ in column)
        cells = [_cell(eligibility, column.get(id_), language, of) for column, of in zip(columns, media, strict=True)]
        name = words(first.name, language, "en")
        shape = {"id": id_, "name": name, "kind": first.kind, "unit": first.unit}
        yield _Row(first.group, shape | {"values": cells, "differs": _differ(cells)})


def _cell(eligibility: Eligibility, valued: Valued | None, language: str, media: Media) -> Any:
    """Codes in words, media as `{url, contentType}` (several: a list), all else as it is."""
    if valued is None:
        return None
    cell = shown(eligibility.shelf, valued, language, "en", media)
    if "media" in cell:
        return cell["media"] if isinstance(cell["value"], list) else next(iter(cell["media"]), None)
    return ", ".join(cell["labels"]) if cell.get("labels") else cell["value"]


def _price_rows(offers: Sequence[Shape]) -> Iterator[Shape]:
    columns = [{price["id"]: price for price in offer["prices"]} for offer in offers]
    for id_ in dict.fromkeys(id_ for column in columns for id_ in column):
        first = next(column[id_] for column in columns if id_ in column)
        cells = [column.get(id_) for column in columns]
        values = [cell and (cell["value"], cell["currency"], cell["period"]) for cell in cells]
        row = {"id": id_, "name": first["name"], "kind": first["type"], "values": cells}
        yield row | {"differs": _differ(values)}


def _differ(cells: Sequence[Any]) -> bool:
    return any(cell != cells[0] for cell in cells[1:])
