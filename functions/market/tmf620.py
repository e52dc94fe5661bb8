"""TM Forum's TMF620 v5, read only: lists with `fields`, `sort`, `offset`, `limit` and filters (TMF630), and single
resources.

There is no `hub`: what listeners would be told, the bus tells (`CataloguePublished`, `EntryRetired`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from catalogue.selling.asker import Asker
from catalogue.tmf620 import KINDS, Catalogue
from catalogue.tmf620_attributes import ATTRIBUTES
from catalogue.tmf630 import QueryError, Resource, chosen, in_order, matches_filter, read_filter, read_order
from contract import errors
from contract.shapes.common import Finding
from contract.shapes.market import TmfQuery
from functions.catalogue.shelves import shelf
from functions.runtime.calls import Answer, Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found

PATH: Final = "/tmf-api/productCatalogManagement/v5"


def list_resources(ports: Ports, call: Call) -> Answer:
    """GET .../{resource}: an array; how many there are in all is told in `X-Total-Count`, what else in `Link`."""
    query: TmfQuery = call.query
    known = ATTRIBUTES.get(call.path["resource"], frozenset())
    made: Sequence[Callable[[], Resource]] = list(_listed(ports, call).values())
    with _told():
        wanted, order = read_filter(call.query_string, known), read_order(query.sort, known)
        if wanted or order:
            found = in_order((one for make in made if matches_filter(one := make(), wanted)), order)
            made = [partial(dict, one) for one in found]
        shown = [chosen(make(), query.fields, known) for make in made[query.offset : query.offset + query.limit]]
    url = f"{ports.settings.public_url}{PATH}/{call.path['resource']}"
    links = ", ".join(f'<{url}?{text}>; rel="{rel}"' for rel, text in _links(call.query_string, query, len(made)))
    headers = {"X-Total-Count": str(len(made)), "X-Result-Count": str(len(shown)), "Link": links}
    return _answer(shown, headers)


def get_resource(ports: Ports, call: Call) -> Answer:
    """GET .../{resource}/{id}."""
    make = _listed(ports, call).get(call.path["id"])
    if make is None:
        raise not_found(call.path["resource"], call.path["id"])
    with _told():
        return _answer(chosen(make(), call.query.fields, ATTRIBUTES[call.path["resource"]]), {})


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong with a query, as a problem that names the parameter."""
    try:
        yield
    except QueryError as error:
        said = Finding(code="query", message=error.message, field=f"/{error.name}")
        raise ProblemError(errors.INVALID_REQUEST, f"{error.name or 'query'}: {error.message}", [said]) from error


def _listed(ports: Ports, call: Call) -> Mapping[str, Callable[[], Resource]]:
    """In the language that the reader prefers: the first of `Accept-Language`."""
    kind = call.path["resource"]
    if kind not in KINDS:
        raise not_found("resource of TMF620", kind)
    language = call.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
    asker = Asker("", language, {}, ports.clock.now())
    return Catalogue(shelf(ports), asker, f"{ports.settings.public_url}{PATH}").listed(kind)


def _links(asked: str, query: TmfQuery, total: int) -> Iterator[tuple[str, str]]:
    """Other parts of a list (RFC 8288): which, and the query string that asks for it."""
    last = max(total - 1, 0) // query.limit * query.limit
    parts = {"self": query.offset, "first": 0, "last": last}
    if query.offset + query.limit < total:
        parts["next"] = query.offset + query.limit
    if query.offset:
        parts["prev"] = max(query.offset - query.limit, 0)
    kept = [part for part in asked.split("&") if part and part.partition("=")[0] not in ("offset", "limit")]
    for rel, offset in parts.items():
        text = "&".join([*kept, f"offset={offset}", f"limit={query.limit}"])
        yield rel, quote(text, safe="%=&;,.+-_~!*:@/")


def _answer(body: Any, headers: Mapping[str, str]) -> Answer:
    return Answer(json.dumps(body, ensure_ascii=False), headers=dict(headers))
