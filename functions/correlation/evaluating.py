"""`dpc:evaluate`: a state that would read a reference, evaluated on whole values (docs/records.md)."""

from datetime import datetime
from typing import Any

from functions.runtime import held
from functions.runtime.machine_calls import ConnectorRejected, ConnectorUnavailable, MachineCall
from functions.runtime.ports import Ports


def evaluate_state(ports: Ports, call: MachineCall) -> Any:
    """What the state of the calling execution gives. Raises `ConnectorUnavailable` while its history does not tell."""
    # JSONata loads with the first state that is evaluated here, not with every message.
    from state_machines.by_reference.asking import UnseenError, evaluate
    from state_machines.by_reference.evaluating import NotEvaluatedError

    execution = call.context.execution
    definition = ports.machines.definition(execution)
    since = call.input.get("since")
    history = ports.machines.history(execution, since=datetime.fromisoformat(since)) if since else ()
    asked = {"input": call.input, "context": call.context.model_dump(by_alias=True)}
    now = int(ports.clock.now().timestamp() * 1000)
    try:
        return evaluate(asked, definition, history, held.storage(ports, call.context.instance_id), now)
    except UnseenError as error:
        raise ConnectorUnavailable(str(error)) from error
    except (NotEvaluatedError, held.ValueGoneError) as error:
        raise ConnectorRejected(str(error)) from error
