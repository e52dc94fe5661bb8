"""Lambda entry of the portal."""

from importlib.metadata import PackageNotFoundError, version

from contract import routes
from functions.portal.docs import render_docs
from functions.portal.openapi import describe
from functions.portal.spec import SPEC
from functions.runtime.calls import Answer, Call
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports

_CACHED = {"Cache-Control": "public, max-age=300"}


def get_openapi(_ports: Ports, _call: Call) -> Answer:
    """GET /openapi.json."""
    return Answer(describe(_version()), headers=_CACHED)


def get_docs(_ports: Ports, _call: Call) -> Answer:
    """GET /docs."""
    return Answer(render_docs(describe(_version())), content_type="text/html; charset=utf-8", headers=_CACHED)


def _version() -> str:
    try:
        return version("digital-product-center")
    except PackageNotFoundError:  # a Lambda bundle holds the code without the distribution's metadata
        return "0"


handle = Handler(SPEC, routes={routes.GET_OPENAPI: get_openapi, routes.GET_DOCS: get_docs})
