"""The API describes itself: completely, as committed, and without a token."""

import json

from contract import routes
from contract.auth import Public
from functions.portal.handler import handle
from local.docs import OPENAPI, openapi_text
from tests.functions.fakes import World
from tests.functions.invoking import call


def test_the_committed_description_is_what_the_code_says() -> None:
    assert OPENAPI.read_text() == openapi_text(), "run `make docs`"


def test_every_route_says_who_may_call_and_what_may_go_wrong() -> None:
    document = call(World(), handle, routes.GET_OPENAPI).json
    assert document["openapi"].startswith("3.1")
    for route in routes.ALL:
        operation = document["paths"][route.path][route.method.lower()]
        assert bool(operation["security"]) != isinstance(route.access, Public), route.key
        assert str(route.status) in operation["responses"]
        problems = {
            s for s, answer in operation["responses"].items() if "application/problem+json" in answer.get("content", {})
        }
        assert {str(error.status) for error in route.errors} <= problems
    assert '"$ref": "#/components/schemas/' in json.dumps(document)


def test_the_page_shows_every_route_and_runs_no_script() -> None:
    page = call(World(), handle, routes.GET_DOCS).body.decode()
    assert all(route.path in page for route in routes.ALL)
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org", "")
