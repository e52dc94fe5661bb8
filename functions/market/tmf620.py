"""TM Forum's TMF620 v5, read only: lists with `fields`, `offset` and `limit` (TMF630), and single resources."""

import json
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Final

from catalogue.selling.asker import Asker
from catalogue.tmf620 import KINDS, Catalogue, Resource
from contract.shapes.market import TmfQuery
from functions.catalogue.shelves import shelf
from functions.runtime.calls import Answer, Call
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found

PATH: Final = "/tmf-api/productCatalogManagement/v5"
_ALWAYS: Final = ("id", "href", "@type")
"""What `fields` does not take away."""


def list_resources(ports: Ports, call: Call) -> Answer:
    """GET .../{resource}: an array; how many there are in all is told in `X-Total-Count`."""
    query: TmfQuery = call.query
    made = _listed(ports, call)
    shown = [make() for make in islice(made.values(), query.offset, query.offset + query.limit)]
    headers = {"X-Total-Count": str(len(made)), "X-Result-Count": str(len(shown))}
    return _answer([_chosen(one, query.fields) for one in shown], headers)


def get_resource(ports: Ports, call: Call) -> Answer:
    """GET .../{resource}/{id}."""
    make = _listed(ports, call).get(call.path["id"])
    if make is None:
        raise not_found(call.path["resource"], call.path["id"])
    return _answer(_chosen(make(), call.query.fields), {})


def _listed(ports: Ports, call: Call) -> Mapping[str, Callable[[], Resource]]:
    """In the language that the reader prefers: the first of `Accept-Language`."""
    kind = call.path["resource"]
    if kind not in KINDS:
        raise not_found("resource of TMF620", kind)
    language = call.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
    asker = Asker("", language, {}, ports.clock.now())
    return Catalogue(shelf(ports), asker, f"{ports.settings.public_url}{PATH}").listed(kind)


def _chosen(resource: Mapping[str, Any], fields: str) -> Mapping[str, Any]:
    wanted = {*(field.strip() for field in fields.split(",")), *_ALWAYS}
    return {name: value for name, value in resource.items() if not fields or name in wanted}


def _answer(body: Any, headers: Mapping[str, str]) -> Answer:
    return Answer(json.dumps(body, ensure_ascii=False), headers=dict(headers))
