"""What the documents function is."""

from contract import buckets, events, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Emit, Get, GetObject, Put, PutObject
from functions.runtime import held

SPEC = FunctionSpec(
    name="documents",
    entry="functions.documents.handler.handle",
    routes=(routes.GET_DOCUMENT,),
    machines=True,
    needs=(
        GetObject(buckets.ARTIFACTS),
        PutObject(buckets.ARCHIVE),
        GetObject(buckets.ARCHIVE),
        held.READ,
        Get(tables.DOCUMENTS),
        Put(tables.DOCUMENTS),
        Emit(events.DOCUMENT_RENDERED),
    ),
    memory_mb=1024,
    timeout_s=60,
    packages=("jinja2", "xhtml2pdf"),
)
