"""What the market function is."""

from contract import routes, tables
from contract.functions import FunctionSpec
from contract.rights import Get, Query

SPEC = FunctionSpec(
    name="market",
    entry="functions.market.handler.handle",
    routes=(routes.LIST_OFFERS, routes.GET_OFFER),
    needs=(Get(tables.CATALOGUE), Query(tables.CATALOGUE, "byEntity")),
)
