"""Escalations that a called process does not catch: its caller's events do, or they pass by.

The caller tells (`_dpc.parent.escalations`) what it catches: an event that interrupts ends the called instance, which
says so as its outcome; for any other a watcher beside the call waits for a message under the key given there.
"""

from collections.abc import Iterable

from state_machines.asl.model import Json
from state_machines.bpmn.model import CallActivity, Event
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher
from state_machines.flow.jsonata import DPC, INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.lower.cut_off import FUNCTION
from state_machines.flow.lower.errors import all_catchers
from state_machines.flow.lower.escaping import escaped
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.invoking import INVOKE, payload, retriers
from state_machines.flow.steps import Call, Decide, Passed, Rule, Way
from state_machines.flow.waits import Subscription

MESSAGE = "dpc:escalation"
"""The name of the messages: none of a model begins so."""
_AROUND = f"{DPC}.parent.escalations"


def lower_uncaught(b: SegmentBuilder, node: Event, code: str, key: str) -> None:
    """The throw of an escalation that nobody in the process catches. `code`: JSONata of its code."""
    heard = f"($code := {code}; ({_AROUND}[code in [$code, '']])[0])"
    out, output = escaped(b, node, jsonata.obj({"code": code, "message": "''"}), "escalation")
    tell, after, passed = b.helper(node.id, "tell"), b.after(node), Passed("element", node.id)
    rules = (Rule(f"{heard}.ends = true", out.after(passed), asl(output)), Rule(f"$exists({heard})", Way(tell)))
    b.add(Decide(key, node.id, "choice", rules, after.after(passed)))
    told = {
        "call": f"{DPC}.parent.elementId",
        "code": code,
        "variables": jsonata.without(INPUT, [RESERVED]),
    }
    given: dict[str, Json] = {
        "name": MESSAGE,
        "correlationKey": asl(f"{heard}.key"),
        "variables": asl(jsonata.obj(told)),
    }
    arguments: Json = {"FunctionName": FUNCTION, "Payload": payload(b, node, "dpc:publish-message", given, {})}
    caught = (failure_catch(b, node, tell, tell, after),)
    retry = retriers(b, node, None)
    b.add(Call(tell, node.id, "element", after, INVOKE, arguments, asl(INPUT), retry=retry, catches=caught))


def caught_around(b: SegmentBuilder, node: CallActivity) -> str:
    """JSONata of what is told to a called process: the escalations that are caught, the nearest first."""
    found = all_catchers(b, node, "escalation")
    entries = [_entry(b, catcher) for catcher in found]
    if any(not catcher.code for catcher in found):
        return f"[{', '.join(entries)}]"
    further = f"$exists({_AROUND}) ? {_AROUND} : []"
    return f"$append([{', '.join(entries)}], {further})" if entries else f"({further})"


def _entry(b: SegmentBuilder, catcher: Catcher) -> str:
    ends = catcher.event.interrupting
    told = {"code": jsonata.text(catcher.code), "ends": "true" if ends else "false"}
    if not ends:
        fork, items = b.armed.get(catcher.event.id, ("", 0))
        entered = jsonata.fork_entered(fork)
        told["key"] = _key(catcher.event, entered, items)
    return jsonata.obj(told)


def escalation_subscription(event: Event, entered: str, items: int) -> Subscription:
    """What the watcher of an escalation out of called processes subscribes to."""
    return Subscription("message", MESSAGE, event.id, _key(event, entered, items))


def _key(event: Event, entered: str, items: int) -> str:
    """JSONata of the key: of the event, of the entry of the fork around, and of the item that the fork stands in."""
    parts = [INSTANCE_ID, jsonata.text(f"/{event.id}@"), entered]
    if items:
        parts.append(f"'#' & $join($split({INPUT}.{RESERVED}.at, '.')[[0..{items - 1}]], '.')")
    return " & ".join(parts)


def told_by(calls: Iterable[tuple[CallActivity, str]], catcher: Catcher, message: str) -> str:
    """JSONata of the variables that the handler sees. `calls`: with what each hands on of what it called."""
    output = INPUT
    for call, handed in calls:
        output = f"{message}.call = {jsonata.text(call.id)} ? {handed} : {output}"
    variable = catcher.definition.code_variable
    if not variable:
        return f"({output})"
    return jsonata.merge(f"({output})", jsonata.obj({variable: f"{message}.code"}))
