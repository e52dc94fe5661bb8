"""The correlation function: routes, streams and due timers to actions."""

from contract import queues, routes, tables
from functions.correlation.calls import on_call
from functions.correlation.condition_starts import evaluate_conditions
from functions.correlation.publishing import publish
from functions.correlation.signals import broadcast
from functions.correlation.spec import SPEC
from functions.correlation.streams import on_message_change, on_wait_change
from functions.correlation.timer_starts import on_due
from functions.runtime.handler import Handler

handle = Handler(
    SPEC,
    routes={
        routes.PUBLISH_MESSAGE: publish,
        routes.BROADCAST_SIGNAL: broadcast,
        routes.EVALUATE_CONDITIONS: evaluate_conditions,
    },
    queues={queues.TIMER_STARTS.name: on_due},
    direct=on_call,
    streams={tables.WAITS: on_wait_change, tables.MESSAGES: on_message_change},
)
