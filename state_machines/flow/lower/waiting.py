"""Everything that waits for the world: user and receive tasks, catch events, event-based gateways, external jobs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import (
    Event,
    EventDefinition,
    Expression,
    FlowNode,
    Gateway,
    Message,
    Task,
    Timer,
)
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import boundary_level, catchers_by
from state_machines.flow.conditions import condition_reads
from state_machines.flow.data import NO_LOCALS, Locals, keeps, locals_of, output_of
from state_machines.flow.graph import tag_of
from state_machines.flow.jsonata import BUSINESS_KEY, ENTERED_MILLIS, INPUT, asl
from state_machines.flow.lower.answers import keeps_answer
from state_machines.flow.lower.errors import error_catch
from state_machines.flow.lower.evaluating import brought, condition_met, look, woken
from state_machines.flow.lower.incidents import ANSWERED, failed, failure_catch, unsettled
from state_machines.flow.lower.leaving import leave, leave_to
from state_machines.flow.people import user_texts
from state_machines.flow.shared import WRITTEN, known, picked, told
from state_machines.flow.steps import Call, Catch, Decide, Passed, Role, Rule, Way
from state_machines.flow.timers import Moment, moment
from state_machines.flow.waits import WRITE_RETRY, Kind, Subscription, WaitPoint, removal, wait_call

_NO_TIME = "The timer gives no date and time such as 2027-01-31T12:00:00Z and no duration such as PT24H or P14D."
VARIABLES = "$states.result.variables"
_GIVEN_UP = ("JobFailed",)
"""The error of a job whose worker has no tries left."""


@dataclass(frozen=True)
class Ending:
    """One way in which a wait may end: by the answer that names `event`."""

    event: str
    way: Way
    output: str
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True)
class Alarm:
    """A timer that ends a wait: `way` leads to the state that is its event."""

    event: Event
    timer: Timer
    way: Way


@dataclass(frozen=True)
class Met:
    """A condition that ends a wait: as soon as it is reached (`at_once`), or later."""

    event: Event
    definition: EventDefinition
    at_once: Way
    later: Way


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
    alarms: tuple[Alarm, ...] = ()
    conditions: tuple[Met, ...] = ()
    began: str = ""
    """Where it may wait again: the variable of the moment in which it was reached."""
    seen: str = ""
    """Where it has conditions: the variable of what is known of their variables."""
    further: bool = False
    """Whether it goes on for a wait that has failed; the states that are its timers are there already."""


def lower_user_task(b: SegmentBuilder, node: Task, key: str) -> None:
    """A user task: done by a person, ended early by its boundary events."""
    local = locals_of(node, b.build.expressions)
    texts, numbers = user_texts(node, b.build, local)
    wait(b, with_boundaries(b, Waiting(node, key, "user", (completion(b, node, local),), local, texts, numbers)))


def lower_receive(b: SegmentBuilder, node: Task | Event, key: str) -> None:
    """A receive task, or an intermediate message or signal catch event."""
    local = locals_of(node, b.build.expressions)
    own = replace(completion(b, node, local), subscriptions=subscriptions(b, node))
    waiting = Waiting(node, key, "message", (own,), local)
    if isinstance(node, Event) and node.has("timer"):
        late = Way(b.helper(key, "late"), (), "continues")
        waiting = replace(waiting, alarms=tuple(Alarm(node, d.timer, late) for d in node.definitions if d.timer))
    if isinstance(node, Event):
        found = (Met(node, d, b.through(node), b.after(node)) for d in node.definitions if d.condition)
        waiting = replace(waiting, conditions=tuple(found))
    wait(b, with_boundaries(b, waiting))


def lower_event_gateway(b: SegmentBuilder, node: Gateway, key: str) -> None:
    """An event-based gateway: one wait for whichever of its events comes first."""
    waiting = Waiting(node, key, "message", ())
    for flow in b.graph(node).outgoing[node.id]:
        target = b.node(flow.target)
        passed = (Passed("element", node.id), Passed("flow", flow.id))
        way = b.through(target).after(passed[1])
        waiting = _or(b, waiting, target, way, Way("", passed[1:]))
        if isinstance(target, Event):
            found = (Met(target, d, way.after(passed[0]), way) for d in target.definitions if d.condition)
            waiting = replace(waiting, conditions=(*waiting.conditions, *found))
    wait(b, waiting)


def completion(b: SegmentBuilder, node: FlowNode, local: Locals) -> Ending:
    """The element's own end."""
    output = output_of(node, b.build.expressions, local, VARIABLES, keeps=keeps(node, b.build.process.dialect))
    return Ending(node.id, b.after(node), output)


def with_boundaries(b: SegmentBuilder, waiting: Waiting) -> Waiting:
    """The wait with the message, signal and timer boundary events of its activity."""
    level = boundary_level(len(b.graph(waiting.node).path) + 1)
    for event in b.boundaries(waiting.node):
        if event.has("message", "signal", "timer"):
            way = leave_to(b, catchers_by(event, level)[0], "cancelled")
            waiting = _or(b, waiting, event, way, Way("", (), "cancelled"))
    return waiting


def _or(b: SegmentBuilder, waiting: Waiting, node: FlowNode, way: Way, late: Way) -> Waiting:
    """A wait that an event may end too. `late` says what is passed on the way to it when one of its timers is first."""
    heard = subscriptions(b, node)
    timers = [d.timer for d in node.definitions if d.timer] if isinstance(node, Event) else []
    if heard:
        local = locals_of(node, b.build.expressions)
        output = output_of(node, b.build.expressions, local, VARIABLES, keeps=keeps(node, b.build.process.dialect))
        waiting = replace(waiting, endings=(*waiting.endings, Ending(node.id, way, output, heard)))
    for timer in timers:
        if isinstance(node, Event):
            alarm = Alarm(node, timer, replace(late, to=b.claim(node)))
            waiting = replace(waiting, alarms=(*waiting.alarms, alarm))
    return waiting


def wait(b: SegmentBuilder, waiting: Waiting) -> None:
    """Adds the state that waits, the choice by what ended it, and what its errors lead to."""
    if not waiting.endings:
        first = [*(a.event for a in waiting.alarms), *(c.event for c in waiting.conditions)][0]
        waiting = replace(waiting, endings=(Ending(first.id, b.after(first), INPUT),))
    if waiting.conditions:
        waiting = _looked(b, waiting)
    node, key = waiting.node, waiting.key
    parked = failure_catch(b, node, key, key, waiting.endings[0].way)
    if waiting.kind == "job" and (waiting.alarms or len(waiting.endings) > 1):
        held = _held(b, waiting, parked)
        _wait(b, waiting, held, parked)
    else:
        _wait(b, waiting, parked)


def _wait(b: SegmentBuilder, waiting: Waiting, *parked: Catch) -> None:
    """The state that waits. `parked`: what its errors lead to, those of workers first."""
    node, skip = waiting.node, waiting.endings[0].way
    raised = error_catch(b, node, waiting.key, parked[0], working=waiting.kind == "job")
    mapped = any(b.node(ending.event).outputs for ending in waiting.endings)
    call = _call(b, waiting, (*raised, *parked))
    b.add(keeps_answer(b, node, call, skip, certain=not mapped))


def _call(b: SegmentBuilder, waiting: Waiting, catches: tuple[Catch, ...], role: Role = "element") -> Call:
    point = _point(b, waiting)
    resource, arguments = wait_call(point)
    ended = b.build.names.variable("ended", waiting.key) if len(waiting.endings) > 1 or waiting.conditions else ""
    return Call(
        waiting.key,
        waiting.node.id,
        role,
        _answered(b, waiting, ended),
        resource,
        arguments,
        asl(jsonata.bounded(_output(b, waiting))),
        _assigned(waiting, ended),
        asl(jsonata.seconds_until(point.deadline)) if point.deadline else None,
        WRITE_RETRY,
        (*_timeout(b, waiting, point), *catches),
    )


def _held(b: SegmentBuilder, waiting: Waiting, parked: Catch) -> Catch:
    """The incident of a job that its worker has given up: the boundary events still come, and the timers go on from
    when the job was entered, also when it is tried again."""
    error, began = (b.build.names.variable(what, waiting.key) for what in ("error", "since"))
    incident, again = b.helper(waiting.key, "held"), waiting.key
    caught: dict[str, Json] = {error: asl("$states.errorOutput")}
    way = Way(incident, (), "continues")
    if waiting.alarms:
        again = b.helper(waiting.key, "retried")
        retried = replace(waiting, key=again, began=began, further=True)
        _wait(b, retried, Catch(_GIVEN_UP, way, asl(INPUT), caught), parked)
    skip = waiting.endings[0].way
    resolved = (Ending("retry", Way(again, (), "continues"), ANSWERED), Ending("skip", skip, ANSWERED))
    endings = (*resolved, *waiting.endings[1:])
    texts = failed(f"${error}")
    left = replace(waiting, key=incident, kind="incident", endings=endings, texts=texts, numbers={})
    left = replace(left, local=NO_LOCALS, began=began, further=True)
    b.add(_call(b, left, (parked,), "incident"))
    return Catch(_GIVEN_UP, way, asl(INPUT), {**caught, began: asl("$states.context.State.EnteredTime")})


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
        earliest(_deadlines(b, waiting)),
        (*dict.fromkeys(s for ending in waiting.endings for s in ending.subscriptions), *_written(waiting)),
        b.bounds.items > 0,
        began=f"${waiting.began}" if waiting.began else "",
    )


def _looked(b: SegmentBuilder, waiting: Waiting) -> Waiting:
    """Adds what stands before a wait for conditions: they are evaluated when they are reached."""
    node = waiting.node
    began, check = b.build.names.variable("began", waiting.key), b.helper(node.id, "met")
    seen = look(b, node, waiting.key, Way(check), began)
    key = b.build.names.of_element(node.id)
    rules = tuple(
        Rule(condition_met(b, each.event, each.definition, f"${seen}.values"), each.at_once, brought(b, each.event))
        for each in waiting.conditions
    )
    b.add(Decide(check, node.id, "choice", rules, Way(key)))
    return replace(waiting, key=key, began=began, seen=seen)


def _reads(waiting: Waiting) -> tuple[str, ...]:
    return tuple(sorted({name for each in waiting.conditions for name in condition_reads(each.definition)}))


def _written(waiting: Waiting) -> tuple[Subscription, ...]:
    """The subscription to what is written."""
    if not waiting.conditions:
        return ()
    return (Subscription("condition", "", WRITTEN, reads=_reads(waiting), seen=f"${waiting.seen}.at"),)


def _assigned(waiting: Waiting, ended: str) -> dict[str, Json]:
    assign: dict[str, Json] = {ended: asl("$states.result.event")} if ended else {}
    if waiting.seen:
        kinds = any(each.definition.writes for each in waiting.conditions)
        assign[waiting.seen] = asl(told(_reads(waiting), f"${waiting.seen}", kinds=kinds))
    return assign


def _answered(b: SegmentBuilder, waiting: Waiting, ended: str) -> Way:
    first, *others = waiting.endings
    if not ended:
        return first.way
    choice = b.helper(waiting.key, "ended")
    rules = [Rule(f"${ended} = {jsonata.text(other.event)}", other.way) for other in others]
    for each in waiting.conditions:
        condition = condition_met(b, each.event, each.definition, f"${waiting.seen}.values")
        now = f"${ended} = {jsonata.text(WRITTEN)} and {woken(each.definition, waiting.seen)} and {condition}"
        rules.append(Rule(now, each.later, brought(b, each.event)))
    if waiting.conditions:
        rules.append(Rule(f"${ended} = {jsonata.text(WRITTEN)}", Way(waiting.key, (), "continues")))
    b.add(Decide(choice, waiting.node.id, "choice", tuple(rules), first.way))
    return Way(choice, (), "continues")


def _output(b: SegmentBuilder, waiting: Waiting) -> str:
    first, *others = waiting.endings
    output = first.output
    for other in reversed([other for other in others if other.output != first.output]):
        output = f"$states.result.event = {jsonata.text(other.event)} ? {other.output} : {output}"
    if waiting.conditions:
        news = known(b.build.conditions.names, jsonata.merge(INPUT, picked(_reads(waiting), VARIABLES)))
        output = f"$states.result.event = {jsonata.text(WRITTEN)} ? {news} : {output}"
    return output


def _timeout(b: SegmentBuilder, waiting: Waiting, point: WaitPoint) -> tuple[Catch, ...]:
    """The end by a timer: a state named after its event removes the record. Of several, the earliest has ended it."""
    if not waiting.alarms:
        return ()
    since = b.build.names.variable("since", waiting.key)
    assign: dict[str, Json] = {since: asl("$states.context.State.EnteredTime")}
    first, *others = waiting.alarms
    way = first.way
    if any(alarm.way != first.way for alarm in others):
        due, choice = b.build.names.variable("due", waiting.key), b.helper(waiting.key, "due")
        assign[due] = asl("[" + ", ".join(_deadlines(b, waiting)) + "]")
        rules = tuple(Rule(f"${due}[{i}] = $min(${due})", alarm.way) for i, alarm in enumerate(others, 1))
        b.add(Decide(choice, waiting.node.id, "choice", rules, first.way))
        way = Way(choice, (), "continues")
    removed = removal(point, f"${since}")
    if not waiting.further:
        for alarm in waiting.alarms:
            _alarmed(b, waiting.node, alarm, removed)
    else:
        way = _removed(b, waiting, removed, way)
    return (Catch(("States.Timeout",), way, asl(INPUT), assign),)


def _removed(b: SegmentBuilder, waiting: Waiting, removed: tuple[str, Json], way: Way) -> Way:
    """The way by the state that removes the record of a wait that goes on for another."""
    late = b.helper(waiting.key, "late")
    catch = Catch(("States.ALL",), way, asl(INPUT))
    b.add(Call(late, waiting.node.id, "helper", way, *removed, asl(INPUT), retry=WRITE_RETRY, catches=(catch,)))
    return Way(late, (), "continues")


def _alarmed(b: SegmentBuilder, node: FlowNode, alarm: Alarm, removed: tuple[str, Json]) -> None:
    """The state that is a timer; its own wait's, where the timer stands among other definitions, only helps."""
    event = alarm.event
    way, output = _after_timer(b, node, event), asl(unheard(b, event))
    # A record that could not be removed hurts nobody: readers know that its token is dead.
    catch = Catch(("States.ALL",), way, output)
    role: Role = "helper" if event.id == node.id else "element"
    resource, arguments = removed
    step = Call(alarm.way.to, event.id, role, way, resource, arguments, output, retry=WRITE_RETRY, catches=(catch,))
    b.add(step)


def unheard(b: SegmentBuilder, event: Event) -> str:
    """JSONata of the variables behind an event that brings none: what its output mappings make of the scope's."""
    return output_of(event, b.build.expressions, locals_of(event, b.build.expressions), "{}", keeps=True)


def _after_timer(b: SegmentBuilder, node: FlowNode, timer: Event) -> Way:
    """What follows the state that is a timer: of a boundary event, where boundary events of the activity lead on."""
    if timer.position != "boundary":
        return b.after(timer)
    level = boundary_level(len(b.graph(node).path) + 1)
    # Of an event with other definitions the timer is a state already, and does not leave as what is heard does.
    error = f"boundary:{timer.id}" if len(timer.definitions) == 1 else f"boundary:{timer.id}:timer"
    return leave(b, level, error, timer.id, lambda owner: owner.after(timer))


def earliest(deadlines: Sequence[str]) -> str:
    """JSONata of the first of some moments; empty if there is none."""
    return f"$min([{', '.join(deadlines)}])" if len(deadlines) > 1 else "".join(deadlines)


def _deadlines(b: SegmentBuilder, waiting: Waiting) -> list[str]:
    found = [deadline(b, alarm.event, alarm.timer) for alarm in waiting.alarms]
    return [each.replace(ENTERED_MILLIS, f"$toMillis(${waiting.began})") if waiting.began else each for each in found]


def deadline(b: SegmentBuilder, event: Event, timer: Timer) -> str:
    """JSONata of the moment of a timer in milliseconds, counted from the entry of the state that waits."""
    when = moment(timer, event, b.build.expressions)
    if isinstance(when, str):
        b.build.say("FLOW-011", "error", event, when, timer.value.line)
        return "0"
    return when.deadline


def known_times(b: SegmentBuilder, node: FlowNode, key: str, moments: Iterable[Moment], skip: Way) -> None:
    """Parks a token before a state whose timers give, when they are computed, no date and no duration."""
    computed = [when for when in moments if when.valid]
    if not computed:
        return
    known = set(b.steps)
    check = b.helper(key, "time")
    unknown = unsettled(b, node, check, "TimeUnknown", _NO_TIME, Way(check, (), "continues"), skip)
    valid = " and ".join(when.valid for when in computed)
    b.add(Decide(check, node.id, "choice", (Rule(valid, Way(key)),), unknown))
    b.guard(key, check, *(b.steps.keys() - known))


def subscriptions(b: SegmentBuilder, node: FlowNode) -> tuple[Subscription, ...]:
    """What a receive task or an event subscribes to: one for each of its messages and signals."""
    if isinstance(node, Event):
        return tuple(s for definition in node.definitions if (s := subscription(b, node, definition)))
    message = node.message if isinstance(node, Task) else None
    return (_to_message(b, node, message),) if message else ()


def subscription(b: SegmentBuilder, event: Event, definition: EventDefinition) -> Subscription | None:
    """What one definition of an event subscribes to."""
    if definition.kind == "signal":
        return Subscription("signal", definition.name, event.id, named=name_text(b, event, definition))
    if definition.message is None:
        return None
    return _to_message(b, event, definition.message)


def _to_message(b: SegmentBuilder, node: FlowNode, message: Message) -> Subscription:
    named = name_text(b, node, message)
    return Subscription("message", message.name, node.id, message_key(b, node, message), named=named)


def name_text(b: SegmentBuilder, node: FlowNode, called: Message | EventDefinition) -> str:
    """JSONata of the name of a message or signal, where it is computed; else empty."""
    return key_text(b.build.expressions.value(called.computed, node)) if called.computed else ""


def message_key(b: SegmentBuilder, node: FlowNode, message: Message) -> str:
    """JSONata of the correlation key of a message that an element waits for or throws."""
    value = _own_key(node) or message.correlation_key
    return key_text(b.build.expressions.value(value, node)) if value else BUSINESS_KEY


def key_text(value: str) -> str:
    """A correlation key as text; nothing and null are the empty key."""
    return f"($k := {value}; $type($k) = 'string' ? $k : $exists($k) and $k != null ? $string($k) : '')"


def _own_key(node: FlowNode) -> Expression | None:
    """The extension property `correlationKey`: FEEL, also with `=`, or JUEL in `${}`."""
    text = node.properties.get("correlationKey", "").strip()
    if text.startswith("${") and text.endswith("}"):
        return Expression(text[2:-1], "juel", node.line)
    return Expression(text.removeprefix("="), "feel", node.line) if text else None
