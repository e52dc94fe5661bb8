"""Shows a version that is not published as the market would show it, beside what is published."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from pydantic import ValidationError

from catalogue.kinds import PACKAGE, PAGE, PRODUCT, Kind
from catalogue.kinds.parts import Entry
from catalogue.selling.content import page_shape
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.offering import offer
from catalogue.selling.shelf import Published
from contract import errors, tables
from contract.buckets import MEDIA
from contract.shapes.common import Finding
from contract.shapes.market import ContentPage, Offer, PreviewQuery
from functions.catalogue.keys import entry_key, version_key
from functions.market.asking import eligibility
from functions.market.offers import check_variant
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found

_LINKED: Final = timedelta(minutes=15)


def preview_offer(ports: Ports, call: Call) -> Offer:
    """GET /market/offers/{id}/preview: of a product, else of a package."""
    query: PreviewQuery = call.query
    one = _sound(ports, _find(ports, PRODUCT, call.path["id"], query.version) or _version(ports, PACKAGE, call))
    check_variant([one], query.variant)
    return Offer.model_validate(offer(_laid_out(ports, query, one), one, variant=query.variant))


def preview_page(ports: Ports, call: Call) -> ContentPage:
    """GET /market/pages/{id}/preview."""
    one = _sound(ports, _version(ports, PAGE, call))
    return ContentPage.model_validate(page_shape(_laid_out(ports, call.query, one), one))


def _version(ports: Ports, kind: Kind, call: Call) -> Published:
    one = _find(ports, kind, call.path["id"], call.query.version)
    if one is None:
        raise not_found(f"version {call.query.version} of the {kind.name}", call.path["id"])
    return one


def _find(ports: Ports, kind: Kind, id_: str, version: int) -> Published | None:
    item = ports.store.get(tables.CATALOGUE, entry_key(kind, id_), version_key(version))
    return Published(kind.name, id_, version, item["body"]) if item else None


def _sound(ports: Ports, one: Published) -> Published:
    """The version, with links to its media that soon expire. Raises `ProblemError` if it is too unfinished for that."""
    try:
        _ = one.entry, (one.facets if one.kind != PAGE.name else None)
    except ValidationError as error:
        findings = [
            Finding(code=e["type"], message=e["msg"], field="/" + "/".join(map(str, e["loc"])))
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        words = "This version cannot be shown before these are right; see errors."
        raise ProblemError(errors.VALIDATION_FAILED, words, findings) from error
    return replace(one, media=dict(_links(ports, one.entry)))


def _links(ports: Ports, entry: Entry) -> Iterator[tuple[str, dict[str, str]]]:
    from functions.catalogue.checking import Published as Catalogue  # with all checks: 40 ms that only previews cost
    from functions.catalogue.releasing import media_places

    for id_, at in media_places(entry, Catalogue(ports)).items():
        yield id_, _linked(ports, id_, at)


def _linked(ports: Ports, id_: str, at: Mapping[str, str]) -> dict[str, str]:
    type_ = at["contentType"]
    url = ports.objects.presign_get(MEDIA, at["key"], filename=id_, content_type=type_, expires=_LINKED)
    return {"url": url, "contentType": type_}


def _laid_out(ports: Ports, query: PreviewQuery, one: Published) -> Eligibility:
    """What is offered once this version stands on the shelf."""
    now = eligibility(ports, query, trusted=True)
    laid_out = now.shelf.released(now.shelf.revision, {(one.kind, one.id): one})
    return Eligibility(laid_out, now.asker, now.stock, now.decisions)
