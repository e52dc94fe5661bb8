"""Ways out of a scope that a handler takes which runs aside: it tells its scope, where a watcher throws in its place.

The handler's execution ends there, but stays counted as open: nothing that runs in the scope can end it meanwhile.
"""

from collections.abc import Sequence
from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import DPC, INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.lower.closed import CLOSED, gone, refused, watch_point
from state_machines.flow.lower.cut_off import FUNCTION
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.invoking import INVOKE, payload, retriers
from state_machines.flow.lower.leaving import thrown
from state_machines.flow.steps import END, Call, Catch, Compute, Decide, Fork, Rule, Segment, Way
from state_machines.flow.waits import WATCH_RETRY, Subscription, WaitPoint, wait_call

MESSAGE = "dpc:exit"
"""The name of the messages: none of a model begins so."""


def watch_exits(
    b: SegmentBuilder, node: FlowNode, fork: str, errors: Sequence[str], points: list[WaitPoint]
) -> Segment:
    """One more watcher in the fork around a scope: it throws what a handler of the scope has thrown.

    Its record is added to `points`.
    """
    key, choice = b.helper(fork, "exits"), b.helper(fork, "exit")
    record = f"$lookup({INPUT}.{RESERVED}.handlers, {jsonata.text(fork)})"
    point = watch_point(b, key, node, fork, (Subscription("message", MESSAGE, node.id, _key(record)),))
    points.append(point)
    error = b.build.names.variable("left", key)
    rules = [Rule(f"${error} = {jsonata.text(each)}", Way(thrown(b, each, node.id))) for each in errors]
    b.add(Decide(choice, node.id, "helper", tuple(rules), Way(END)))
    resource, arguments = wait_call(point)
    closed = f"$states.result.event = '{CLOSED}'"
    # What the handler has written is found with its execution.
    output = f"{closed} ? {INPUT} : {{}}"
    known: dict[str, Json] = {error: asl(f"{closed} ? '' : $states.result.variables.error")}
    caught = refused(b, node.id, key, point, gone(b, node.id, key, [point], INPUT))
    b.add(
        Call(
            key,
            node.id,
            "helper",
            Way(choice),
            resource,
            arguments,
            asl(output),
            known,
            retry=WATCH_RETRY,
            catches=tuple(caught),
        )
    )
    return b.filled(Way(key), node.id)


def leaving_by(
    b: SegmentBuilder, node: FlowNode, handler: Segment, errors: Sequence[str], way: Way, merge: str
) -> Segment:
    """A handler's segment that tells its scope of what it throws.

    `way` follows when it ends by itself; `merge` is JSONata of what it then gives.
    """
    around, tell, over = (b.helper(node.id, role) for role in ("around", "exit", "left"))
    error = b.build.names.variable("left", tell)
    given: dict[str, Json] = {
        "name": MESSAGE,
        "correlationKey": asl(_key(f"{DPC}.aside.record")),
        "variables": asl(jsonata.obj({"error": f"${error}"})),
    }
    arguments: Json = {"FunctionName": FUNCTION, "Payload": payload(b, node, "dpc:publish-message", given, {})}
    parked = failure_catch(b, node, tell, tell, Way(over))
    retry = retriers(b, node, None)
    b.add(Call(tell, node.id, "helper", Way(over), INVOKE, arguments, asl(INPUT), retry=retry, catches=(parked,)))
    b.add(Compute(over, node.id, "helper", Way(END)))
    kept: dict[str, Json] = {error: asl("$states.errorOutput.Error")}
    caught = Catch(tuple(errors), Way(tell), asl(INPUT), kept)
    fork = Fork(around, node.id, "helper", way, (handler,), merge, catches=(caught,))
    added = {key: step for key, step in b.steps.items() if key not in handler.steps}
    return replace(handler, start=Way(around), steps={around: fork, **added})


def _key(record: str) -> str:
    """JSONata of the key of the messages for a scope, by the record that counts its handlers."""
    return f"{INSTANCE_ID} & '/' & {record}"
