"""Input and output mappings as JSONata, with the rules of both Camunda dialects. Which element maps what: lowering."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from state_machines.bpmn.model import FlowNode, IoMapping, SubProcess
from state_machines.feel.types import NUMBER, Type
from state_machines.flow import jsonata
from state_machines.flow.expressions import Expressions, reads
from state_machines.flow.jsonata import INPUT, RESERVED


@dataclass(frozen=True)
class Locals:
    """The local variables of an activity: `values` is the JSONata of an object, `names` its members."""

    values: str
    names: tuple[str, ...]

    @property
    def scope(self) -> str:
        """What the activity's own expressions read."""
        return jsonata.merge(INPUT, self.values) if self.names else INPUT


NO_LOCALS = Locals("{}", ())


def locals_of(node: FlowNode, expressions: Expressions) -> Locals:
    """The mapped inputs. A later mapping sees what an earlier one has set."""
    targets = [path_of(mapping)[0] for mapping in node.inputs]
    chained = any(reads(later) & set(targets[:i]) for i, later in enumerate(node.inputs))
    if not chained and all(len(path_of(mapping)) == 1 for mapping in node.inputs):
        values = jsonata.obj({m.target: expressions.mapped(m, node) for m in node.inputs})
    elif not chained:
        values = _put_all("{}", node.inputs, node, expressions, INPUT)
    else:
        values = _chain(node, expressions)
    return Locals(values, tuple(dict.fromkeys(path_of(m)[0] for m in node.inputs if not m.lasts)))


def output_of(
    node: FlowNode, expressions: Expressions, local: Locals, result: str, *, keeps: bool, base: str = INPUT
) -> str:
    """The scope's variables after an activity.

    `result` is the JSONata of an object. It is visible to the outputs; it is also merged into the scope if `keeps`,
    apart from names that are local to the activity.
    """
    kept = jsonata.without(result, local.names) if local.names else result
    after = jsonata.merge(base, kept) if keeps and result != "{}" else base
    if not node.outputs:
        return after
    seen = jsonata.merge(base, *(part for part in (local.values, result) if part != "{}"))
    return _outputs(node, expressions, after, seen, frozenset(local.names))


def keeps(node: FlowNode, dialect: str) -> bool:
    """Camunda 8: output mappings replace the merge of all results; Camunda 7: they come on top of it."""
    return dialect == "camunda7" or not node.outputs


def own_names(node: FlowNode) -> tuple[str, ...]:
    """The variables of a sub-process that are its own: those that it maps in, its data objects and properties."""
    data = node.scope.data if isinstance(node, SubProcess) else ()
    mapped = (path_of(mapping)[0] for mapping in node.inputs if not mapping.lasts)
    return tuple(dict.fromkeys([*mapped, *(each.name for each in data)]))


def counters(total: str, active: str, completed: str) -> Mapping[str, str]:
    """The numbers that activities and completion conditions of a multi-instance may read, under all their names."""
    numbers = {
        "Instances": total,
        "ActiveInstances": active,
        "CompletedInstances": completed,
        "TerminatedInstances": "0",
    }
    return {f"{prefix}{name}": value for prefix in ("nrOf", "numberOf") for name, value in numbers.items()}


COUNTERS: Mapping[str, Type] = {**dict.fromkeys(counters("", "", ""), NUMBER), "loopCounter": NUMBER}
"""What is a number for certain."""


def owns(node: FlowNode) -> bool:
    """Whether a sub-process is a scope of variables of its own."""
    return isinstance(node, SubProcess) and bool(node.inputs or node.outputs or node.scope.data)


def own(names: Iterable[str], hidden: str, around: str = f"{INPUT}.{RESERVED}.own") -> str:
    """JSONata of an object with `own`: the names of variables that are a scope's own, and what they hide.

    So whoever reads variables knows them as they are outside.
    """
    listed = ", ".join(jsonata.text(name) for name in names)
    return f"{{'own': {{'names': [{listed}], 'hidden': {hidden}, 'around': {around}}}}}"


def entered(own: str) -> str:
    """JSONata of an object with the reserved variable in a scope of variables of its own."""
    return f"{{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {own}])}}"


def left(times: int = 1) -> str:
    """JSONata of an object with the reserved variable behind so many scopes of variables of their own."""
    around = f"{INPUT}.{RESERVED}.own{'.around' * times}"
    return f"{{'{RESERVED}': $merge([{jsonata.without(f'{INPUT}.{RESERVED}', ['own'])}, {{'own': {around}}}])}}"


def carried_out(node: FlowNode, expressions: Expressions, after: str) -> str:
    """The variables `after` a sub-process, with its output mappings, which see what it knew at its end."""
    return _outputs(node, expressions, after, INPUT, frozenset()) if node.outputs else after


def path_of(mapping: IoMapping) -> tuple[str, ...]:
    """A target's names."""
    return tuple(part.strip() for part in mapping.target.split("."))


def _chain(node: FlowNode, expressions: Expressions) -> str:
    parts = [f"$seen := {INPUT}", "$in := {}"]
    for mapping in node.inputs:
        value = expressions.mapped(mapping, node, "$seen")
        parts += [
            f"$value := {value}",
            f"$in := {jsonata.put('$in', path_of(mapping), '$value')}",
            f"$seen := {jsonata.put('$seen', path_of(mapping), '$value')}",
        ]
    return f"({'; '.join(parts)}; $in)"


def _outputs(node: FlowNode, expressions: Expressions, after: str, seen: str, hidden: frozenset[str]) -> str:
    if len(node.outputs) == 1 and not reads(node.outputs):
        return jsonata.put(after, path_of(node.outputs[0]), expressions.mapped(node.outputs[0], node, INPUT))
    parts = [f"$seen := {seen}", f"$out := {after}"]
    for i, mapping in enumerate(node.outputs):
        path = path_of(mapping)
        parts += [
            f"$value := {expressions.mapped(mapping, node, '$seen')}",
            f"$out := {jsonata.put('$out', path, '$value')}",
        ]
        if path[0] not in hidden and i + 1 < len(node.outputs):
            parts.append(f"$seen := {jsonata.put('$seen', path, '$value')}")
    return f"({'; '.join(parts)}; $out)"


def _put_all(into: str, mappings: Sequence[IoMapping], node: FlowNode, expressions: Expressions, variables: str) -> str:
    parts = [f"$in := {into}"]
    for mapping in mappings:
        value = expressions.mapped(mapping, node, variables)
        parts.append(f"$in := {jsonata.put('$in', path_of(mapping), value)}")
    return f"({'; '.join(parts)}; $in)"
