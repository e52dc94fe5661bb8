"""POST /processes and /decisions. The compiler loads with the first publication: what only reads does not wait."""

from contract import errors
from contract.shapes.processes import DecisionsQuery, DeployedDecisions, Deployment
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
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


def deploy_decisions(ports: Ports, call: Call) -> DeployedDecisions:
    """Deploy the decisions of a DMN file by themselves."""
    from functions.deployments.publishing import publish

    query: DecisionsQuery = call.query
    files = {"decisions.dmn": call.raw}
    try:
        made = publish(ports, call.unit, files, lambda d: call.commit(_decisions(d)), strict=query.strict)
    except ConditionFailedError as error:
        raise ContentionError("another version was published meanwhile") from error
    except ProblemError as problem:
        if problem.code is not errors.PROCESS_REFUSED:
            raise
        raise ProblemError(errors.DECISION_REFUSED, problem.detail, problem.findings) from problem
    return _decisions(made)


def _decisions(made: Deployment) -> DeployedDecisions:
    return DeployedDecisions(deployment_id=made.deployment_id, decisions=made.decisions, diagnostics=made.diagnostics)
