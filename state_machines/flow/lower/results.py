"""What becomes of a connector's answer before the output mappings see it: the dialects' rules."""

from state_machines.bpmn.model import Event, Job, Task
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder


def connector_result(b: SegmentBuilder, node: Task | Event, job: Job, payload: str) -> tuple[str, bool]:
    """JSONata of the object that the output mappings see, and whether it is merged into the scope as well.

    Camunda 7's connectors give nothing but what is mapped; its external tasks give all they return. Camunda 8 merges
    all unless there are output mappings, and so do the platform's documents in either dialect: what they return has
    names of the platform's own, as `name`, which must not overwrite a customer's variable that nobody mapped.
    `resultVariable` and `resultExpression` say what a Camunda 8 connector returns.
    """
    answer = jsonata.object_or_empty(payload)
    connector = b.build.library.connectors[job.type]
    external = b.build.process.dialect == "camunda7" and connector.function != "documents"
    keeps = external or not node.outputs
    if not isinstance(node, Task) or not (node.result_variable or node.result_expression):
        return answer, keeps and job.origin != "connector"
    parts = [jsonata.obj({node.result_variable: payload})] if node.result_variable else []
    if node.result_expression:
        seen = jsonata.merge(answer, jsonata.obj({"response": payload}))
        mapped = b.build.expressions.value(node.result_expression, node, "$answer")
        parts.append(f"($answer := {seen}; $mapped := {mapped}; {jsonata.object_or_empty('$mapped')})")
    return jsonata.merge(*parts), keeps
