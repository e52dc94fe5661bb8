"""Lambda entry of documents."""

from contract import routes
from functions.documents.reading import get_document
from functions.documents.rendering import render_document
from functions.documents.spec import SPEC
from functions.runtime.handler import Handler

handle = Handler(SPEC, routes={routes.GET_DOCUMENT: get_document}, direct=render_document)
