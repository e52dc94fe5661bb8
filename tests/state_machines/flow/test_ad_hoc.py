"""Ad-hoc sub-processes: which activities run, in which order, when it is enough, what becomes of the others."""

from typing import Any

import pytest

from tests.state_machines.flow.drawing import Drawing, error_definition, extension, timer
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.test_loop_events import left_open
from tests.state_machines.flow.test_loops import USER

TASKS = "".join(f'<bpmn:userTask id="{name}">{USER}</bpmn:userTask>' for name in "ABC")


def ad_hoc(inside: str, condition: str = "", elements: str = "", **attributes: str) -> Drawing:
    d = Drawing()
    d.start(), d.end()
    chosen = extension(f'<zeebe:adHoc activeElementsCollection="{elements}"/>') if elements else ""
    enough = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    d.add("adHocSubProcess", "Any", chosen + inside + enough, **attributes)
    d.chain("Start", "Any", "End")
    return d


def started(d: Drawing, **variables: Any) -> tuple[Platform, str]:
    platform = Platform([compiled(d)])
    arn = platform.start("process", variables)
    return platform.run(), arn


def waiting(platform: Platform) -> list[str]:
    return [wait["elementId"] + ("!" if wait["kind"] == "incident" else "") for wait in platform.open()]


def test_enough_ends_what_still_runs() -> None:
    platform, arn = started(ad_hoc(TASKS, "=done = 2"), done=0)
    assert waiting(platform) == ["A", "B", "C"]
    platform.do("B", {"done": 1}).do("C", {"done": 2})
    assert platform.status(arn) == "completed"
    assert platform.variables(arn) == {"done": 2}
    assert left_open(platform) == []
    assert platform.completed(arn) == {"Start": 1, "B": 1, "C": 1, "Any": 1, "End": 1}


def test_what_still_runs_may_be_left_to_end() -> None:
    platform, arn = started(ad_hoc(TASKS, "=done = 2", cancelRemainingInstances="false"), done=0)
    platform.do("B", {"done": 2}).do("C").do("A")
    assert platform.completed(arn) == {"Start": 1, "A": 1, "B": 1, "C": 1, "Any": 1, "End": 1}


def test_one_after_the_other_until_it_is_enough() -> None:
    platform, arn = started(ad_hoc(TASKS, "=done", ordering="Sequential"), done=False)
    assert waiting(platform) == ["A"]
    platform.do("A")
    assert waiting(platform) == ["B"]
    platform.do("B", {"done": True})
    assert platform.completed(arn) == {"Start": 1, "A": 1, "B": 1, "Any": 1, "End": 1}


@pytest.mark.parametrize("ordering", ["Sequential", "Parallel"])
def test_what_is_never_enough_waits_for_an_operator(ordering: str) -> None:
    platform, arn = started(ad_hoc(TASKS, "=done", ordering=ordering), done=False)
    platform.do("A").do("B").do("C")
    (incident,) = platform.open()
    platform.answer(incident, "retry", {})
    assert waiting(platform.run()) == ["Any!"]
    platform.answer(platform.open()[0], "retry", {"done": True})
    assert platform.run().status(arn) == "completed"


@pytest.mark.parametrize("ordering", ["Sequential", "Parallel"])
def test_the_model_may_name_which_run(ordering: str) -> None:
    platform, arn = started(ad_hoc(TASKS, elements="=wanted", ordering=ordering), wanted=["C", "A"])
    assert waiting(platform) == (["C"] if ordering == "Sequential" else ["A", "C"])
    platform.do("C").do("A")
    assert platform.completed(arn) == {"Start": 1, "A": 1, "C": 1, "Any": 1, "End": 1}
    assert platform.variables(arn) == {"wanted": ["C", "A"]}


def test_what_does_not_exist_is_an_incident() -> None:
    platform, arn = started(ad_hoc(TASKS, elements="=wanted"), wanted=["A", "X"])
    assert sorted(waiting(platform)) == ["A", "Any!"]
    platform.answer(platform.open("incident")[0], "skip", {})
    platform.run().do("A")
    assert platform.status(arn) == "completed"


@pytest.mark.parametrize("ordering", ["Sequential", "Parallel"])
def test_flows_and_forks_inside_belong_to_one_turn(ordering: str) -> None:
    inner = Drawing()
    for name in "ABCD":
        inner.user(name)
    inner.add("parallelGateway", "F"), inner.flow("A", "F", flow_id="a")
    inner.flow("F", "B", flow_id="b"), inner.flow("F", "C", flow_id="c")
    platform, arn = started(ad_hoc("".join(inner.lines), "=done", ordering=ordering), done=False)
    assert waiting(platform) == (["A"] if ordering == "Sequential" else ["A", "D"])
    platform.do("A", {"done": True}).do("B")
    assert platform.status(arn) == "active"
    platform.do("C")
    assert platform.status(arn) == "completed"
    assert left_open(platform) == []
    completed = platform.completed(arn)
    assert (completed["Any"], completed["B"], completed["C"], completed["D"]) == (1, 1, 1, 0)


@pytest.mark.parametrize("ordering", ["Sequential", "Parallel"])
def test_events_on_it_end_it_all(ordering: str) -> None:
    service = extension('<zeebe:taskDefinition type="work"/>')
    d = ad_hoc(TASKS + f'<bpmn:serviceTask id="S">{service}</bpmn:serviceTask>', "=done", ordering=ordering)
    d.boundary("Late", "Any", timer("PT1H")), d.boundary("Bad", "Any", error_definition())
    d.end("Late_"), d.end("Bad_"), d.chain("Late", "Late_"), d.chain("Bad", "Bad_")
    platform, arn = started(d)
    if ordering == "Sequential":
        platform.do("A").do("B").do("C", {"x": 1})
    platform.fail(platform.open("job")[0], "E")
    assert platform.run().completed(arn)["Bad_"] == 1
    assert left_open(platform) == []
    assert "_dpc.element" not in platform.variables(arn)
