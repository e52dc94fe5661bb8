"""GET /documents/{id}: a document's data, with a link to its bytes."""

from datetime import timedelta
from typing import Final

from contract import buckets, tables
from contract.shapes.work import Document
from functions.runtime.calls import Call, LinkGrant
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import Item

LINK_LIVES: Final = timedelta(minutes=15)


def get_document(ports: Ports, call: Call) -> Document:
    """The document. For a case link only those of its instance that are for the applicant exist."""
    id_ = call.path["id"]
    item = ports.store.get(tables.DOCUMENTS, id_)
    link = call.caller.link
    if item is None or (link is not None and not _is_shown(link, item)):
        raise not_found("document", id_)
    url = ports.objects.presign_get(
        buckets.ARCHIVE, item["key"], filename=item["name"], content_type=item["contentType"], expires=LINK_LIVES
    )
    return Document(
        id=id_,
        name=item["name"],
        content_type=item["contentType"],
        size=int(item["size"]),
        sha256=item["sha256"],
        url=url,
        expires_at=ports.clock.now() + LINK_LIVES,
    )


def _is_shown(link: LinkGrant, item: Item) -> bool:
    return link.covers_instance(item["instanceId"]) and item.get("audience") == "applicant"
