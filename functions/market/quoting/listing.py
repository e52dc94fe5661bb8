"""Lists of quotes, and of the versions of one: from the narrowest index, the other filters sift."""

from contract import tables
from contract.shapes.common import Page, PageQuery
from contract.shapes.quotes import Quote, QuoteItem, QuotesQuery
from functions.catalogue.keys import VERSIONS, version_key
from functions.market.quoting import records
from functions.runtime.calls import Call
from functions.runtime.paging import sift
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import Item, Rows


def list_quotes(ports: Ports, call: Call) -> Page[QuoteItem]:
    """GET /market/quotes."""
    query: QuotesQuery = call.query
    index, partition = _narrowest(query)

    def read(limit: int, cursor: str) -> Rows:
        return ports.store.query(tables.QUOTES, partition, index=index, limit=limit, cursor=cursor, newest_first=True)

    def keep(item: Item) -> bool:
        return _is_wanted(query, records.listed_head(ports, item))

    found, cursor = sift(read, keep, limit=query.limit, cursor=query.cursor)
    return Page(items=[records.listed_head(ports, item) for item in found], cursor=cursor)


def _narrowest(query: QuotesQuery) -> tuple[str, str]:
    if query.customer:
        return "byCustomer", query.customer
    if query.state not in (None, "expired"):  # which no quote is: readers find that its time is over
        return "byState", str(query.state)
    return "byEntity", records.ENTITY


def _is_wanted(query: QuotesQuery, item: QuoteItem) -> bool:
    return (
        query.state in (None, item.state)
        and query.customer in ("", item.customer_id)
        and query.business_key in ("", item.business_key)
        and query.product in ("", item.package_id, *item.products)
    )


def list_versions(ports: Ports, call: Call) -> Page[QuoteItem]:
    """GET /market/quotes/{id}/versions."""
    query: PageQuery = call.query
    id_ = call.path["id"]
    if ports.store.get(tables.QUOTES, id_) is None:
        raise not_found("quote", id_)

    def read(limit: int, cursor: str) -> Rows:
        return ports.store.query(tables.QUOTES, id_, prefix=VERSIONS, limit=limit, cursor=cursor, newest_first=True)

    found, cursor = sift(read, lambda _item: True, limit=query.limit, cursor=query.cursor)
    return Page(items=[records.listed(records.shape_of_version(item)) for item in found], cursor=cursor)


def get_version(ports: Ports, call: Call) -> Quote:
    """GET /market/quotes/{id}/versions/{n}."""
    id_, n = call.path["id"], call.path["n"]
    known = n.isdecimal() and len(n) <= 8
    item = ports.store.get(tables.QUOTES, id_, version_key(int(n))) if known else None
    if item is None:
        raise not_found("version", f"{n} of quote {id_}")
    return records.shape_of_version(item)
