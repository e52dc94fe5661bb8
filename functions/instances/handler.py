"""The instances function: routes and queue to actions."""

from contract import queues, routes
from functions.instances.cancelling import cancel
from functions.instances.incidents import resolve, resolve_many
from functions.instances.listing import list_instances
from functions.instances.reading import get_history, get_instance
from functions.instances.spec import SPEC
from functions.instances.starting import finish_request, start
from functions.runtime.handler import Handler

handle = Handler(
    SPEC,
    routes={
        routes.START_INSTANCE: start,
        routes.LIST_INSTANCES: list_instances,
        routes.GET_INSTANCE: get_instance,
        routes.GET_HISTORY: get_history,
        routes.CANCEL_INSTANCE: cancel,
        routes.RESOLVE_INCIDENT: resolve,
        routes.RESOLVE_INCIDENTS: resolve_many,
    },
    queues={queues.INSTANCE_REQUESTS.name: finish_request},
)
