"""What the portal function is."""

from contract import routes
from contract.functions import FunctionSpec

SPEC = FunctionSpec(
    name="portal",
    entry="functions.portal.handler.handle",
    routes=(routes.GET_OPENAPI, routes.GET_DOCS),
)
