"""Work that a function of the platform does: one `lambda:invoke` with its retries, its errors and its incident."""

from collections.abc import Mapping

from state_machines.asl.model import Json, Retrier
from state_machines.bpmn.model import Event, FlowNode, Job, Task
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import locals_of, output_of
from state_machines.flow.jsonata import DPC, INPUT, INSTANCE_ID, asl
from state_machines.flow.lower.errors import error_catch
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.results import connector_result
from state_machines.flow.lower.waiting import lower_job
from state_machines.flow.steps import Call
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


def lower_work(b: SegmentBuilder, node: Task | Event, key: str) -> None:
    """A task or throw event that hands work out: to a function if the platform knows it, else to a worker."""
    job = node.job
    connector = b.build.library.connectors.get(job.type) if job else None
    if job is None or connector is None:
        lower_job(b, node, key)
        return
    local = locals_of(node, b.build.expressions)
    result, keeps = connector_result(b, node, job, PAYLOAD)
    output = output_of(node, b.build.expressions, local, result, keeps=keeps)
    given: Json = asl(local.values if node.inputs else INPUT)
    call(
        b, node, key, connector.function, payload(b, node, job.type, given, job.headers), output, retriers(b, node, job)
    )


def call(
    b: SegmentBuilder,
    node: FlowNode,
    key: str,
    function: str,
    handed: dict[str, Json],
    output: str,
    retry: tuple[Retrier, ...],
) -> None:
    """Adds the state that invokes a function."""
    way = b.after(node)
    catches = (*error_catch(b, node, key), failure_catch(b, node, key, key, way))
    arguments: Json = {"FunctionName": f"${{dpc:function:{function}}}", "Payload": handed}
    b.add(Call(key, node.id, "element", way, INVOKE, arguments, asl(output), retry=retry, catches=catches))


def payload(
    b: SegmentBuilder, node: FlowNode, connector: str, given: Json, headers: Mapping[str, str]
) -> dict[str, Json]:
    """What the function is given."""
    context: dict[str, Json] = {
        "instanceId": asl(INSTANCE_ID),
        "execution": asl("$states.context.Execution.Id"),
        "processId": jsonata.plain(b.build.process.id),
        "version": asl(f"{DPC}.version"),
        "elementId": jsonata.plain(node.id),
        "businessKey": asl(f"{DPC}.businessKey"),
        "enteredAt": asl("$states.context.State.EnteredTime"),
        "attempt": asl("$states.context.State.RetryCount"),
    }
    written: dict[str, Json] = {name: jsonata.plain(value) for name, value in headers.items()}
    return {"connector": jsonata.plain(connector), "input": given, "headers": written, "context": context}


def retriers(b: SegmentBuilder, node: FlowNode, job: Job | None) -> tuple[Retrier, ...]:
    """The modelled number of tries and the pause between them; errors that a repetition cannot cure are not named."""
    tries = job.retries if job and job.retries is not None else DEFAULT_TRIES
    pause = job.retry_interval or job.headers.get("retryBackoff", "") if job else ""
    if tries < 2:
        return ()
    if not pause:
        return (Retrier(RETRYABLE, 2, tries - 1, 2.0),)
    millis = duration_constant(pause.strip())
    if millis is None:
        words = f"The pause between retries '{pause}' is not one duration such as PT10S."
        b.build.say("FLOW-013", "error", node, words)
        return ()
    return (Retrier(RETRYABLE, max(1, -(-millis // 1000)), tries - 1),)
