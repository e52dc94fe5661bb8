"""What state machines ask of correlation: messages and signals that they throw, scopes that they leave."""

from collections.abc import Callable
from typing import Any

from contract import tables
from contract.shapes.instances import BroadcastSignal, PublishMessage
from functions.correlation.answers import find_answer
from functions.correlation.evaluating import evaluate_state
from functions.correlation.keys import signal_partition
from functions.correlation.publishing import publish
from functions.correlation.scopes import leave, read
from functions.correlation.signals import throw, throw_key
from functions.runtime import held
from functions.runtime.calls import Call, Caller
from functions.runtime.machine_calls import CallContext, ConnectorRejected, MachineCall
from functions.runtime.messages import record_key
from functions.runtime.ports import Ports
from functions.runtime.unit import Unit
from state_machines import history

_WITH_VARIABLES = ("dpc:publish-message", "dpc:broadcast-signal")
"""What hands variables on to others, who keep large ones for themselves."""


def on_call(ports: Ports, event: dict[str, Any]) -> Any:
    """`lambda:invoke` of a state machine (docs/records.md, "Calls")."""
    call = MachineCall.model_validate(event)
    if call.connector in _WITH_VARIABLES:
        call = call.model_copy(update={"input": held.whole(ports, call.input)})
    match call.connector:
        case "dpc:publish-message":
            return _publish(ports, call)
        case "dpc:broadcast-signal":
            return _broadcast(ports, call)
        case "dpc:leave-scope":
            return leave(ports, call)
        case "dpc:read-scope":
            return read(ports, call)
        case "dpc:find-answer":
            return find_answer(ports, call)
        case "dpc:evaluate":
            return evaluate_state(ports, call)
        case other:
            known = ("publish-message", "broadcast-signal", "leave-scope", "read-scope", "find-answer", "evaluate")
            listed = ", ".join(f"dpc:{name}" for name in known)
            raise ConnectorRejected(f"there is no connector {other!r} here; known: {listed}")


def _publish(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """The effect is the message's id, so that a repeated call publishes nothing more."""

    def known(effect: str) -> bool:
        return ports.store.get(tables.MESSAGES, record_key(effect)) is not None

    body = PublishMessage(
        name=call.input["name"],
        correlation_key=call.input["correlationKey"],
        variables=call.input["variables"],
        message_id=_effect(ports, call.context, known),
    )
    return publish(ports, _call(ports, call, body)).model_dump(mode="json", by_alias=True)


def _broadcast(ports: Ports, call: MachineCall) -> dict[str, Any]:
    name, at = call.input["name"], call.input["at"]

    def known(effect: str) -> bool:
        return ports.store.get(tables.MESSAGES, signal_partition(name), throw_key(at, effect)) is not None

    body = BroadcastSignal(name=name, variables=call.input["variables"])
    result = throw(ports, _call(ports, call, body), at=at, throw_id=_effect(ports, call.context, known))
    return result.model_dump(mode="json", by_alias=True)


def _effect(ports: Ports, context: CallContext, known: Callable[[str], bool]) -> str:
    """The id of a call's effect. What is known already is the same effect, unless its state was entered several times
    within the millisecond: as loops do under a clock that stands still. Then the history tells which entry this is.
    """
    if not known(context.effect):
        return context.effect
    past = ports.machines.history(context.execution)
    entries = history.entries(past, context.state, context.entered_at, context.place)
    return context.effect if entries < 2 else f"{context.effect}-{entries}"


def _call(ports: Ports, call: MachineCall, body: Any) -> Call:
    tenant = ports.settings.tenant
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=tenant, correlation_id=call.context.instance_id)
    return Call(Caller(), {}, unit, call.context.instance_id, body=body)
