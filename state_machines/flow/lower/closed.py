"""Records of watchers: closed when the body has ended, and removed then. The protocol is `docs/records.md`."""

from collections.abc import Sequence

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.graph import tag_of
from state_machines.flow.jsonata import INPUT, asl, fork_entered
from state_machines.flow.steps import END, Call, Catch, Decide, Delay, Rule, Way
from state_machines.flow.waits import WRITE_RETRY, Subscription, WaitPoint, removals

CLOSED = "closed"


def watch_point(
    b: SegmentBuilder, key: str, node: FlowNode, fork: str, subscriptions: tuple[Subscription, ...], deadline: str = ""
) -> WaitPoint:
    """The wait of a watcher in the fork around a scope. It knows no variables; its key holds when the fork began."""
    return WaitPoint(
        key,
        "scope",
        node.id,
        node.name,
        tag_of(node),
        b.graph(node).path,
        b.build.process.id,
        "{}",
        deadline=deadline,
        subscriptions=subscriptions,
        items=b.bounds.items > 0,
        entered=fork_entered(fork),
    )


def gone(b: SegmentBuilder, element: str, key: str, points: Sequence[WaitPoint], output: str) -> str:
    """The state that removes the records of watchers whose body has ended, and ends them. Returns it."""
    gone = b.helper(key, "gone")
    resource, arguments = removals(points)
    ignored = Catch(("States.ALL",), Way(END), asl(output))
    done = asl(output)
    b.add(Call(gone, element, "helper", Way(END), resource, arguments, done, retry=WRITE_RETRY, catches=(ignored,)))
    return gone


def refused(b: SegmentBuilder, element: str, key: str, point: WaitPoint, gone: str) -> list[Catch]:
    """What a watcher catches whose record is closed already: the body was quicker."""
    if not point.subscriptions:
        return [Catch(("DynamoDb.ConditionalCheckFailedException",), Way(gone), asl(INPUT))]
    cause = b.build.names.variable("refused", key)
    check, pause = b.helper(key, "refused"), b.helper(key, "pause")
    closed = Rule(f"$contains(${cause}, 'ConditionalCheckFailed')", Way(gone))
    b.add(Decide(check, element, "helper", (closed,), Way(pause)))
    b.add(Delay(pause, element, "helper", Way(key), 1))
    kept: dict[str, Json] = {cause: asl("$string($states.errorOutput.Cause)")}
    return [Catch(("DynamoDb.TransactionCanceledException",), Way(check), asl(INPUT), kept)]
