"""Messages and signals that a process throws: published inside the platform by the correlation function."""

from state_machines.asl.model import Json
from state_machines.bpmn.model import Event, EventDefinition, FlowNode, Message, Task
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher, heard_around
from state_machines.flow.data import locals_of, output_of
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.lower.cut_off import FUNCTION
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.invoking import INVOKE, payload, retriers
from state_machines.flow.lower.leaving import leave_to
from state_machines.flow.lower.waiting import message_key, name_text
from state_machines.flow.steps import Call, Role, Way


def lower_message_throw(b: SegmentBuilder, node: Task | Event, message: Message, key: str) -> None:
    """A message for whoever waits for it with this key. Its variables are those that the element maps."""
    given: dict[str, Json] = {
        "name": name_given(b, node, message),
        "correlationKey": asl(message_key(b, node, message)),
        "variables": _variables(b, node),
    }
    _publish(b, node, key, "dpc:publish-message", given, b.after(node))


def lower_signal_throw(b: SegmentBuilder, node: Event, key: str) -> None:
    """A signal for all who wait for it since before it was thrown. A scope around it that it interrupts is left."""
    signal = node.definitions[0]
    given: dict[str, Json] = {
        "name": name_given(b, node, signal),
        "at": asl("$states.context.State.EnteredTime"),
        "variables": _sent(b, node, signal),
    }
    around: list[Catcher] = [] if signal.computed else heard_around(b.build, node, signal.name)
    _publish(b, node, key, "dpc:broadcast-signal", given, leave_to(b, around[-1]) if around else b.after(node))


def _sent(b: SegmentBuilder, node: Event, signal: EventDefinition) -> Json:
    """What the element maps, and what its definition passes on."""
    if not signal.sent and not signal.sends_all:
        return _variables(b, node)
    named = jsonata.obj({m.target: b.build.expressions.mapped(m, node) for m in signal.sent})
    known = jsonata.without(INPUT, [RESERVED]) if signal.sends_all else "{}"
    return asl(f"$merge([{known}, {named}, {locals_of(node, b.build.expressions).values}])")


def name_given(b: SegmentBuilder, node: FlowNode, thrown: Message | EventDefinition) -> str:
    """The name of what is thrown, as ASL has it: plain, or JSONata in `{% %}`."""
    computed = name_text(b, node, thrown)
    return asl(computed) if computed else jsonata.plain(thrown.name)


def _variables(b: SegmentBuilder, node: FlowNode) -> Json:
    local = locals_of(node, b.build.expressions)
    return asl(local.values) if node.inputs else {}


def broadcast(b: SegmentBuilder, node: FlowNode, key: str, given: dict[str, Json], output: str, way: Way) -> None:
    """A signal that is no element of its own."""
    _invoke(b, node, key, "helper", "dpc:broadcast-signal", given, output, way)


def _publish(b: SegmentBuilder, node: Task | Event, key: str, connector: str, given: dict[str, Json], way: Way) -> None:
    output = output_of(node, b.build.expressions, locals_of(node, b.build.expressions), "{}", keeps=True)
    _invoke(b, node, key, "element", connector, given, asl(output), way)


def _invoke(
    b: SegmentBuilder,
    node: FlowNode,
    key: str,
    role: Role,
    connector: str,
    given: dict[str, Json],
    output: str,
    way: Way,
) -> None:
    arguments: Json = {"FunctionName": FUNCTION, "Payload": payload(b, node, connector, given, {})}
    caught = (failure_catch(b, node, key, key, way),)
    b.add(Call(key, node.id, role, way, INVOKE, arguments, output, retry=retriers(b, node, None), catches=caught))
