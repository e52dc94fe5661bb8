"""What handlers know that run beside their scope: what has been written in it until then (docs/records.md).

The watcher of an event knows the variables from before its scope began. Before it starts a handler it asks for what was
written since (`dpc:read-scope`); in a task that runs once nothing is, before it has ended.
"""

from state_machines.asl.model import Json
from state_machines.bpmn.model import SubProcess
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher
from state_machines.flow.data import own_names
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.lower.cut_off import FUNCTION
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.invoking import INVOKE, PAYLOAD, payload, retriers
from state_machines.flow.steps import Call, Way

READ = "dpc:read-scope"
EXECUTION = "$states.context.Execution.Id"
FORK = f"{{'state': $states.context.State.Name, 'execution': {EXECUTION}}}"
"""JSONata of how a fork is found again in which something is written (`_dpc.forks`)."""


def reads_scope(b: SegmentBuilder, catcher: Catcher) -> bool:
    """Whether a handler runs beside what may have written something when its event comes."""
    if catcher.event.interrupting or catcher.handler is not None:
        return not catcher.event.interrupting
    host = b.node(catcher.event.attached_to)
    return isinstance(host, SubProcess) or host.repeats


def read_scope(b: SegmentBuilder, catcher: Catcher, fork: str, news: str, way: Way) -> Way:
    """The way by the state that asks what was written in a fork, which the variable `news` holds then."""
    event = catcher.event
    key = b.helper(event.id, "read")
    told = f"$lookup({INPUT}.{RESERVED}.forks, {jsonata.text(fork)})"
    found = f"($f := {told}; $exists($f) ? $f : {{'state': {jsonata.text(fork)}, 'execution': {EXECUTION}}})"
    given: Json = {
        "fork": asl(f"{found}.state"),
        "execution": asl(f"{found}.execution"),
        "since": asl(jsonata.fork_entered(fork)),
        "handlers": {path: [*names] for path, names in _handlers(b, catcher).items()},
        "before": asl(INPUT),
    }
    arguments: Json = {"FunctionName": FUNCTION, "Payload": payload(b, event, READ, given, {})}
    failed = failure_catch(b, event, key, key, way)
    kept: dict[str, Json] = {news: asl(f"{PAYLOAD}.variables")}
    retry = retriers(b, event, None)
    b.add(Call(key, event.id, "helper", way, INVOKE, arguments, asl(INPUT), kept, retry=retry, catches=(failed,)))
    return Way(key)


def _handlers(b: SegmentBuilder, catcher: Catcher) -> dict[str, list[str]]:
    """By the paths of the scopes in which handlers run aside: what is known in these alone."""
    home = b.graph(catcher.handler or catcher.event).path
    around = home if catcher.handler else (*home, catcher.event.attached_to)
    graphs = (g for g in b.build.graphs.values() if g.path[: len(around)] == around and b.build.handles_aside(g))
    return {"/".join(g.path): [n for id_ in g.path[len(home) :] for n in own_names(b.node(id_))] for g in graphs}
