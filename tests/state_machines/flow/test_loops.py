"""Loops and multi-instances: what their activities see, how often they run, what comes out, what history shows."""

from math import sqrt
from typing import Any

import pytest

from state_machines.compile import compile_bpmn
from tests.state_machines.flow.drawing import Drawing, error_definition, extension
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.world import World


def multi(sequential: bool = False, more: str = "", **loop: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in loop.items())
    zeebe = extension(f"<zeebe:loopCharacteristics{given}/>") if loop else ""
    tag = "multiInstanceLoopCharacteristics"
    return f'<bpmn:{tag} isSequential="{str(sequential).lower()}">{zeebe}{more}</bpmn:{tag}>'


def cardinality(text: str) -> str:
    return f"<bpmn:loopCardinality>{text}</bpmn:loopCardinality>"


def around(tag: str, inside: str) -> Drawing:
    d = Drawing()
    d.start(), d.end()
    d.add(tag, "Work", inside)
    d.chain("Start", "Work", "End")
    return d


def script(expression: str, variable: str) -> str:
    return extension(f'<zeebe:script expression="={expression}" resultVariable="{variable}"/>')


USER = extension("<zeebe:userTask/>")
EACH = {"inputCollection": "=people", "inputElement": "person"}


@pytest.mark.parametrize("people", [["a", "b", "c"], ["a"], [], [["x"], ["y", "z"]], [None, 1]])
@pytest.mark.parametrize("sequential", [True, False])
def test_each_instance_sees_its_element_and_gives_its_output(sequential: bool, people: list[Any]) -> None:
    loop = multi(sequential, **EACH, outputCollection="seen", outputElement="=got")
    d = around("scriptTask", script("{ who: person, at: loopCounter, of: numberOfInstances }", "got") + loop)
    process = compiled(d)
    world = World(process).start({"people": people, "person": "hidden"})
    expected = [{"who": person, "at": i + 1, "of": len(people)} for i, person in enumerate(people)]
    assert world.variables.pop("seen") == expected
    assert world.variables["person"] == "hidden"
    assert "loopCounter" not in world.variables
    assert world.counts() == {"Start": 1, "f1": 1, "f2": 1, "End": 1, **({"Work": len(people)} if people else {})}


def test_sequential_instances_see_what_earlier_ones_changed() -> None:
    d = around("scriptTask", script("n + 1", "n") + multi(True, cardinality("=times")))
    assert World(compiled(d)).start({"n": 0, "times": 4}).variables == {"n": 4, "times": 4}


def test_parallel_instances_wait_side_by_side_and_the_last_in_order_wins() -> None:
    d = around("userTask", USER + multi(**EACH))
    world = World(compiled(d)).start({"people": [f"p{i}" for i in range(45)]})
    assert world.open() == ["Work"] * 45
    by_place = {wait["sk"].rsplit("#", 1)[1]: wait for wait in world.waits.values()}
    assert sorted(by_place) == sorted(str(i) for i in range(45))
    for place in sorted(by_place, key=int, reverse=True):
        world._answer(by_place[place], "Work", {"last": int(place)})
    assert world.variables["last"] == 44
    assert world.counts()["Work"] == 45


def test_sequential_instances_wait_one_after_the_other_until_enough() -> None:
    done = "<bpmn:completionCondition>=numberOfCompletedInstances &gt;= 2 or refused</bpmn:completionCondition>"
    process = compiled(around("userTask", USER + multi(True, done, **EACH)))
    world = World(process).start({"people": ["a", "b", "c"], "refused": False})
    assert [(w["elementId"], "person" in w["variables"]) for w in world.waits.values()] == [("Work", True)]
    world.answer("Work").answer("Work")
    assert world.status == "SUCCEEDED"
    assert world.counts()["Work"] == 2
    world = World(process).start({"people": ["a", "b", "c"]}).answer("Work", {"refused": True})
    assert world.counts()["Work"] == 1


@pytest.mark.parametrize("sequential", [True, False])
def test_what_is_no_list_is_an_incident(sequential: bool) -> None:
    world = World(compiled(around("userTask", USER + multi(sequential, **EACH)))).start({"people": "nobody"})
    assert world.open() == ["Work!"]
    world.resolve("Work", "retry", {"people": ["a"]}).answer("Work")
    assert world.status == "SUCCEEDED"


def test_instances_of_sub_processes_with_forks_and_instances_inside() -> None:
    inner = Drawing()
    inner.start("In"), inner.add("parallelGateway", "Fork"), inner.end("A_"), inner.end("B_")
    inner.add("userTask", "A", USER + multi(inputCollection="=person.jobs", inputElement="job"))
    inner.script("B", "b", "person.name")
    for source, target in (("In", "Fork"), ("Fork", "A"), ("Fork", "B"), ("A", "A_"), ("B", "B_")):
        inner.flow(source, target, flow_id=f"{source}_{target}")
    loop = multi(**EACH, outputCollection="all", outputElement="=b")
    world = World(compiled(around("subProcess", loop + "".join(inner.lines))))
    world.start({"people": [{"name": "x", "jobs": [1, 2]}, {"name": "y", "jobs": [3]}]})
    assert world.open() == ["A", "A", "A"]
    assert sorted(wait["sk"].rsplit("#", 1)[1] for wait in world.waits.values()) == ["0.0", "0.1", "1.0"]
    for wait in list(world.waits.values()):
        world._answer(wait, "A", {})
    assert world.variables["all"] == ["x", "y"]
    counts = world.counts()
    assert (counts["Work"], counts["A"], counts["B"], counts["In_Fork"], counts["f1"]) == (2, 3, 2, 2, 1)


def standard(condition: str = "", **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics{given}>{inside}</bpmn:standardLoopCharacteristics>"


@pytest.mark.parametrize(
    ("loop", "times"),
    [
        (standard("=n &lt; 3"), 3),
        (standard("=n &lt; 3", testBefore="true"), 3),
        (standard("=false"), 1),
        (standard("=false", testBefore="true"), 0),
        (standard("=true", loopMaximum="2"), 2),
        (standard(loopMaximum="2"), 2),
        (standard("=loopCounter &lt; 4"), 4),
    ],
)
def test_standard_loops(loop: str, times: int) -> None:
    world = World(compiled(around("scriptTask", script("n + 1", "n") + loop))).start({"n": 0})
    assert world.variables == {"n": times}
    assert world.counts()["Work"] == times


@pytest.mark.parametrize("test_before", ["true", "false"])
def test_conditions_that_only_the_function_can_evaluate_are_asked_before_each_turn(test_before: str) -> None:
    asked: list[Any] = []

    def feel(payload: Any) -> Any:
        asked.append(payload["input"]["context"]["n"])
        return {"values": [sqrt(asked[-1]) < 1.5]}

    d = around("scriptTask", script("n + 1", "n") + standard("=sqrt(n) &lt; 1.5", testBefore=test_before))
    assert World(compiled(d), {"dpc:feel": feel}).start({"n": 0}).variables == {"n": 3}
    assert asked == ([0, 1, 2, 3] if test_before == "true" else [1, 2, 3])


def test_loops_that_cannot_be_compiled() -> None:
    for loop in (standard("=true", loopMaximum="-1"), standard()):
        assert compile_bpmn(around("scriptTask", script("1", "n") + loop).bytes()).processes == ()


def test_an_error_of_one_instance_ends_all_and_leaves_nothing_behind() -> None:
    inner = Drawing()
    inner.start("In"), inner.user("Ask"), inner.add("exclusiveGateway", "Bad", default="fine"), inner.end("Fine")
    inner.add("endEvent", "Failed", error_definition("e"))
    for source, target, condition, name in (
        ("In", "Ask", "", "in"),
        ("Ask", "Bad", "", "asked"),
        ("Bad", "Failed", "=bad", "bad"),
        ("Bad", "Fine", "", "fine"),
    ):
        inner.flow(source, target, condition, name)
    outer = around("subProcess", multi(**EACH) + "".join(inner.lines))
    body = "".join(outer.lines).replace('id="Start"', 'id="Begin"').replace('"Start"', '"Begin"')
    d = Drawing()
    d.root("error", "e", errorCode="E")
    d.start(), d.end("Done"), d.end("Caught_"), d.user("Repair")
    body = body.replace('id="f1"', 'id="o1"').replace('id="f2"', 'id="o2"').replace('"End"', '"Out"')
    d.add("subProcess", "All", body), d.boundary("Caught", "All", error_definition("e"))
    d.chain("Start", "All", "Done"), d.chain("Caught", "Repair", "Caught_")
    platform = Platform([compiled(d)])
    arn = platform.start("process", {"people": ["a", "b"], "person": "outer"})
    platform.run().do("Ask", {"bad": True})
    assert [wait["elementId"] for wait in platform.open()] == ["Repair"]
    platform.do("Repair")
    assert platform.variables(arn) == {"people": ["a", "b"], "person": "outer", "bad": True}
