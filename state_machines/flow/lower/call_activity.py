"""Call activities: the called process's machine is looked up when it is called, and runs as an execution of its own.

The called process is an instance of its own, with an id made of who calls it and when, so that a repeated start finds
it. It always ends well: an error that it does not catch comes back as `_dpc.outcome` of its output.
"""

from dataclasses import replace

from state_machines.asl.model import Json, Retrier
from state_machines.bpmn.model import CallActivity, CalledProcess, Text
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import Locals, locals_of, output_of
from state_machines.flow.jsonata import BUSINESS_KEY, DPC, INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.lower.answers import keeps_answer
from state_machines.flow.lower.errors import all_catchers, caught_rule, error_rules, errors_around
from state_machines.flow.lower.escalating import caught_around
from state_machines.flow.lower.escaping import escaped
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.waiting import key_text
from state_machines.flow.steps import Call, Catch, Decide, Rule, Way
from state_machines.flow.timers import moment
from state_machines.flow.waits import GET, REGISTRY, WRITE_RETRY

START = "arn:aws:states:::states:startExecution.sync:2"
STOP = "arn:aws:states:::aws-sdk:sfn:stopExecution"
CHILD = "$states.result.Output"
_NEW_ID = "$replace($uuid(), '-', '')"
"""Given when the machine is found, so that a repeated start finds the running instance."""
STARTS = (Retrier(("StepFunctions.ExecutionLimitExceeded",), 2, 8, 2.0),)
"""Any other error of a start is an incident: repeated by an operator, it starts another instance."""


def lower_call_activity(b: SegmentBuilder, node: CallActivity, key: str) -> None:
    """A call activity: one state finds the machine, one runs it."""
    called = node.called
    if called is None:
        return
    run = b.build.names.of_element(node.id)
    machine = b.build.names.variable("machine", run)
    process = _process_id(b, node, called)
    after = b.after(node)
    words = jsonata.text("There is no published process of this id and version: ")
    item = "$states.result.Item"
    about = f"{{'arn': {item}.machine.S, 'version': $number({item}.version.N)}}"
    if called.binding == "deployment":
        together = f"$parse($exists({item}.together) ? {item}.together.S : '{{}}')"
        about = f"$lookup({together}, {process})"
    else:
        about = f"($exists({item}) ? {about})"
    known = f"$merge([$found, {{'id': {_NEW_ID}}}])"
    found = f"($found := {about}; $exists($found) ? {known} : $error({words} & {process}))"
    b.add(
        Call(
            key,
            node.id,
            "element",
            Way(run, (), "continues"),
            GET,
            _registry_key(b, node, process, called),
            asl(INPUT),
            {machine: asl(found)},
            retry=WRITE_RETRY,
            catches=(failure_catch(b, node, key, key, after),),
        )
    )
    _run(b, node, called, run, key, machine, process, after)


def _run(
    b: SegmentBuilder,
    node: CallActivity,
    called: CalledProcess,
    key: str,
    find: str,
    machine: str,
    process: str,
    after: Way,
) -> None:
    local = locals_of(node, b.build.expressions)
    outcome = b.build.names.variable("outcome", key)
    arguments: Json = {
        "StateMachineArn": asl(f"${machine}.arn"),
        "Name": asl(f"${machine}.id & '_1'"),
        "Input": asl(_given(b, node, called, local, f"${machine}.version", process)),
    }
    ended = f"{CHILD}.{RESERVED}.outcome"
    timeout, catches = _timer(b, node, machine)
    call = Call(
        key,
        node.id,
        "element",
        _ways(b, node, key, outcome, after),
        START,
        arguments,
        asl(jsonata.bounded(_output(b, node, called, local))),
        {outcome: asl(f"($exists({ended}) ? {ended} : null)")},
        timeout,
        STARTS,
        (*catches, failure_catch(b, node, key, find, after)),
    )
    b.add(keeps_answer(b, node, call, after, certain=not (called.outs or node.outputs)))


def _process_id(b: SegmentBuilder, node: CallActivity, called: CalledProcess) -> str:
    value = b.build.expressions.value(called.process, node)
    return value if isinstance(called.process, Text) else f"$string({value})"


def _registry_key(b: SegmentBuilder, node: CallActivity, process: str, called: CalledProcess) -> Json:
    """Where the machine is found: of the current version, of one version or tag, or of the caller's own deployment."""
    sort: Json = "CURRENT"
    if called.binding == "deployment":
        process, sort = f"{DPC}.processId", asl(_version(f"{DPC}.version"))
    elif called.version is not None and called.binding in ("version", "versionTag"):
        value = b.build.expressions.value(called.version, node)
        sort = asl(_version(f"$number({value})") if called.binding == "version" else f"'TAG#' & $string({value})")
    key: Json = {"pk": {"S": asl(f"'PROCESS#' & {process}")}, "sk": {"S": sort}}
    return {"TableName": REGISTRY, "Key": key, "ConsistentRead": True}


def _version(number: str) -> str:
    """JSONata of the sort key of a version."""
    return f"'V#' & $pad($string({number}), -8, '0')"


def _given(
    b: SegmentBuilder, node: CallActivity, called: CalledProcess, local: Locals, version: str, process: str
) -> str:
    """The called instance's variables, and what the platform must know of it."""
    scope = jsonata.without(local.scope, [RESERVED])
    passed = scope if called.all_in else (_own(b, node, local) if _given_own(b, called) else "{}")
    ins = jsonata.obj({m.target: b.build.expressions.mapped(m, node, local.scope) for m in called.ins})
    key = "''" if b.build.process.dialect == "camunda7" else BUSINESS_KEY
    if called.business_key is not None:
        key = key_text(b.build.expressions.value(called.business_key, node, local.scope))
    about = jsonata.obj(
        {
            "processId": process,
            "version": version,
            "businessKey": key,
            "initiator": f"{DPC}.initiator",
            "parent": jsonata.obj(
                {
                    "instanceId": INSTANCE_ID,
                    "elementId": jsonata.text(node.id),
                    "execution": "$states.context.Execution.Id",
                    "errors": errors_around(b, node),
                    "escalations": caught_around(b, node),
                }
            ),
        }
    )
    return jsonata.merge(passed, *([ins] if called.ins else []), jsonata.obj({RESERVED: about}))


def handed_back(b: SegmentBuilder, node: CallActivity, result: str) -> str:
    """JSONata of the variables after a call. `result`: JSONata of those of the called process."""
    called = node.called
    return _output(b, node, called, locals_of(node, b.build.expressions), result) if called else INPUT


def _output(b: SegmentBuilder, node: CallActivity, called: CalledProcess, local: Locals, result: str = CHILD) -> str:
    child = jsonata.without(jsonata.object_or_empty(result), [RESERVED])
    if b.build.process.dialect != "camunda7":
        keeps = called.all_out and not node.outputs
        return output_of(node, b.build.expressions, local, child if keeps or node.outputs else "{}", keeps=keeps)
    outs = jsonata.obj({m.target: b.build.expressions.mapped(m, node, "$child") for m in called.outs})
    result = f"($child := {child}; {jsonata.merge(*(['$child'] if called.all_out else []), outs)})"
    given = result if called.all_out or called.outs else "{}"
    return output_of(node, b.build.expressions, local, given, keeps=not called.local_out)


def _given_own(b: SegmentBuilder, called: CalledProcess) -> bool:
    return called.local_in or b.build.process.dialect == "camunda8"


def _own(b: SegmentBuilder, node: CallActivity, local: Locals) -> str:
    """What the call activity has for itself: mapped inputs, and what its loop gives it."""
    looped = {name: jsonata.member(INPUT, name) for name in b.build.own.get(node.id, ())}
    return jsonata.merge(jsonata.obj(looped), local.values) if looped else local.values


def _ways(b: SegmentBuilder, node: CallActivity, key: str, outcome: str, after: Way) -> Way:
    """Where it goes on by the outcome of the called instance."""
    ended = b.helper(key, "ended")
    well = Rule(f"${outcome} = null", after)
    escalated = f"${outcome}.kind = 'escalation'"
    ending = [catcher for catcher in all_catchers(b, node, "escalation") if catcher.event.interrupting]
    rules = [_when(escalated, caught_rule(b, catcher, outcome, "cancelled")) for catcher in ending]
    errors = error_rules(b, node, outcome)
    way, output = escaped(b, node, f"${outcome}")
    out = Rule("true", replace(way, outcome="failed"), asl(output))
    rules += [_when(f"${outcome}.kind = 'error'", rule) for rule in errors]
    b.add(Decide(ended, node.id, "choice", (well, *rules, out), out.way))
    return Way(ended, (), "continues")


def _when(condition: str, rule: Rule) -> Rule:
    return replace(rule, condition=condition if rule.condition == "true" else f"{condition} and {rule.condition}")


def _timer(b: SegmentBuilder, node: CallActivity, machine: str) -> tuple[str | None, tuple[Catch, ...]]:
    """An interrupting timer is the call's own timeout; a state named after the event stops the called instance."""
    event = next((e for e in b.boundaries(node) if e.definitions[0].kind == "timer"), None)
    timer = event.definitions[0].timer if event else None
    if event is None or timer is None:
        return None, ()
    when = moment(timer, event, b.build.expressions)
    if isinstance(when, str):
        b.build.say("FLOW-011", "error", event, when)
        return None, ()
    stop, after = b.claim(event), b.after(event)
    base = f"$join($split($replace(${machine}.arn, ':stateMachine:', ':execution:'), ':')[[0..6]], ':')"
    child: Json = {"ExecutionArn": asl(f"{base} & ':' & ${machine}.id & '_1'")}
    # A called instance that has ended meanwhile cannot be stopped, and need not be.
    gone = Catch(("States.ALL",), after, asl(INPUT))
    b.add(Call(stop, event.id, "element", after, STOP, child, asl(INPUT), catches=(gone,)))
    late = Catch(("States.Timeout",), Way(stop, (), "cancelled"), asl(INPUT))
    return asl(jsonata.seconds_until(when.deadline)), (late,)
