"""What the access function is."""

from contract import events, routes, tables
from contract.functions import FunctionSpec
from contract.rights import CASE_LINK_KEY, Emit, Get, Put, Remember, Sign, Update, Verify

SPEC = FunctionSpec(
    name="access",
    entry="functions.access.handler.handle",
    routes=(routes.NEW_CASE_LINK, routes.LINK_QUOTE, routes.REVOKE_CASE_LINK),
    authorizer=True,
    needs=(
        Get(tables.INSTANCES),
        Get(tables.WAITS),
        Get(tables.QUOTES),
        Get(tables.LINKS),
        Put(tables.LINKS),
        Update(tables.LINKS),
        Sign(CASE_LINK_KEY),
        Verify(CASE_LINK_KEY),
        Remember(),
        Emit(events.LINK_ISSUED, events.LINK_REVOKED),
    ),
    internet=True,
    packages=("joserfc",),
)
