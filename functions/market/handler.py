"""Lambda entry of the market."""

from contract import routes
from contract.shapes.common import Page
from contract.shapes.work import Offer
from functions.market import offers
from functions.market.spec import SPEC
from functions.runtime.calls import Call
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports


def list_offers(ports: Ports, call: Call) -> Page[Offer]:
    """GET /market/offers."""
    return offers.list_offers(ports, call.query)


def get_offer(ports: Ports, call: Call) -> Offer:
    """GET /market/offers/{id}."""
    return offers.get_offer(ports, call.path["id"], call.query)


handle = Handler(SPEC, routes={routes.LIST_OFFERS: list_offers, routes.GET_OFFER: get_offer})
