"""Invocations of the platform's functions: what they are given, and when they are repeated. No steps here."""

from collections.abc import Mapping

from state_machines.asl.model import Json, Retrier
from state_machines.bpmn.model import FlowNode, Job
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import BUSINESS_KEY, DPC, INPUT, INSTANCE_ID, asl
from state_machines.flow.timers import duration_constant

INVOKE = "arn:aws:states:::lambda:invoke"
PAYLOAD = "$states.result.Payload"
RETRYABLE = (
    "ConnectorUnavailable",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "States.Timeout",
)
DEFAULT_TRIES = 3


def payload(
    b: SegmentBuilder, node: FlowNode, connector: str, given: Json, headers: Mapping[str, str]
) -> dict[str, Json]:
    """What the function is given."""
    written: dict[str, Json] = {name: jsonata.plain(value) for name, value in headers.items()}
    return handed(b.build.process.id, node.id, connector, given, items=b.bounds.items > 0) | {"headers": written}


def handed(process_id: str, element_id: str, connector: str, given: Json, *, items: bool) -> dict[str, Json]:
    """What a function is given on behalf of an element. `items`: inside a multi-instance."""
    context: dict[str, Json] = {
        "instanceId": asl(INSTANCE_ID),
        "execution": asl("$states.context.Execution.Id"),
        "processId": jsonata.plain(process_id),
        "version": asl(f"{DPC}.version"),
        "elementId": jsonata.plain(element_id),
        "state": asl("$states.context.State.Name"),
        "businessKey": asl(BUSINESS_KEY),
        "enteredAt": asl("$states.context.State.EnteredTime"),
        "attempt": asl("$states.context.State.RetryCount"),
    }
    if items:
        context["place"] = asl(f"{INPUT}._dpc.at")
    return {"connector": jsonata.plain(connector), "input": given, "headers": {}, "context": context}


def retriers(b: SegmentBuilder, node: FlowNode, job: Job | None) -> tuple[Retrier, ...]:
    """The modelled number of tries and the wait between them; errors that a repetition cannot cure are not named.

    None where the waits differ: what is repeated by steps of its own (`repeating`).
    """
    tries = job.retries if job and job.retries is not None else DEFAULT_TRIES
    if job and job.tries:
        b.build.say("FLOW-013", "error", node, "How often a connector is tried must be a number.")
    if tries < 2:
        return ()
    if not (job and job.retry_waits):
        return (Retrier(RETRYABLE, 2, tries - 1, 2.0),)
    waits = retry_waits(b, node, job)
    return (Retrier(RETRYABLE, waits[0], tries - 1),) if len(set(waits)) == 1 else ()


def retry_waits(b: SegmentBuilder, node: FlowNode, job: Job) -> tuple[int, ...]:
    """The modelled waits between tries in whole seconds."""
    waits = []
    for wait in job.retry_waits:
        millis = duration_constant(wait.strip())
        if millis is None:
            words = f"The pause between retries '{wait}' is not one duration such as PT10S."
            b.build.say("FLOW-013", "error", node, words)
            return ()
        waits.append(max(1, -(-millis // 1000)))
    return tuple(waits)
