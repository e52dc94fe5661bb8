"""Work that a function of the platform does: one `lambda:invoke` with its retries, its errors and its incident."""

from state_machines.asl.model import Json
from state_machines.bpmn.model import Event, FlowNode, Job, Task
from state_machines.connector_errors import unsupported
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import Locals, locals_of, output_of
from state_machines.flow.jsonata import INPUT, asl, bounded
from state_machines.flow.lower.answers import keeps_answer
from state_machines.flow.lower.errors import error_catch
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.invoking import INVOKE, PAYLOAD, payload, retriers, retry_waits
from state_machines.flow.lower.jobs import computed_headers, lower_job
from state_machines.flow.lower.repeating import repeated
from state_machines.flow.lower.results import connector_result
from state_machines.flow.steps import Call


def lower_work(b: SegmentBuilder, node: Task | Event, key: str) -> None:
    """A task or throw event that hands work out: to a function if the platform knows it, else to a worker."""
    job = node.job
    connector = b.build.library.connectors.get(job.type) if job else None
    if job is None or connector is None:
        lower_job(b, node, key)
        return
    if job.errors:
        words = f"'{job.type}' is run by the platform, which has no error mappings. Decide on its result in a gateway."
        b.build.say("FLOW-014", "error", node, words)
    if job.error_expression:
        other = connector.function != "integration"
        words = f"'{job.type}' has no error expression." if other else unsupported(job.error_expression.text)
        if words:
            b.build.say("FLOW-014", "error", node, words)
    local = locals_of(node, b.build.expressions)
    result, keeps = connector_result(b, node, job, PAYLOAD)
    output = output_of(node, b.build.expressions, local, result, keeps=keeps)
    given: Json = asl(_given(job, local) if node.inputs else INPUT)
    handed = payload(b, node, job.type, given, job.headers)
    if computed := computed_headers(b, node, job, local):
        fixed: dict[str, Json] = {name: jsonata.plain(value) for name, value in job.headers.items()}
        handed["headers"] = {**fixed, **{name: asl(value) for name, value in computed.items()}}
    call(b, node, key, connector.function, handed, output, job)


def _given(job: Job, local: Locals) -> str:
    if not job.given or set(job.given) == set(local.names):
        return local.values
    names = ", ".join(jsonata.text(name) for name in job.given)
    return f"$merge([{{}}, $sift({local.values}, function($v, $k) {{ $k in [{names}] }})])"


def call(
    b: SegmentBuilder,
    node: FlowNode,
    key: str,
    function: str,
    handed: dict[str, Json],
    output: str,
    job: Job | None = None,
) -> None:
    """Adds the state that invokes a function. `job`: what is modelled of its tries."""
    way = b.after(node)
    parked = failure_catch(b, node, key, key, way)
    catches = (*error_catch(b, node, key, parked, working=function != "decisions"), parked)
    arguments: Json = {"FunctionName": f"${{dpc:function:{function}}}", "Payload": handed}
    retry = retriers(b, node, job)
    invoked = Call(key, node.id, "element", way, INVOKE, arguments, asl(bounded(output)), retry=retry, catches=catches)
    waits = retry_waits(b, node, job) if job else ()
    if len(set(waits)) > 1:
        invoked = repeated(b, node, invoked, waits)
    b.add(keeps_answer(b, node, invoked, way, certain=not _may_fail(node)))


def _may_fail(node: FlowNode) -> bool:
    """Whether expressions of the model work on the answer."""
    return bool(node.outputs) or (isinstance(node, Task) and node.result_expression is not None)
