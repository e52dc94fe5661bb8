"""The report is true: its paths cost what histories show, no state, element or expression is missing in it."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from state_machines.bpmn.model import Expression, FlowNode
from state_machines.bpmn.reader import read_bpmn
from state_machines.compile import compile_bpmn
from tests.state_machines.corpora import library, models
from tests.state_machines.flow.drawing import Drawing, extension, message_definition, timer
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_products import APPLICANT, functions, product
from tests.state_machines.flow.world import World

LOOP = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="{}"><bpmn:extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="={}" inputElement="item"/></bpmn:extensionElements>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


NO_VALUE = {"null"}
"""What a script without a result is; there is nothing to evaluate."""


def entered(history: list[dict[str, Any]]) -> list[str]:
    return [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]


def reported(report: dict[str, Any], history: list[dict[str, Any]]) -> dict[str, Any]:
    """The path of the report that a history took."""
    taken = Counter(entered(history))
    found = [path for path in report["paths"] if Counter(path["states"]) == taken]
    assert len(found) == 1, (taken, [path["states"] for path in report["paths"]])
    return dict(found[0])


def check(world: World) -> dict[str, Any]:
    """The path that a world took costs what the report says, and passes the nodes that it names."""
    assert world.status == "SUCCEEDED"
    history = world.simulator.history(world.execution)
    path = reported(world.process.report, history)
    assert path["transitions"] == len(entered(history))
    assert path["events"] == len(history)
    assert path["lambdaCalls"] == sum(
        event.get("taskScheduledEventDetails", {}).get("resourceType") == "lambda" for event in history
    )
    nodes = world.process.source_map["elements"]
    passed = [name.rstrip("!") for name in world.walk() if name.rstrip("!") in nodes]  # type: ignore[operator]
    assert Counter(path["elements"]) == Counter(passed)
    assert path["nodes"] == len(passed)
    return path


def test_each_path_of_the_products_costs_what_it_says() -> None:
    loan, complaint = product("cash-loan"), product("complaint-handling")
    began = World(loan, functions()).start({}, "c").answer("FillInApplication", APPLICANT)
    began.answer("CheckApplication", {"approved": True}).publish("message", "contract-signed", "c")
    assert check(began) == loan.report["paths"][0]  # type: ignore[index]
    late = World(loan, functions()).start({}, "c").answer("FillInApplication", APPLICANT).pass_time(hours=24)
    late.answer("CheckAsSupervisor", {"approved": True}).publish("message", "contract-signed", "c")
    refused = World(loan, functions()).start({}, "c").answer("FillInApplication", APPLICANT)
    refused.answer("CheckApplication", {"approved": False})
    minor = World(loan, functions()).start().answer("FillInApplication", {**APPLICANT, "age": 17})
    paths = [check(world) for world in (began, late, refused, minor)]
    asked = (
        World(complaint, functions()).start({"complaintId": "K"}).answer("AssessComplaint", {"assessment": "unclear"})
    )
    asked.publish("message", "complaint-answer", "K")
    asked.answer("AssessComplaint", {"assessment": "accepted", "refundAmount": 1})
    silent = (
        World(complaint, functions()).start({"complaintId": "K"}).answer("AssessComplaint", {"assessment": "unclear"})
    )
    paths += [check(asked), check(silent.pass_time(days=15))]
    assert all(path["dollarsPerThousand"] > 0 for path in paths)
    assert len({json.dumps(path) for path in paths}) == len(paths)


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_an_activity_for_each_item_is_counted_once(sequential: str) -> None:
    d = Drawing()
    d.start(), d.end(), d.add("userTask", "Ask", extension("<zeebe:userTask/>") + LOOP.format(sequential, "[1]"))
    d.chain("Start", "Ask", "End")
    world = World(compile_bpmn(d.bytes()).processes[0]).start()
    path = check(world.answer("Ask"))
    assert path == world.process.report["paths"][0]  # type: ignore[index]


def test_events_in_the_middle_of_scopes_have_paths_of_their_own() -> None:
    d = Drawing()
    d.start(), d.end(), d.end("Stopped"), d.end("Late")
    inner = '<bpmn:startEvent id="Begin"/><bpmn:userTask id="Work"><bpmn:extensionElements><zeebe:userTask/>'
    inner += '</bpmn:extensionElements></bpmn:userTask><bpmn:sequenceFlow id="g" sourceRef="Begin" targetRef="Work"/>'
    d.add("subProcess", "Scope", inner)
    d.boundary("Poked", "Scope", message_definition(d.message("poke", "=1")))
    d.boundary("Timer", "Scope", timer("PT1H"))
    d.chain("Start", "Scope", "End"), d.chain("Poked", "Stopped"), d.chain("Timer", "Late")
    (process,) = compile_bpmn(d.bytes()).processes
    ends = [path["elements"][-1] for path in process.report["paths"]]  # type: ignore[index, union-attr, call-overload]
    assert ends[0] == "End"
    assert {"End", "Stopped", "Late"} == set(ends)
    platform = Platform([process])
    arn = platform.start("process")
    platform.run().do("Work")
    history = platform.simulator.history(arn)
    happy: Any = process.report["paths"][0]  # type: ignore[index]
    assert platform.status(arn) == "completed"
    assert (happy["transitions"], happy["events"]) == (len(entered(history)), len(history))


def test_what_meets_at_a_join_goes_on_once() -> None:
    d = Drawing()
    d.start(), d.end(), d.end("Side"), d.add("parallelGateway", "Fork"), d.add("parallelGateway", "Join")
    d.user("A"), d.user("B"), d.user("After"), d.add("parallelGateway", "Split")
    (
        d.chain("Start", "Fork", "A", "Join", "After", "End"),
        d.chain("Fork", "B", "Split", "Join"),
        d.chain("Split", "Side"),
    )
    (process,) = compile_bpmn(d.bytes()).processes
    happy: Any = process.report["paths"][0]  # type: ignore[index]
    assert Counter(happy["elements"]) == Counter(["Start", "Fork", "A", "B", "Split", "Side", "Join", "After", "End"])


def test_a_call_writes_one_event_more_and_reads_the_registry() -> None:
    d = Drawing()
    d.start(), d.end(), d.add("callActivity", "Call", extension('<zeebe:calledElement processId="other"/>'))
    d.chain("Start", "Call", "End")
    happy: Any = compile_bpmn(d.bytes()).processes[0].report["paths"][0]  # type: ignore[index]
    assert (happy["reads"], happy["writes"]) == (1, 0)


def test_no_state_element_or_expression_is_missing() -> None:
    for name, path in models().items():
        source = path.read_bytes()
        model, _ = read_bpmn(source)
        written = {process.id: process for process in model.processes} if model else {}
        for process in compile_bpmn(source, library=library(path)).processes:
            report: Any = process.report
            states = set(process.source_map["states"])  # type: ignore[arg-type]
            found = {state for names in report["elements"].values() for state in names}
            assert found | set(report["shared"]) == states, name
            nodes = list(written[process.id].scope.walk())
            assert set(report["elements"]) == {node.id for node in nodes}, name
            said = {expression["text"] for expression in report["expressions"]}
            assert {text for node in nodes for text in expressions(node)} - NO_VALUE <= said, name
            assert report["paths"] or not _has_end(process.machines["main"]), name


def expressions(value: object) -> Iterator[str]:
    """The text of every expression of an element."""
    if isinstance(value, Expression):
        yield value.text
    elif isinstance(value, tuple):
        for item in value:
            yield from expressions(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            if not (isinstance(value, FlowNode) and field.name == "scope"):
                yield from expressions(inner)


def _has_end(machine: dict[str, Any]) -> bool:
    return any(state.get("End") or state["Type"] == "Succeed" for state in machine["States"].values())
