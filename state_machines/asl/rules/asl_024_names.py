"""ASL-024: what an expression reads is there: variables, functions, and the members of `$states` at its place."""

from collections.abc import Iterator, Mapping
from typing import Final

from state_machines.asl.expressions import Names, names, read
from state_machines.asl.scan import Definition, Fault, Part, Scanned, Written

_CONTEXT: Final[Mapping[str, frozenset[str]]] = {
    "Execution": frozenset({"Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"}),
    "State": frozenset({"EnteredTime", "Name", "RetryCount"}),
    "StateMachine": frozenset({"Id", "Name"}),
    "Task": frozenset({"Token"}),
    "Map": frozenset({"Item"}),
}
"""The context object. `Task` is there while a state waits for its token, `Map` within one."""
_FUNCTIONS: Final = frozenset(
    (
        *("string", "length", "substring", "substringBefore", "substringAfter", "uppercase", "lowercase"),
        *("trim", "pad", "contains", "split", "join", "match", "replace", "base64encode", "base64decode"),
        *("encodeUrlComponent", "encodeUrl", "decodeUrlComponent", "decodeUrl", "number", "abs", "floor"),
        *("ceil", "round", "power", "sqrt", "random", "formatNumber", "formatBase", "formatInteger"),
        *("parseInteger", "sum", "max", "min", "average", "boolean", "not", "exists", "count", "append"),
        *("sort", "reverse", "shuffle", "distinct", "zip", "keys", "lookup", "spread", "merge", "sift"),
        *("each", "error", "assert", "type", "now", "millis", "fromMillis", "toMillis", "map", "filter"),
        *("single", "reduce", "partition", "range", "hash", "uuid", "parse", "clone", "eval", "states"),
    )
)
"""JSONata 2.0.6 with what Step Functions adds; `$eval`, which it takes away, is ASL-005's."""


def check(definition: Definition) -> Iterator[Fault]:
    """Finds names that nothing has given a value."""
    around: dict[tuple[str, ...], frozenset[str]] = {}
    for part in definition.parts:  # outer ones come first
        own = frozenset(name for state in part.states for name in state.assigned())
        around[part.parents] = around.get(part.parents, frozenset()) | own
    maps = frozenset(state.name for state in definition.states if state.type == "Map")
    for part in definition.parts:
        yield from _part(part, _visible(part, around), maps)


def _visible(part: Part, around: Mapping[tuple[str, ...], frozenset[str]]) -> frozenset[str]:
    outer = (around.get(part.parents[:depth], frozenset()) for depth in range(len(part.parents)))
    return frozenset().union(*outer, *(frozenset(state.assigned()) for state in part.states))


def _part(part: Part, variables: frozenset[str], maps: frozenset[str]) -> Iterator[Fault]:
    known = variables | _FUNCTIONS
    for state in part.states:
        within = not maps.isdisjoint((*part.parents, state.name))
        for written in state.written:
            if written.expression is not None and not read(written.expression).wrong:  # ASL-014
                found = names(written.expression)
                yield from (
                    Fault("ASL-024", state.name, f"nothing gives ${name} a value") for name in found.read - known
                )
                yield from (Fault("ASL-024", state.name, words) for words in _states(state, written, found, within))


def _states(state: Scanned, written: Written, found: Names, within_map: bool) -> Iterator[str]:
    there = (
        {"input", "context"} | ({"result"} if written.result else set()) | ({"errorOutput"} if written.error else set())
    )
    for path in found.states:
        if path[0] not in there:
            yield f"there is no $states.{path[0]} at this place"
        elif path[0] == "context" and len(path) > 1:
            yield from _context(state, path[1:], within_map)


def _context(state: Scanned, path: tuple[str, ...], within_map: bool) -> Iterator[str]:
    resource = str(state.body.get("Resource", ""))
    waits = resource.endswith(".waitForTaskToken") or (
        state.type == "Task" and not resource.startswith("arn:")
    )  # ASL-013
    absent = (path[0] == "Task" and not waits) or (path[0] == "Map" and not within_map)
    members = _CONTEXT.get(path[0], frozenset())
    if absent or not members or (len(path) > 1 and path[1] not in members):
        yield f"there is no $states.context.{'.'.join(path)} at this place"
