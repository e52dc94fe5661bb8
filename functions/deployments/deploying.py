"""POST /processes. The compiler loads with the first publication: what only reads does not wait for it."""

from contract.shapes.processes import Deployment
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.records import ConditionFailedError, ContentionError


def deploy(ports: Ports, call: Call) -> Deployment:
    """Compile and deploy what the request holds."""
    from functions.deployments.files import from_request
    from functions.deployments.publishing import publish

    files = from_request(call.raw, call.content_type)
    try:
        return publish(ports, call.unit, files, call.commit, by=call.caller.user)
    except ConditionFailedError as error:
        raise ContentionError("another version was published meanwhile") from error
