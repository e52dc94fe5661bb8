"""Instances of a parallel multi-instance that have ended, where somebody must know them before all have.

Each writes what it changed and its output to one record (`docs/records.md`), whose answer shows all that have ended:
the completion condition is evaluated on it. The instance that fulfils it leaves the Map by an error, which cuts off the
others; what those that have ended gave is then read from the record.
"""

from dataclasses import dataclass, replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import Activity, MultiInstance
from state_machines.flow import jsonata
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.data import COUNTERS, counters
from state_machines.flow.jsonata import INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.lower.behavior import throws
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.steps import Call, Decide, Rule, Segment, Throw, Way
from state_machines.flow.waits import EXPIRES_AT, MESSAGES, UPDATE, WRITE_RETRY

GET = "arn:aws:states:::aws-sdk:dynamodb:getItem"
_PLACE = f"$split({INPUT}.{RESERVED}.at, '.')[-1]"
_COMPLETED = "$count([$filter($keys($item), function($k) { $substring($k, 0, 2) = 'c|' })])"
"""JSONata of how many instances `$item` shows to have ended."""


@dataclass(frozen=True)
class Ended:
    """The record of one multi-instance. `base`, `items` and `entered` are variables of the machine."""

    node: Activity
    loop: MultiInstance
    state: str
    base: str
    items: str
    entered: str
    own: tuple[str, ...]
    """The variables that an instance has for itself."""

    @property
    def total(self) -> str:
        """JSONata of the number of instances."""
        return f"$count(${self.items})"

    @property
    def counted(self) -> tuple[str, ...]:
        """The numbers that instances read and that change while they run."""
        return tuple(name for name in self.own if name.endswith(("ActiveInstances", "CompletedInstances")))

    def written(self, members: str) -> dict[str, Json]:
        """Arguments of the write by which an instance that has ended gives what it changed; it may be repeated."""
        return {
            "TableName": MESSAGES,
            "Key": self._key(f"${self.base}"),
            "UpdateExpression": "SET #c = :c, #x = :x",
            "ExpressionAttributeNames": {"#c": asl(f"'c|' & {_PLACE}"), "#x": "expiresAt"},
            "ExpressionAttributeValues": {":c": {"S": asl(f"$string({members})")}, ":x": {"N": asl(EXPIRES_AT)}},
            "ReturnValues": "ALL_NEW",
        }

    def read(self, variables: str = INPUT) -> dict[str, Json]:
        """Arguments that read the record. `variables`: with the places of the items around."""
        return {"TableName": MESSAGES, "Key": self._key(variables), "ConsistentRead": True}

    def changed(self, base: str) -> str:
        """JSONata of variables with what the instances in `$item` changed, in the order of the instances."""
        return self._all("$exists($c) ? $merge([$acc, $c.changes]) : $acc", base)

    def last(self) -> str:
        """JSONata of what the instance that has just ended changed."""
        return f"$parse($lookup($item, 'c|' & {_PLACE}).S).changes"

    def outputs(self) -> str:
        """JSONata of the outputs of the instances in `$item`, null for those that have not ended."""
        return self._all(appended("$acc", "$c.output"), "[]")

    def _all(self, step: str, first: str) -> str:
        one = "$s := $lookup($item, 'c|' & $string($i)).S; $c := $exists($s) ? $parse($s)"
        return f"$reduce([0..{self.total} - 1], function($acc, $i) {{ ({one}; {step}) }}, {first})"

    def _key(self, variables: str) -> Json:
        sort = f"{jsonata.text(self.state + '@')} & ${self.entered} & '#' & {variables}.{RESERVED}.at"
        return {"pk": {"S": asl(f"'ENDED#' & {INSTANCE_ID}")}, "sk": {"S": asl(sort)}}


def appended(results: str, value: str) -> str:
    """JSONata of a list with one value more, which may itself be a list."""
    return f"($v := {value}; $append({results}, $type($v) = 'array' ? [[$v]] : [$exists($v) ? $v : null]))"


def lower_ended(b: SegmentBuilder, ended: Ended, key: str, members: str, done: Way) -> None:
    """What an instance that has ended comes to: the record, then `done`, or the way out if it was enough."""
    node, condition = ended.node, ended.loop.completion_condition
    assign: dict[str, Json] = {}
    way = done
    if condition is not None:
        seen = b.build.names.variable("seen", key)
        assign[seen] = asl(f"($item := $states.result.Attributes; {_seen(ended)})")
        check, out = b.helper(key, "check"), b.helper(key, "enough")
        with b.outside(node, check, f"${seen}"):
            enough = b.build.expressions.condition(condition, node, f"${seen}", COUNTERS)
            b.add(Decide(check, node.id, "choice", (Rule(enough, Way(out)),), done))
        b.add(Throw(out, node.id, "helper", f"completed:{node.id}", "Enough instances have ended."))
        way = Way(check)
    if (thrown := ended.loop.thrown) is not None:
        first = b.build.names.variable("first", key) if ended.loop.behavior == "One" else ""
        if first:
            assign[first] = asl(f"($item := $states.result.Attributes; {_COMPLETED} = 1)")
        b.at = node
        way = throws(b, node, thrown, f"${first}" if first else "", way)
    caught = (failure_catch(b, node, key, key, done),)
    given: Json = ended.written(members)
    b.add(Call(key, node.id, "helper", way, UPDATE, given, asl(INPUT), assign, retry=WRITE_RETRY, catches=caught))


def with_counters(b: SegmentBuilder, ended: Ended, segment: Segment) -> Segment:
    """An instance that reads how many have ended: as many as when it begins."""
    key = b.helper(ended.node.id, "count")
    numbers = counters(ended.total, f"({ended.total} - $ended)", "$ended")
    given = jsonata.obj({name: numbers[name] for name in ended.counted})
    output = f"($item := $states.result.Item; $ended := {_COMPLETED}; {jsonata.merge(INPUT, given)})"
    caught = (failure_catch(b, ended.node, key, key, segment.start),)
    arguments: Json = ended.read(f"${ended.base}")
    way = segment.start
    step = Call(key, ended.node.id, "helper", way, GET, arguments, asl(output), retry=WRITE_RETRY, catches=caught)
    # What serves the incident has been added to the builder's steps.
    return replace(segment, start=Way(key), steps={**b.steps, **segment.steps, key: step})


def _seen(ended: Ended) -> str:
    """What the completion condition reads, out of `$item`: what the instance that has just ended says counts."""
    listed = ", ".join(jsonata.text(name) for name in ended.own)
    own = f"$sift({INPUT}, function($v, $k) {{ $k in [{listed}] }})"
    numbers = jsonata.obj(counters(ended.total, f"({ended.total} - $ended)", "$ended"))
    parts = [ended.changed(f"${ended.base}"), ended.last(), own, numbers]
    if ended.loop.output_collection:
        parts.append(jsonata.obj({ended.loop.output_collection: ended.outputs()}))
    return f"($ended := {_COMPLETED}; {jsonata.merge(*parts)})"


def lower_enough(b: SegmentBuilder, ended: Ended, exits: dict[str, Exit], after: Way) -> None:
    """The way out of a Map of which some instances were enough."""
    node = ended.node
    key = b.helper(node.id, "results")
    merged = ended.changed(INPUT)
    if ended.loop.output_collection:
        merged = jsonata.merge(merged, jsonata.obj({ended.loop.output_collection: ended.outputs()}))
    output = asl(jsonata.bounded(f"($item := $states.result.Item; {merged})"))
    caught = (failure_catch(b, node, key, key, after),)
    given: Json = ended.read()
    b.add(Call(key, node.id, "helper", after, GET, given, output, retry=WRITE_RETRY, catches=caught))
    error = f"completed:{node.id}"
    exits[error] = Exit(error, Way(key), node.id)
