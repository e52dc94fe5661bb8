"""Lambda entry of documents."""

from typing import Any

from contract import routes
from functions.documents.reading import get_document
from functions.documents.spec import SPEC
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports


def render(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    """Render a document. Imported here: jinja2 takes an eighth of a second, and who only reads does not need it."""
    from functions.documents.rendering import render_document

    return render_document(ports, event)


handle = Handler(SPEC, routes={routes.GET_DOCUMENT: get_document}, direct=render)
