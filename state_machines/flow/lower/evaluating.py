"""What it takes to evaluate the conditions of events: what is known of their variables, and whether they are met."""

from state_machines.asl.model import Json
from state_machines.bpmn.model import Event, EventDefinition, FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher
from state_machines.flow.conditions import woken_by
from state_machines.flow.data import locals_of, output_of
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.shared import known, look_up, view
from state_machines.flow.steps import Call, Way
from state_machines.flow.waits import WRITE_RETRY


def look(b: SegmentBuilder, node: FlowNode, key: str, way: Way, began: str = "") -> str:
    """Adds the state that reads what others have written. Returns the variable of what is known then.

    `began` names the variable that is to hold the moment.
    """
    names = b.build.conditions.names
    seen = b.build.names.variable("view", key)
    resource, arguments = look_up()
    now = view(names, "$states.result.Item")
    assign: dict[str, Json] = {seen: asl(now)}
    if began:
        assign[began] = asl("$states.context.State.EnteredTime")
    output = asl(known(names, jsonata.merge(INPUT, f"{now}.values")))
    b.add(Call(key, node.id, "helper", way, resource, arguments, output, assign, retry=WRITE_RETRY))
    return seen


def met(b: SegmentBuilder, catcher: Catcher, seen: str, news: str = "", made: str = "") -> str:
    """JSONata of whether a condition is met, by what is known; `news`: only if something of it was written.

    `made`: the machine's variable with the names of what was not there before.
    """
    condition = condition_met(b, catcher.event, catcher.definition, f"${seen}.values")
    if not news:
        return condition
    kind = {"create": f" and {{0}} in ${made}", "update": f" and $not({{0}} in ${made})", "delete": " and false"}
    which = kind[catcher.definition.writes[0]] if catcher.definition.writes else ""
    names = [jsonata.text(name) for name in woken_by(catcher.definition)]
    some = " or ".join(f"{name} in ${news}{which.format(name)}" for name in names)
    return f"({some or 'false'}) and {condition}"


def unheard_of(catcher: Catcher, seen: str) -> str:
    """JSONata of whether something that a condition reads was written by somebody who has not evaluated it himself."""
    mark = jsonata.text(f"|{catcher.event.id}|")
    return woken(catcher.definition, seen, f"$not($contains($by, {mark}))")


def woken(definition: EventDefinition, seen: str, who: str = "true") -> str:
    """JSONata of whether something was written that has a condition evaluated; `who`: a test of who wrote, `$by`."""
    kinds = ", ".join(jsonata.text(kind) for kind in definition.writes)
    test = f"{who} and $substringBefore($by, '|') in [{kinds}]" if kinds else who
    by = (f"$lookup(${seen}.by, {jsonata.text(name)})" for name in woken_by(definition))
    some = " or ".join(f"($by := {each}; $exists($by) ? {test} : false)" for each in by)
    return f"({some or 'false'})"


def condition_met(b: SegmentBuilder, event: Event, definition: EventDefinition, variables: str) -> str:
    """JSONata of whether the condition of an event is true; exactly true or false."""
    if definition.condition is None:
        return "false"
    return f"({b.build.expressions.condition(definition.condition, event, variables)})"


def brought(b: SegmentBuilder, event: Event) -> str:
    """JSONata of the variables behind a conditional event, for a rule: empty if it maps nothing."""
    if not event.outputs:
        return ""
    return asl(output_of(event, b.build.expressions, locals_of(event, b.build.expressions), "{}", keeps=True))
