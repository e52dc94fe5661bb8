"""TM Forum's TMF620 v5, read only: lists with `fields`, `offset`, `limit` and filters (TMF630), and single resources.

There is no `hub`: what listeners would be told, the bus tells (`CataloguePublished`, `EntryRetired`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
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
    made: Sequence[Callable[[], Resource]] = list(_listed(ports, call).values())
    if wanted := _wanted(query):
        made = [partial(dict, one) for make in made if _is_wanted(one := make(), wanted)]
    shown = [make() for make in made[query.offset : query.offset + query.limit]]
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


def _wanted(query: TmfQuery) -> Mapping[str, frozenset[str]]:
    """Attributes by their paths, and the values of which each has one."""
    return {path: frozenset(str(values).split(",")) for path, values in (query.model_extra or {}).items()}


def _is_wanted(resource: Resource, wanted: Mapping[str, frozenset[str]]) -> bool:
    return all(not values.isdisjoint(_values(resource, path.split("."))) for path, values in wanted.items())


def _values(value: Any, path: Sequence[str]) -> Iterator[str]:
    """What stands at a path, as it is written in a query; of lists whatever stands at it in one of the items."""
    if isinstance(value, list):
        yield from (found for each in value for found in _values(each, path))
    elif path and isinstance(value, dict):
        yield from _values(value.get(path[0]), path[1:])
    elif not path and value is not None:
        yield value if isinstance(value, str) else json.dumps(value)


def _chosen(resource: Mapping[str, Any], fields: str) -> Mapping[str, Any]:
    wanted = {*(field.strip() for field in fields.split(",")), *_ALWAYS}
    return {name: value for name, value in resource.items() if not fields or name in wanted}


def _answer(body: Any, headers: Mapping[str, str]) -> Answer:
    return Answer(json.dumps(body, ensure_ascii=False), headers=dict(headers))
