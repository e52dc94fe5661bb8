"""Everything that waits for the world: user and receive tasks, catch events, event-based gateways, external jobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from state_machines.bpmn.model import Event, Expression, FlowNode, Gateway, Message, Task
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher, boundary_level
from state_machines.flow.data import NO_LOCALS, Locals, locals_of, output_of
from state_machines.flow.graph import tag_of
from state_machines.flow.jsonata import DPC, INPUT, asl
from state_machines.flow.lower.errors import error_catch
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.leaving import leave, leave_to
from state_machines.flow.people import user_texts
from state_machines.flow.steps import Call, Catch, Decide, Passed, Rule, Way
from state_machines.flow.timers import moment
from state_machines.flow.waits import WRITE_RETRY, Kind, Subscription, WaitPoint, removal, wait_call

VARIABLES = "$states.result.variables"


@dataclass(frozen=True)
class Ending:
    """One way in which a wait may end: by the answer that names `event`."""

    event: str
    way: Way
    output: str
    subscription: Subscription | None = None


@dataclass(frozen=True)
class Waiting:
    """A wait before it is a step: how it may end, and what its record says."""

    node: FlowNode
    key: str
    kind: Kind
    endings: tuple[Ending, ...]
    local: Locals = NO_LOCALS
    texts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    timer: Event | None = None
    timer_way: Way | None = None


def lower_user_task(b: SegmentBuilder, node: Task, key: str) -> None:
    """A user task: done by a person, ended early by its boundary events."""
    local = locals_of(node, b.build.expressions)
    texts, numbers = user_texts(node, b.build, local)
    wait(b, with_boundaries(b, Waiting(node, key, "user", (completion(b, node, local),), local, texts, numbers)))


def lower_receive(b: SegmentBuilder, node: Task | Event, key: str) -> None:
    """A receive task, or an intermediate message or signal catch event."""
    local = locals_of(node, b.build.expressions)
    own = replace(completion(b, node, local), subscription=subscription(b, node))
    wait(b, with_boundaries(b, Waiting(node, key, "message", (own,), local)))


def lower_event_gateway(b: SegmentBuilder, node: Gateway, key: str) -> None:
    """An event-based gateway: one wait for whichever of its events comes first."""
    waiting = Waiting(node, key, "message", ())
    for flow in b.graph(node).outgoing[node.id]:
        target = b.node(flow.target)
        passed = (Passed("element", node.id), Passed("flow", flow.id))
        if isinstance(target, Event) and target.definitions[0].kind == "timer":
            waiting = replace(waiting, timer=target, timer_way=Way(b.claim(target), (Passed("flow", flow.id),)))
            continue
        way = b.through(target).after(passed[1])
        output = output_of(target, b.build.expressions, NO_LOCALS, VARIABLES, keeps=_keeps(target))
        ending = Ending(target.id, way, output, subscription(b, target))
        waiting = replace(waiting, endings=(*waiting.endings, ending))
    wait(b, waiting)


def lower_job(b: SegmentBuilder, node: Task | Event, key: str) -> None:
    """Work for a worker of the customer's own: parked until it is fetched and completed."""
    job = node.job
    local = locals_of(node, b.build.expressions)
    texts = {
        "jobType": jsonata.plain(job.type if job else ""),
        "headers": asl(f"$string({jsonata.literal(dict(job.headers if job else {}))})"),
        "inputs": asl(f"$string({local.values})"),
    }
    numbers = {"retries": str(job.retries if job and job.retries is not None else 3)}
    waiting = Waiting(node, key, "job", (completion(b, node, local),), local, texts, numbers)
    wait(b, with_boundaries(b, waiting))


def completion(b: SegmentBuilder, node: FlowNode, local: Locals) -> Ending:
    """The element's own end."""
    output = output_of(node, b.build.expressions, local, VARIABLES, keeps=_keeps(node, b.build.process.dialect))
    return Ending(node.id, b.after(node), output)


def with_boundaries(b: SegmentBuilder, waiting: Waiting) -> Waiting:
    """The wait with the message, signal and timer boundary events of its activity."""
    level = boundary_level(len(b.graph(waiting.node).path) + 1)
    for event in b.boundaries(waiting.node):
        kind = event.definitions[0].kind
        if kind == "timer":
            waiting = replace(waiting, timer=event, timer_way=Way(b.claim(event), (), "cancelled"))
        elif kind in ("message", "signal"):
            output = output_of(event, b.build.expressions, NO_LOCALS, VARIABLES, keeps=_keeps(event))
            way = leave_to(b, Catcher(event, level), "cancelled")
            ending = Ending(event.id, way, output, subscription(b, event))
            waiting = replace(waiting, endings=(*waiting.endings, ending))
    return waiting


def wait(b: SegmentBuilder, waiting: Waiting) -> None:
    """Adds the state that waits, the choice by what ended it, and what its errors lead to."""
    node, key = waiting.node, waiting.key
    if not waiting.endings and waiting.timer:
        waiting = replace(waiting, endings=(Ending(waiting.timer.id, b.after(waiting.timer), INPUT),))
    point = _point(b, waiting)
    resource, arguments = wait_call(point)
    ended = b.build.names.variable("ended", key) if len(waiting.endings) > 1 else ""
    way = _answered(b, waiting, ended)
    skip = waiting.endings[0].way
    catches = [
        *_timeout(b, waiting, point),
        *error_catch(b, node, key),
        failure_catch(b, node, key, key, skip),
    ]
    b.add(
        Call(
            key,
            node.id,
            "element",
            way,
            resource,
            arguments,
            asl(_output(waiting.endings)),
            {ended: asl("$states.result.event")} if ended else {},
            asl(jsonata.seconds_until(point.deadline)) if point.deadline else None,
            WRITE_RETRY,
            tuple(catches),
        )
    )


def _point(b: SegmentBuilder, waiting: Waiting) -> WaitPoint:
    node = waiting.node
    return WaitPoint(
        waiting.key,
        waiting.kind,
        node.id,
        node.name,
        tag_of(node),
        b.graph(node).path,
        b.build.process.id,
        waiting.local.scope,
        waiting.texts,
        waiting.numbers,
        _deadline(b, waiting.timer),
        tuple(ending.subscription for ending in waiting.endings if ending.subscription),
        b.bounds.items,
    )


def _answered(b: SegmentBuilder, waiting: Waiting, ended: str) -> Way:
    first, *others = waiting.endings
    if not others:
        return first.way
    choice = b.helper(waiting.key, "ended")
    rules = tuple(Rule(f"${ended} = {jsonata.text(other.event)}", other.way) for other in others)
    b.add(Decide(choice, waiting.node.id, "choice", rules, first.way))
    return Way(choice, (), "continues")


def _output(endings: tuple[Ending, ...]) -> str:
    first, *others = endings
    output = first.output
    for other in reversed([other for other in others if other.output != first.output]):
        output = f"$states.result.event = {jsonata.text(other.event)} ? {other.output} : {output}"
    return output


def _timeout(b: SegmentBuilder, waiting: Waiting, point: WaitPoint) -> tuple[Catch, ...]:
    """The timer's end: a state named after the event removes the record."""
    if not waiting.timer or not waiting.timer_way:
        return ()
    since = b.build.names.variable("since", waiting.key)
    resource, arguments = removal(point, f"${since}")
    way = _after_timer(b, waiting.node, waiting.timer)
    # A record that could not be removed hurts nobody: readers know that its token is dead.
    catch = Catch(("States.ALL",), way, asl(INPUT))
    event = waiting.timer
    b.add(
        Call(
            waiting.timer_way.to,
            event.id,
            "element",
            way,
            resource,
            arguments,
            asl(INPUT),
            retry=WRITE_RETRY,
            catches=(catch,),
        )
    )
    entered = {since: asl("$states.context.State.EnteredTime")}
    return (Catch(("States.Timeout",), waiting.timer_way, asl(INPUT), entered),)


def _after_timer(b: SegmentBuilder, node: FlowNode, timer: Event) -> Way:
    """What follows the state that is a timer: of a boundary event, where boundary events of the activity lead on."""
    if timer.position != "boundary":
        return b.after(timer)
    level = boundary_level(len(b.graph(node).path) + 1)
    return leave(b, level, f"boundary:{timer.id}", timer.id, lambda owner: owner.after(timer))


def _deadline(b: SegmentBuilder, timer: Event | None) -> str:
    definition = timer.definitions[0].timer if timer else None
    if timer is None or definition is None:
        return ""
    when = moment(definition, timer, b.build.expressions)
    if isinstance(when, str):
        b.build.say("FLOW-011", "error", timer, when)
        return ""
    return when.deadline


def subscription(b: SegmentBuilder, node: Task | Event | FlowNode) -> Subscription | None:
    """What a message or signal event subscribes to."""
    if isinstance(node, Event) and node.definitions[0].kind == "signal":
        return Subscription("signal", node.definitions[0].name, node.id)
    message = node.message if isinstance(node, Task) else None
    if isinstance(node, Event):
        message = node.definitions[0].message
    if message is None:
        return None
    return Subscription("message", message.name, node.id, message_key(b, node, message))


def message_key(b: SegmentBuilder, node: FlowNode, message: Message) -> str:
    """JSONata of the correlation key of a message that an element waits for or throws."""
    value = _own_key(node) or message.correlation_key
    return key_text(b.build.expressions.value(value, node)) if value else f"{DPC}.businessKey"


def key_text(value: str) -> str:
    """A correlation key as text; nothing and null are the empty key."""
    return f"($k := {value}; $type($k) = 'string' ? $k : $exists($k) and $k != null ? $string($k) : '')"


def _own_key(node: FlowNode) -> Expression | None:
    """The extension property `correlationKey`: FEEL, also with `=`, or JUEL in `${}`."""
    text = node.properties.get("correlationKey", "").strip()
    if text.startswith("${") and text.endswith("}"):
        return Expression(text[2:-1], "juel", node.line)
    return Expression(text.removeprefix("="), "feel", node.line) if text else None


def _keeps(node: FlowNode, dialect: str = "bpmn") -> bool:
    """Camunda 8: output mappings replace the merge of all results; Camunda 7: they come on top of it."""
    return dialect == "camunda7" or not node.outputs
