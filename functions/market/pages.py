"""Lists and reads pages, and shows what is not published yet to those who draft it."""

from itertools import islice

from catalogue.kinds import PAGE
from catalogue.kinds.page import Page as PageEntry
from catalogue.selling.content import is_shown, page_shape
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.shelf import Published
from contract.shapes.common import Page
from contract.shapes.market import ContentPage, OfferQuery, PagesQuery
from functions.market.asking import eligibility
from functions.market.caching import answered
from functions.market.cursors import after, cursor
from functions.runtime.calls import Answer, Call
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found


def list_pages(ports: Ports, call: Call) -> Answer:
    """GET /market/pages: the highest priority first."""
    query: PagesQuery = call.query
    offered = eligibility(ports, query)
    behind = after(query.cursor)
    pages = (one for one in offered.shelf.pages if _place(one) > behind and _is_listed(offered, one, query))
    found = list(islice(pages, query.limit + 1))
    shown = found[: query.limit]
    more = cursor(_place(shown[-1])) if len(found) > query.limit else None
    items = [ContentPage.model_validate(page_shape(offered, one)) for one in shown]
    return answered(call, Page[ContentPage](items=items, cursor=more), customer=query.customer)


def _place(one: Published) -> str:
    """Where a page stands among all: texts in the order of the shelf."""
    assert isinstance(one.entry, PageEntry)
    return f"{1000 - one.entry.priority:04}#{one.id}"


def _is_listed(offered: Eligibility, one: Published, query: PagesQuery) -> bool:
    page = one.entry
    assert isinstance(page, PageEntry)
    wanted = query.slot in ("", page.slot) and query.type in ("", page.type)
    return wanted and (not query.tag or query.tag in page.tags) and is_shown(offered, page)


def get_page(ports: Ports, call: Call) -> Answer:
    """GET /market/pages/{id}."""
    query: OfferQuery = call.query
    offered = eligibility(ports, query)
    one = offered.shelf.published.get((PAGE.name, call.path["id"]))
    if one is None or not isinstance(one.entry, PageEntry) or not is_shown(offered, one.entry):
        raise not_found("page", call.path["id"])
    return answered(call, ContentPage.model_validate(page_shape(offered, one)), customer=query.customer)
