"""A state machine's call for a document: template -> HTML -> PDF -> archive -> record and event, in one transaction.

The id comes from what identifies the effect (execution, element, time of entry) and the input, and the bytes are a
function of the same: a repeated call finds the document, or writes the same one again.
"""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from catalogue.documents import DocumentDataError, fill_template
from contract import buckets, events, tables
from contract.shapes.common import Request
from contract.shapes.work import Audience
from functions.documents.pdf import UnprintableError, print_pdf
from functions.runtime import held
from functions.runtime.machine_calls import CallContext, ConnectorRejected, MachineCall
from functions.runtime.observability import note
from functions.runtime.ports import Ports
from functions.runtime.records import ABSENT, NO_SORT, ConditionFailedError, Item, Put
from functions.runtime.unit import Unit

CONNECTOR: Final = "dpc:document"
PDF: Final = "application/pdf"
Key = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[0-9A-Za-z_][0-9A-Za-z._-]*$")]
FileName = Annotated[str, Field(max_length=200, pattern=r'^[^/\\"\x00-\x1f\x7f]*$')]


class DocumentInput(Request):
    """The connector's input. `name`: the file's name without ending; `language`: one of the tenant's.

    A document that is not said to be for the applicant stays inside.
    """

    template: Key
    data: dict[str, Any] = {}
    name: FileName | None = ""
    language: Annotated[str | None, Field(max_length=35)] = ""
    audience: Audience = "staff"


def render_document(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    """Answers `{documentId, name, contentType, size, sha256}`. Raises `ConnectorRejected`: no retry would cure it."""
    call = MachineCall.model_validate(event)
    note(instance_id=call.context.instance_id, element_id=call.context.element_id, connector=call.connector)
    id_ = document_id(call)
    wanted = _read(call.model_copy(update={"input": held.whole(ports, call.input)}))
    kept = ports.store.get(tables.DOCUMENTS, id_)
    return _answer(kept or _render(ports, call.context, wanted, id_))


def document_id(call: MachineCall) -> str:
    """32 hexadecimal digits, the same for every attempt at the same document."""
    effect = json.dumps([call.context.effect, call.input], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(effect.encode()).hexdigest()[:32]


def _read(call: MachineCall) -> DocumentInput:
    if call.connector != CONNECTOR:
        raise ConnectorRejected(f"there is no connector {call.connector!r} here; known: {CONNECTOR}")
    try:
        return DocumentInput.model_validate(call.input)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
        raise ConnectorRejected(f"The input of the document is wrong: {'; '.join(wrong)}.") from error


def _render(ports: Ports, context: CallContext, wanted: DocumentInput, id_: str) -> Item:
    languages = ports.settings.languages
    language = wanted.language if wanted.language in languages else languages[0]
    entered = datetime.fromisoformat(context.entered_at)
    try:
        html = fill_template(
            _template(ports, context, wanted.template), wanted.data, language=language or "en",
            today=entered.date(), document_id=id_,
        )  # fmt: skip
        pdf = print_pdf(html, document_id=id_, at=entered)
    except (DocumentDataError, UnprintableError) as error:
        raise ConnectorRejected(f"{wanted.template}: {error}") from error
    item = {
        "pk": id_,
        "sk": NO_SORT,
        "instanceId": context.instance_id,
        "processId": context.process_id,
        "version": context.version,
        "elementId": context.element_id,
        "template": wanted.template,
        "language": language,
        "audience": wanted.audience,
        "name": f"{(wanted.name or wanted.template).removesuffix('.pdf')}.pdf",
        "contentType": PDF,
        "size": len(pdf),
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "key": f"{context.instance_id}/{id_}.pdf",
        "createdAt": ports.clock.now().isoformat(),
    }
    return _keep(ports, item, pdf)


def _template(ports: Ports, context: CallContext, name: str) -> str:
    key = f"processes/{context.process_id}/{context.version}/documents/{name}.html"
    stored = ports.objects.get(buckets.ARTIFACTS, key)
    if stored is None:
        raise ConnectorRejected(f"{context.process_id} version {context.version} has no document template {name!r}.")
    return stored.decode()


def _keep(ports: Ports, item: Item, pdf: bytes) -> Item:
    ports.objects.put(buckets.ARCHIVE, item["key"], pdf, PDF)
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=item["instanceId"])
    unit.add(Put(tables.DOCUMENTS, item, when=ABSENT))
    about = {name: item[name] for name in ("instanceId", "processId", "version", "elementId", "template", "sha256")}
    unit.emit(events.DOCUMENT_RENDERED, {"documentId": item["pk"], **about}, id_=f"document-{item['pk']}")
    try:
        unit.commit()
    except ConditionFailedError:
        return ports.store.get(tables.DOCUMENTS, item["pk"]) or item
    return item


def _answer(item: Item) -> dict[str, Any]:
    return {"documentId": item["pk"], **{n: item[n] for n in ("name", "contentType", "size", "sha256")}}
