"""Lambda entry of integration: a state machine's call to a connector."""

from collections.abc import Callable, Mapping
from typing import Any

from functions.integration.rest import call_http_connector, call_http_json
from functions.integration.spec import SPEC
from functions.runtime.handler import Handler
from functions.runtime.machine_calls import ConnectorRejected, MachineCall
from functions.runtime.observability import note
from functions.runtime.ports import Ports

CONNECTORS: Mapping[str, Callable[[Ports, MachineCall], dict[str, Any]]] = {
    "http-connector": call_http_connector,
    "io.camunda:http-json:1": call_http_json,
}


def on_call(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    """Run the connector that the element names."""
    call = MachineCall.model_validate(event)
    note(instance_id=call.context.instance_id, element_id=call.context.element_id, connector=call.connector)
    connector = CONNECTORS.get(call.connector)
    if connector is None:
        raise ConnectorRejected(f"there is no connector {call.connector!r}; known: {', '.join(CONNECTORS)}")
    return connector(ports, call)


handle = Handler(SPEC, direct=on_call)
