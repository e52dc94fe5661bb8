"""Business rule tasks: a decision evaluated inside the machine where that is faithful, else by the function.

`dpc:decision` is given `{"decisionId", "binding", "version", "variables"}` and answers `{"value", "matchedRules"}`: the
ids of the rules that hit, of which there may be none although the value is not null, and the other way round. The
version is a number or a version tag, by the binding. With `results`, names with mappings of Camunda 7, the value is an
object of what these make of it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from state_machines.asl.model import Json
from state_machines.bpmn.model import CalledDecision, Task, Text, Value
from state_machines.by_reference.marks import whole_object
from state_machines.dmn import Definitions
from state_machines.dmn.results import shape_of
from state_machines.dmn.to_jsonata import DecisionTranslation, to_jsonata
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import Locals, locals_of, output_of
from state_machines.flow.expressions import Translated, expressions_in, reads
from state_machines.flow.jsonata import asl
from state_machines.flow.lower.calls import call
from state_machines.flow.lower.decision_results import mapped_result
from state_machines.flow.lower.invoking import PAYLOAD, payload
from state_machines.flow.lower.waiting import key_text
from state_machines.flow.steps import Compute
from state_machines.library import meant

RULES = "rules"
ROWS = "decisionResult"
ONE_ROW = f"{ROWS}.getSingleResult()"
NOTHING: Mapping[str, str] = MappingProxyType({})
VALUE = f"($exists({PAYLOAD}.value) ? {PAYLOAD}.value : null)"


def lower_business_rule(b: SegmentBuilder, node: Task, decision: CalledDecision, key: str) -> None:
    """A business rule task that calls a version of a decision."""
    bound = decision.bound
    definitions = meant(b.build.library.decisions, bound) if bound else None
    if bound is None or definitions is None:
        _computed(b, node, decision, key)
        return
    decision_id = bound.id
    local = locals_of(node, b.build.expressions)
    found = to_jsonata(definitions, decision_id, variables="$scope", rules_variable=RULES)
    b.build.expressions.seen[node.id, decision_id] = Translated(node.id, decision_id, found.verdict, found.reason)
    if found.verdict == "function":
        hit = f"$count({PAYLOAD}.matchedRules) > 0"
        result = _result(b, node, decision, definitions, decision_id, VALUE, hit)
        _ask(b, node, decision, key, local, result)
        return
    value, hit = _native(found, local)
    result = _result(b, node, decision, definitions, decision_id, value, hit)
    output = _output(b, node, decision, local, result)
    b.add(Compute(key, node.id, "element", b.after(node), asl(output)))


def _native(found: DecisionTranslation, local: Locals) -> tuple[str, str]:
    """The value, and whether a rule hit. The rules stand in the expression itself: that costs no state."""
    bound = f"$scope := {whole_object(local.scope)}; ${RULES} := {jsonata.literal(found.data)}"
    return f"({bound}; {found.jsonata})", f"({bound}; $exists(({found.matched})[0]))"


def _computed(b: SegmentBuilder, node: Task, decision: CalledDecision, key: str) -> None:
    """A decision whose id or version an expression gives: its outputs are not known before, so the function maps."""
    local = locals_of(node, b.build.expressions)
    if b.build.process.dialect == "camunda7":
        asked = _asked(node, decision)
        taken = {name: f"$lookup({PAYLOAD}.value, {jsonata.text(name)})" for name in asked if name != ONE_ROW}
        _ask(b, node, decision, key, local, jsonata.obj(taken), asked)
    else:
        _ask(b, node, decision, key, local, jsonata.obj({decision.result_variable or ROWS: VALUE}))


def _ask(
    b: SegmentBuilder,
    node: Task,
    decision: CalledDecision,
    key: str,
    local: Locals,
    result: str,
    asked: Mapping[str, str] = NOTHING,
) -> None:
    """Adds the state that asks the function. `asked`: what it makes of the value, by name, else the value itself."""
    given: dict[str, Json] = {
        "decisionId": _text(b, node, decision.decision, local),
        "binding": jsonata.plain(decision.binding),
        "version": _version(b, node, decision, local),
        "variables": asl(local.scope),
        **({"results": dict(asked)} if asked else {}),
    }
    output = _output(b, node, decision, local, result)
    handed = payload(b, node, "dpc:decision", given, {})
    call(b, node, key, "decisions", handed, output)


def _asked(node: Task, decision: CalledDecision) -> dict[str, str]:
    """Camunda 7's mappings of the result by variable; of `ONE_ROW`, which is none, only whether it can be told."""
    taken = {decision.result_variable: decision.map_result} if decision.result_variable else {}
    asked = {ROWS: "", **taken} if _sees_rows(node, decision) else taken
    single = any("getSingle" in expression.text for expression in expressions_in(node.outputs))
    return {**asked, **({ONE_ROW: "singleResult"} if single else {})}


def _version(b: SegmentBuilder, node: Task, decision: CalledDecision, local: Locals) -> str:
    """The number or the tag, as text; empty where the binding needs none."""
    if decision.bound is not None:
        return jsonata.plain(decision.bound.version)
    if decision.version is None or decision.binding not in ("version", "versionTag"):
        return ""
    return _text(b, node, decision.version, local)


def _text(b: SegmentBuilder, node: Task, value: Value, local: Locals) -> str:
    """A value as ASL takes it."""
    if isinstance(value, Text):
        return jsonata.plain(value.text)
    return asl(key_text(b.build.expressions.value(value, node, local.scope)))


def _output(b: SegmentBuilder, node: Task, decision: CalledDecision, local: Locals, result: str) -> str:
    """The variables after the task: the rows of the result are seen by its output mappings alone."""
    if decision.result_variable and _sees_rows(node, decision):
        local = Locals(local.values, (*local.names, ROWS))
    return output_of(node, b.build.expressions, local, result, keeps=bool(decision.result_variable))


def _sees_rows(node: Task, decision: CalledDecision) -> bool:
    return decision.result_variable != ROWS and ROWS in reads(node.outputs)


def _result(
    b: SegmentBuilder,
    node: Task,
    decision: CalledDecision,
    definitions: Definitions,
    decision_id: str,
    value: str,
    hit: str,
) -> str:
    """The object that the task gives; output mappings of Camunda 7 see all rows, as `decisionResult`."""
    if b.build.process.dialect != "camunda7":
        return jsonata.obj({decision.result_variable or ROWS: value})
    shape = shape_of(definitions.decisions[decision_id])
    if definitions.decisions[decision_id].kind != "decisionTable":
        hit = "true"
    asked = _asked(node, decision)
    found = {name: mapped_result(mapping, shape, value, hit) for name, mapping in asked.items()}
    for name, mapped in found.items():
        if mapped is None:
            words = (
                f"The decision '{decision_id}' cannot give '{asked[name]}': it has several outputs, "
                "or several rules may hit. Use 'resultList' or 'collectEntries'."
            )
            b.build.say("FLOW-046", "error", node, words)
    return jsonata.obj({name: found[name] or "null" for name in asked if name != ONE_ROW})
