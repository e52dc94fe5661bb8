"""Lambda entry of integration: a state machine's call to a connector."""

from collections.abc import Callable, Mapping
from typing import Any

from functions.integration.judging import judged
from functions.integration.rest import call_http_connector, call_http_json
from functions.integration.spec import SPEC
from functions.runtime import held
from functions.runtime.handler import Handler
from functions.runtime.machine_calls import ConnectorRejected, MachineCall
from functions.runtime.observability import note
from functions.runtime.ports import Ports
from state_machines.by_reference.marks import KEY, mentioned

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
    whole = call.model_copy(update={"input": held.whole(ports, call.input)})
    result = judged(ports, whole, lambda: connector(ports, whole))
    if mentioned(result):
        raise ConnectorRejected(f"The answer has a member {KEY!r}, a name that is reserved.")
    return held.put_aside(ports, call.context.instance_id, result)


handle = Handler(SPEC, direct=on_call)
