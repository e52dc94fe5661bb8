"""What the compiler refuses of loops and multi-instances."""

from collections.abc import Iterator

from state_machines.bpmn.model import Activity, MultiInstance, StandardLoop, Task


def loop_words(node: Activity) -> Iterator[str]:
    """One text for each thing in the loop of an activity that cannot be compiled."""
    name = f"'{node.name}' ({node.id})" if node.name else f"'{node.id}'"
    if node.loop is None:
        return
    if isinstance(node.loop, StandardLoop):
        yield from _standard(node.loop, name)
    else:
        yield from _multi_instance(node.loop, name)


def lasts(node: Activity) -> bool:
    """Whether an activity takes any time, in which something could happen to it."""
    if not isinstance(node, Task):
        return True
    return node.kind in ("user", "receive", "service", "send", "businessRule") or node.job is not None


def _standard(loop: StandardLoop, name: str) -> Iterator[str]:
    if loop.maximum is not None and loop.maximum < 1:
        yield f"The loop of {name} may run {loop.maximum} times at most; give a number from 1, or none."
    if loop.condition is None and loop.maximum is None:
        yield f"The loop of {name} has neither a condition nor a maximum: it would never end."


def _multi_instance(loop: MultiInstance, name: str) -> Iterator[str]:
    thrown = loop.thrown.kind if loop.thrown else ""
    if loop.behavior == "Complex" or thrown not in ("", "signal", "escalation"):
        what = f"a {thrown} event" if thrown else "events under conditions"
        words = "a signal or an escalation can be thrown, each time or the first time."
        yield f"The multi-instance {name} throws {what} as its instances end; {words}"
    if loop.thrown is not None and loop.thrown.kind == "escalation" and loop.thrown.computed:
        yield f"The multi-instance {name} throws an escalation whose code is computed; here it must be a fixed text."
    if bool(loop.output_collection) != (loop.output_element is not None):
        yield f"The multi-instance {name} needs both an output collection and an output element, or neither."
