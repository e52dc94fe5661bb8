"""Lambda entry of the market."""

from contract import queues, routes
from functions.market import customers, offers, pages, previewing
from functions.market.keeping import keep_snapshot
from functions.market.quoting import approving, listing, making
from functions.market.quoting.accepting import accept
from functions.market.simulating import simulate_offer
from functions.market.spec import SPEC
from functions.runtime.calls import Answer, Call
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports


def _list_resources(ports: Ports, call: Call) -> Answer:
    from functions.market.tmf620 import list_resources  # with all that TMF620 says: few readers speak it

    return list_resources(ports, call)


def _get_resource(ports: Ports, call: Call) -> Answer:
    from functions.market.tmf620 import get_resource

    return get_resource(ports, call)


handle = Handler(
    SPEC,
    routes={
        routes.LIST_OFFERS: offers.list_offers,
        routes.GET_OFFER: offers.get_offer,
        routes.COMPARE_OFFERS: offers.compare,
        routes.EXPLAIN_OFFER: offers.explain,
        routes.PREVIEW_OFFER: previewing.preview_offer,
        routes.LIST_PAGES: pages.list_pages,
        routes.GET_PAGE: pages.get_page,
        routes.PREVIEW_PAGE: previewing.preview_page,
        routes.SAVE_CUSTOMER: customers.save,
        routes.GET_CUSTOMER: customers.read,
        routes.ERASE_CUSTOMER: customers.erase,
        routes.SIMULATE_OFFER: simulate_offer,
        routes.NEW_QUOTE: making.make,
        routes.LIST_QUOTES: listing.list_quotes,
        routes.GET_QUOTE: making.read,
        routes.LIST_QUOTE_VERSIONS: listing.list_versions,
        routes.GET_QUOTE_VERSION: listing.get_version,
        routes.CHANGE_QUOTE: making.change,
        routes.ACCEPT_QUOTE: accept,
        routes.APPROVE_QUOTE: approving.approve,
        routes.REJECT_QUOTE: approving.reject,
        routes.LIST_TMF620: _list_resources,
        routes.GET_TMF620: _get_resource,
    },
    queues={queues.CATALOGUE_SNAPSHOTS.name: keep_snapshot},
)
