"""What a connector's error expression makes of its answer, or of its failure."""

import json
from collections.abc import Callable
from typing import Any

from functions.runtime import held
from functions.runtime.machine_calls import BpmnError, ConnectorFailed, ConnectorRejected, MachineCall
from functions.runtime.ports import Ports

HEADER = "errorExpression"
MAX_ERROR = 30_000
"""Characters of JSON: an error's cause has at most 32,768."""


def judged(ports: Ports, call: MachineCall, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The connector's answer. Raises `BpmnError` or `ConnectorRejected` where the call's error expression says so."""
    if not call.headers.get(HEADER):
        return run()
    try:
        result = run()
    except ConnectorFailed as error:
        about = {"code": error.code or None, "message": str(error), "variables": {"response": error.answer}}
        _throw(ports, call, error=about)
        raise
    _throw(ports, call, response=result)
    return result


def _throw(ports: Ports, call: MachineCall, **about: Any) -> None:
    from state_machines.connector_errors import judge  # FEEL loads with the first expression, not with every call

    found = judge(call.headers, clock=ports.clock.now, **about)
    if found is None:
        return
    if not found.code:
        raise ConnectorRejected(found.message)
    variables = held.put_aside(ports, call.context.instance_id, dict(found.variables))
    told = json.dumps({"code": found.code, "message": found.message, "variables": variables}, ensure_ascii=False)
    if len(told) > MAX_ERROR:
        raise ConnectorRejected(f"The error {found.code!r} brings more variables than an error can.")
    raise BpmnError(told)
