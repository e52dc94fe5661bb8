"""Reading the design side: lists, entries, versions, history, differences."""

import json
from collections.abc import Callable, Iterator

from pydantic import ValidationError

from catalogue.checks import Others
from catalogue.completeness import completeness
from catalogue.differences import differences
from catalogue.domain_model import domain
from catalogue.kinds import Kind
from catalogue.kinds.model import DomainModel
from catalogue.kinds.parts import Entry as Shaped
from catalogue.kinds.product import Product
from catalogue.problems import pointer
from contract import errors, tables
from contract.shapes.catalogue import (
    Completeness,
    Diff,
    DifferenceItem,
    DiffQuery,
    EntriesQuery,
    Entry,
    EntryItem,
    EntryVersion,
    HistoryItem,
)
from contract.shapes.common import Page, PageQuery
from functions.catalogue.changing import body_in, entry_of, newest_version, version_of
from functions.catalogue.checking import Published, check
from functions.catalogue.keys import LOG, VERSIONS, entry_key
from functions.catalogue.requests import kind_of, opened
from functions.catalogue.shown import shown_body, shown_change, shown_entry, shown_version
from functions.runtime.calls import Call
from functions.runtime.paging import sift
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item, Rows

_VERSIONS_SHOWN = 50


def list_entries(ports: Ports, call: Call) -> Page[EntryItem]:
    """GET /catalogue/{collection}, in the order of the ids."""
    query: EntriesQuery = call.query
    kind = kind_of(call)

    def rows(limit: int, cursor: str) -> Rows:
        return ports.store.query(tables.CATALOGUE, kind.name, index="byEntity", limit=limit, cursor=cursor)

    items, cursor = sift(rows, _wanted(query), limit=query.limit, cursor=query.cursor)
    return Page(items=[shown_entry(item) for item in items], cursor=cursor)


def _wanted(query: EntriesQuery) -> Callable[[Item], bool]:
    text = query.q.casefold()

    def keep(item: Item) -> bool:
        words = (item["sortKey"], *json.loads(item["name"]).values())
        return (
            (query.state is None or query.state in _states(item))
            and query.category in ("", item.get("category"))
            and any(text in word.casefold() for word in words)
        )

    return keep


def _states(item: Item) -> set[str]:
    live, open_ = "live" in item, item.get("openState")
    return {*(["published"] if live else []), *([open_] if open_ else [] if live else ["retired"])}


def get_entry(ports: Ports, call: Call) -> Entry:
    """GET /catalogue/{collection}/{id}: at most its newest 50 versions."""
    kind, id_ = kind_of(call), call.path["id"]
    about = shown_entry(entry_of(ports, kind, id_))
    rows = ports.store.query(
        tables.CATALOGUE, entry_key(kind, id_), prefix=VERSIONS, limit=_VERSIONS_SHOWN, newest_first=True
    )
    return Entry(**about.model_dump(), versions=[shown_version(item) for item in rows.items])


def get_version(ports: Ports, call: Call) -> EntryVersion:
    """GET /catalogue/{collection}/{id}/versions/{n}. What its checks say is told until it is published."""
    found = opened(ports, call)
    if found.state in ("published", "retired"):
        return shown_body(found.version)
    published = Published(ports)
    entry, findings = check(found.kind, body_in(found.version), published, ports.clock.now())
    shown = shown_body(found.version, findings)
    return shown.model_copy(update={"completeness": list(_completeness(entry, published))})


def _completeness(entry: Shaped | None, others: Others) -> Iterator[Completeness]:
    model = others.find("model", entry.model) if isinstance(entry, Product) and entry.model else None
    if isinstance(entry, Product):
        for each in completeness(entry, domain(model, others.find) if isinstance(model, DomainModel) else None):
            missing = [pointer(path) for path in each.missing]
            yield Completeness(channel=each.channel, language=each.language, percent=each.percent, missing=missing)


def list_changes(ports: Ports, call: Call) -> Page[HistoryItem]:
    """GET /catalogue/{collection}/{id}/history."""
    query: PageQuery = call.query
    kind, id_ = kind_of(call), call.path["id"]
    entry_of(ports, kind, id_)

    def rows(limit: int, cursor: str) -> Rows:
        pk = entry_key(kind, id_)
        return ports.store.query(tables.CATALOGUE, pk, prefix=LOG, limit=limit, cursor=cursor, newest_first=True)

    items, cursor = sift(rows, lambda item: True, limit=query.limit, cursor=query.cursor)
    return Page(items=[shown_change(item) for item in items], cursor=cursor)


def diff_versions(ports: Ports, call: Call) -> Diff:
    """GET /catalogue/{collection}/{id}/diff."""
    query: DiffQuery = call.query
    kind, id_ = kind_of(call), call.path["id"]
    entry = entry_of(ports, kind, id_)
    to = query.to or int(newest_version(ports, kind, id_)["version"])
    from_ = query.from_ or int(entry.get("live", max(to - 1, 1)))
    before, after = (_entry(kind, version_of(ports, kind, id_, number)) for number in (from_, to))
    found = [
        DifferenceItem(path=pointer(each.path), before=each.before, after=each.after, words=each.words)
        for each in differences(before, after)
    ]
    return Diff(id=id_, from_=from_, to=to, differences=found)


def _entry(kind: Kind, version: Item) -> Shaped:
    try:
        return kind.shape.model_validate_json(version["body"])
    except ValidationError as error:
        words = f"Version {version['version']} has not the shape of a {kind.name} yet; its findings tell what is wrong."
        raise ProblemError(errors.CONFLICT, words) from error
