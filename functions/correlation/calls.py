"""What state machines ask of correlation: messages and signals that they throw, scopes that they leave."""

import hashlib
from typing import Any

from contract.shapes.instances import BroadcastSignal, PublishMessage
from functions.correlation.answers import find_answer
from functions.correlation.publishing import publish
from functions.correlation.scopes import leave
from functions.correlation.signals import throw
from functions.runtime.calls import Call, Caller
from functions.runtime.machine_calls import ConnectorRejected, MachineCall
from functions.runtime.ports import Ports
from functions.runtime.unit import Unit


def on_call(ports: Ports, event: dict[str, Any]) -> Any:
    """`lambda:invoke` of a state machine (docs/records.md, "Calls")."""
    call = MachineCall.model_validate(event)
    match call.connector:
        case "dpc:publish-message":
            return _publish(ports, call)
        case "dpc:broadcast-signal":
            return _broadcast(ports, call)
        case "dpc:leave-scope":
            return leave(ports, call)
        case "dpc:find-answer":
            return find_answer(ports, call)
        case other:
            known = "dpc:publish-message, dpc:broadcast-signal, dpc:leave-scope, dpc:find-answer"
            raise ConnectorRejected(f"there is no connector {other!r} here; known: {known}")


def _publish(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """The effect is the message's id, so that a repeated call publishes nothing more."""
    body = PublishMessage(
        name=call.input["name"],
        correlation_key=call.input["correlationKey"],
        variables=call.input["variables"],
        message_id=_effect(call),
    )
    return publish(ports, _call(ports, call, body)).model_dump(mode="json", by_alias=True)


def _broadcast(ports: Ports, call: MachineCall) -> dict[str, Any]:
    body = BroadcastSignal(name=call.input["name"], variables=call.input["variables"])
    result = throw(ports, _call(ports, call, body), at=call.input["at"], throw_id=_effect(call))
    return result.model_dump(mode="json", by_alias=True)


def _effect(call: MachineCall) -> str:
    """The same for every attempt at the same effect, another for each item of a multi-instance; short enough a key."""
    return hashlib.sha256(f"{call.context.effect}#{call.input.get('place', '')}".encode()).hexdigest()


def _call(ports: Ports, call: MachineCall, body: Any) -> Call:
    tenant = ports.settings.tenant
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=tenant, correlation_id=call.context.instance_id)
    return Call(Caller(), {}, unit, call.context.instance_id, body=body)
