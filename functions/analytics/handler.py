"""Lambda entry of analytics: element events from the queue, and the funnel."""

from contract import queues, routes
from contract.shapes.work import Funnel
from functions.analytics.counting import count
from functions.analytics.funnel import read_funnel
from functions.analytics.spec import SPEC
from functions.runtime.batches import QueueRecord
from functions.runtime.calls import Call
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports


def get_funnel(ports: Ports, call: Call) -> Funnel:
    """GET /analytics/funnel."""
    return read_funnel(ports, call.query)


def on_element_event(ports: Ports, record: QueueRecord) -> None:
    """One event from the bus."""
    count(ports, record.detail)


handle = Handler(
    SPEC,
    routes={routes.GET_FUNNEL: get_funnel},
    queues={queues.ELEMENT_EVENTS.name: on_element_event},
)
