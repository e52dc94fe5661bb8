"""What each instance of a multi-instance, or turn of a loop, has for itself: its element, and what its output is of.

How they get it: lowering.
"""

from dataclasses import replace

from state_machines.bpmn.model import Activity, Expression, IoMapping, MultiInstance
from state_machines.expressions import parsed
from state_machines.feel.nodes import Name, Path
from state_machines.flow.choosing import Choosing
from state_machines.flow.data import COUNTERS, path_of
from state_machines.flow.expressions import reads


def element_and_output(node: Activity, loop: MultiInstance, element: str) -> dict[str, str]:
    """The variables of an instance as it begins, as JSONata: its `element`, and those that its output is made of.

    Where the output is nothing but a variable, or a member of one, the instance has that for itself, null at first.
    What the activities of an ad-hoc sub-process write is seen by its completion condition.
    """
    output = "" if isinstance(node, Choosing) else _output_variable(loop)
    given = {**dict.fromkeys((*kept(node), output), "null"), loop.element_variable: element}
    return {name: value for name, value in given.items() if name}


def instance(node: Activity) -> Activity:
    """The activity as it is one instance's, without its loop."""
    again = tuple(IoMapping(name, Expression(name, "feel", node.line), lasts=True) for name in kept(node))
    return replace(node, loop=None, inputs=again or node.inputs)


def kept(node: Activity) -> tuple[str, ...]:
    """The variables that an activity maps in, if its instance's output reads one of them: they are the instance's."""
    loop = node.loop
    names = tuple(dict.fromkeys(path_of(mapping)[0] for mapping in node.inputs))
    read = reads(loop.output_element) if isinstance(loop, MultiInstance) else frozenset()
    return names if read & set(names) else ()


def _output_variable(loop: MultiInstance) -> str:
    if not isinstance(loop.output_element, Expression):
        return ""
    try:
        node = parsed(loop.output_element.language, loop.output_element.text)
    except ValueError:
        return ""  # it is refused where it is translated
    while isinstance(node, Path):
        node = node.source
    return node.name if isinstance(node, Name) else ""


def loop_names(node: Activity) -> tuple[str, ...]:
    """The variables that a loop gives to each turn of its activity alone."""
    given = element_and_output(node, node.loop, "") if isinstance(node.loop, MultiInstance) else ()
    return () if node.loop is None else (*given, *COUNTERS)
