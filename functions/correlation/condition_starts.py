"""Conditions that start processes: evaluated when somebody tells variables, as Camunda does.

A condition that reads none of the variables that are told is not asked: what nobody has told cannot have become true.
"""

from contract import errors, tables
from contract.shapes.instances import ConditionsResult, EvaluateConditions
from functions.correlation.keys import CONDITION_STARTS, condition_start_key
from functions.runtime import held, registry, starting, variables
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item

MAX_STARTED = 40
"""Instances that one request starts: two writes each stay within a transaction."""


def evaluate_conditions(ports: Ports, call: Call) -> ConditionsResult:
    """POST /conditions: an instance for each start condition that holds, in the order of processes and elements."""
    given: EvaluateConditions = call.body
    variables.check_given(given.variables)
    if given.process_id:
        registry.process(ports, given.process_id)
    prefix = condition_start_key(given.process_id, "") if given.process_id else ""
    triggers = ports.store.query(tables.MESSAGES, CONDITION_STARTS, prefix=prefix).items
    met = [trigger for trigger in triggers if _holds(ports, trigger, given)]
    if len(met) > MAX_STARTED:
        words = f"{len(met)} conditions hold; at most {MAX_STARTED} instances are started at once. Name the process."
        raise ProblemError(errors.CONFLICT, words)
    started = [_request(ports, call, given, trigger) for trigger in met]
    result = ConditionsResult(instances=[instance["pk"] for instance in started])
    call.commit(result)
    for instance in started:
        starting.launch(ports, instance)
    return result


def _holds(ports: Ports, trigger: Item, given: EvaluateConditions) -> bool:
    from state_machines.expressions import parsed  # FEEL loads with the first condition, not with every message
    from state_machines.feel import evaluate

    if trigger["wokenBy"] and not set(trigger["wokenBy"]) & given.variables.keys():
        return False
    context = {**given.variables, variables.RESERVED: {"businessKey": given.business_key}}
    return evaluate(parsed(trigger["language"], trigger["condition"]), context, clock=ports.clock.now) is True


def _request(ports: Ports, call: Call, given: EvaluateConditions, trigger: Item) -> Item:
    return starting.request(
        ports,
        call.unit,
        registry.process(ports, trigger["processId"], int(trigger["version"])),
        variables=variables.take_in(ports, held.MESSAGES, given.variables),
        business_key=given.business_key,
        initiator=call.caller.user,
        start=trigger["start"],
    )
