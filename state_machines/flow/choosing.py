"""Ad-hoc sub-processes that choose: the loop over their activities, as a node that nobody drew."""

from dataclasses import dataclass, fields

from state_machines.bpmn.model import Expression, MultiInstance, SubProcess
from state_machines.flow.graph import Graph


@dataclass(frozen=True)
class Choosing(SubProcess):
    """The loop over the activities of an ad-hoc sub-process, inside its scope; its id is that of the sub-process."""


CHOSEN = "_dpc.element"
"""The id of the activity that is chosen, among the variables: no variable of a model can have this name."""


def turn_of(scope: str) -> str:
    """Marks where an activity of an ad-hoc sub-process leads when it has ended."""
    return f"{scope}\0turn"


def choosing(graph: Graph, node: SubProcess) -> Choosing:
    """The loop of an ad-hoc sub-process: over the ids that are given, or those of all that nothing leads to."""
    ids = ", ".join(f'"{start.id}"' for start in graph.starts())
    enough = node.ad_hoc_completion if node.ad_hoc_sequential or node.ad_hoc_cancel_remaining else None
    collection = node.ad_hoc_elements or Expression(f"[{ids}]", "feel", node.line)
    loop = MultiInstance(
        node.ad_hoc_sequential,
        collection,
        element_variable=CHOSEN,
        output_collection=node.ad_hoc_output,
        output_element=node.ad_hoc_output_element,
        completion_condition=enough,
        line=node.line,
    )
    about = {field.name: getattr(node, field.name) for field in fields(node)}
    return Choosing(**{**about, "loop": loop})
