"""Completion conditions of multi-instances: what they read, when they end it, what stays of instances that ended."""

from datetime import timedelta

import pytest

from tests.state_machines.flow.drawing import Drawing, extension
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.test_loop_events import INNER, left_open
from tests.state_machines.flow.test_loops import EACH, USER, around, cardinality, multi, script


def until(condition: str) -> str:
    return f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"


def in_camunda7(tag: str, condition: str, inside: str = "") -> Drawing:
    d = Drawing("camunda7")
    d.start(), d.end()
    attributes = 'camunda:collection="people" camunda:elementVariable="person"'
    loop = f"<bpmn:multiInstanceLoopCharacteristics {attributes}>{until(condition)}"
    d.add(tag, "Work", f"{inside}{loop}</bpmn:multiInstanceLoopCharacteristics>")
    d.chain("Start", "Work", "End")
    return d


@pytest.mark.parametrize("element", ["Work", "Ask"])
@pytest.mark.parametrize("dialect", ["camunda7", "camunda8"])
def test_enough_instances_end_the_others(dialect: str, element: str) -> None:
    tag, inside = ("userTask", USER) if element == "Work" else ("subProcess", INNER)
    if dialect == "camunda7":
        more = "" if element == "Work" else INNER
        d = in_camunda7(tag, "${nrOfCompletedInstances / nrOfInstances &gt;= 0.6 and nrOfActiveInstances == 1}", more)
    else:
        condition = "=numberOfCompletedInstances / numberOfInstances &gt;= 0.6 and numberOfActiveInstances = 1"
        d = around(tag, inside + multi(False, until(condition), **EACH))
    platform = Platform([compiled(d)])
    arn = platform.start("process", {"people": ["a", "b", "c"], "person": "outer"})
    platform.run().do(element, {"one": 1})
    assert len(platform.open()) == 2
    platform.do(element, {"two": 2})
    assert platform.status(arn) == "completed"
    assert platform.variables(arn) == {"people": ["a", "b", "c"], "person": "outer", "one": 1, "two": 2}
    assert left_open(platform) == []
    assert platform.completed(arn)[element] == 2


def test_outputs_keep_their_places_and_lists_stay_lists() -> None:
    more = until("=count(got[item != null]) = 2 and loopCounter &gt; 0")
    loop = multi(False, more, **EACH, outputCollection="got", outputElement="=answer")
    platform = Platform([compiled(around("userTask", USER + loop))])
    arn = platform.start("process", {"people": ["a", "b", "c"]})
    platform.run()
    for place in ("2", "0"):
        wait = next(wait for wait in platform.open() if wait["sk"].endswith(f"#{place}"))
        platform.answer(wait, "Work", {"answer": [place]}), platform.run()
    assert platform.variables(arn)["got"] == [["0"], None, ["2"]]


def test_the_condition_sees_what_the_instance_and_those_before_it_changed() -> None:
    more = until('=person = "b" and refused = 2')
    platform = Platform([compiled(around("userTask", USER + multi(False, more, **EACH)))])
    arn = platform.start("process", {"people": ["a", "b", "c"], "refused": 0})
    platform.run().do("Work", {"refused": 2})
    assert len(platform.open()) == 2
    platform.do("Work")
    assert platform.status(arn) == "completed"
    assert platform.variables(arn)["refused"] == 2


@pytest.mark.parametrize("enough", [1, 3, 4])
def test_all_may_have_to_end_before_it_is_enough(enough: int) -> None:
    more = cardinality("3") + until(f"=numberOfCompletedInstances = {enough}")
    d = around("scriptTask", script("loopCounter", "last") + multi(False, more))
    platform = Platform([compiled(d)])
    arn = platform.start("process")
    assert platform.run().status(arn) == "completed"
    assert platform.completed(arn)["End"] == 1


def test_a_lost_answer_counts_nobody_twice() -> None:
    more = cardinality("3") + until("=numberOfCompletedInstances = 2")
    platform = Platform([compiled(around("userTask", USER + multi(False, more)))])
    arn = platform.start("process")
    platform.run()
    platform.lost = [True]
    platform.do("Work").pass_time(timedelta(minutes=1))
    assert len(platform.open()) == 2
    platform.do("Work")
    assert platform.status(arn) == "completed"


@pytest.mark.parametrize("sequential", [True, False])
def test_bodies_read_the_counters(sequential: bool) -> None:
    counted = "[nrOfInstances, nrOfActiveInstances, nrOfCompletedInstances, nrOfTerminatedInstances, loopCounter]"
    given = extension(
        f'<zeebe:userTask/><zeebe:ioMapping><zeebe:input source="={counted}" target="seen"/></zeebe:ioMapping>'
    )
    loop = multi(sequential, **EACH, outputCollection="all", outputElement="=at")
    d = around("subProcess", loop + INNER.replace(USER, given))
    platform = Platform([compiled(d)])
    platform.start("process", {"people": ["a", "b", "c"]})
    platform.run()
    import json

    seen = [json.loads(wait["variables"])["seen"] for wait in platform.open()]
    active = 1 if sequential else 3
    assert seen == [[3, active, 0, 0, at + 1] for at in range(active)]
    platform.do("Ask")
    seen = [json.loads(wait["variables"])["seen"] for wait in platform.open()]
    assert seen[0][:3] == ([3, 1, 1] if sequential else [3, 3, 0])


def test_conditions_of_instances_inside_instances_are_each_their_own() -> None:
    inner = Drawing()
    inner.start("In"), inner.add("userTask", "Ask", USER + multi(False, cardinality("2") + until("=true")))
    inner.flow("In", "Ask", flow_id="i1")
    loop = multi(False, until("=numberOfCompletedInstances = 2"), **EACH)
    platform = Platform([compiled(around("subProcess", loop + "".join(inner.lines)))])
    arn = platform.start("process", {"people": ["a", "b", "c"]})
    platform.run()
    assert len(platform.open()) == 6
    platform.do("Ask", {"x": 1})
    assert len(platform.open()) == 4
    platform.do("Ask", {"y": 1})
    assert platform.status(arn) == "completed"
    assert platform.variables(arn) == {"people": ["a", "b", "c"], "x": 1, "y": 1}
    assert left_open(platform) == []


def test_enough_of_more_than_one_map_runs_at_once() -> None:
    loop = multi(False, until("=numberOfCompletedInstances &gt;= 50"), **EACH)
    platform = Platform([compiled(around("userTask", USER + loop))])
    arn = platform.start("process", {"people": list(range(100))})
    platform.run()
    assert len(platform.open()) == 100
    for _ in range(50):
        platform.do("Work")
    assert platform.status(arn) == "completed"
    assert left_open(platform) == []
