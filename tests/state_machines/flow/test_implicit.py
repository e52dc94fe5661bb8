"""What BPMN means without drawing it: conditions behind activities, links, several beginnings, ad-hoc sub-processes."""

import pytest

from state_machines.compile import compile_bpmn
from tests.state_machines.flow.drawing import Drawing, extension, signal_definition
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.world import World


def conditional(default: bool) -> Drawing:
    d = Drawing()
    d.start(), d.end("A_"), d.end("B_"), d.end("C_"), d.user("A"), d.user("B"), d.user("C")
    d.add("manualTask", "Work", **({"default": "else"} if default else {}))
    d.chain("Start", "Work"), d.flow("Work", "A", "=x &gt; 1", "ifA"), d.flow("Work", "B", "=x &gt; 2", "ifB")
    d.flow("Work", "C", "", "else")
    d.chain("A", "A_"), d.chain("B", "B_"), d.chain("C", "C_")
    return d


@pytest.mark.parametrize(
    ("default", "x", "waits"),
    [
        (True, 3, ["A", "B"]),
        (True, 2, ["A"]),
        (True, 0, ["C"]),
        (False, 3, ["A", "B", "C"]),
        (False, 0, ["C"]),
        (True, None, ["C"]),
    ],
)
def test_each_condition_behind_an_activity_counts(default: bool, x: int | None, waits: list[str]) -> None:
    world = World(compiled(conditional(default))).start({"x": x})
    assert world.open() == waits
    for wait in waits:
        world.answer(wait)
    assert world.status == "SUCCEEDED"
    assert world.counts()["Work"] == 1


def test_a_link_goes_on_where_it_is_caught() -> None:
    d = Drawing()
    d.start(), d.end(), d.user("Work")
    d.add("intermediateThrowEvent", "Away", '<bpmn:linkEventDefinition name="L"/>')
    d.add("intermediateCatchEvent", "Here", '<bpmn:linkEventDefinition name="L"/>')
    d.chain("Start", "Away"), d.chain("Here", "Work", "End")
    world = World(compiled(d)).start().answer("Work")
    assert world.walk() == ["Start", "f1", "Away", "Here", "f2", "Work", "f3", "End"]


@pytest.mark.parametrize("ordering", ["Parallel", "Sequential"])
def test_ad_hoc_sub_processes_run_each_activity_once(ordering: str) -> None:
    d = Drawing()
    d.start(), d.end()
    inside = "".join(f'<bpmn:userTask id="{n}">{extension("<zeebe:userTask/>")}</bpmn:userTask>' for n in "AB")
    d.add("adHocSubProcess", "Any", inside, ordering=ordering)
    d.chain("Start", "Any", "End")
    process = compiled(d)
    assert list(process.source_map["elements"]) == ["Start", "Any", "A", "B", "End"]
    world = World(process).start()
    assert world.open() == (["A", "B"] if ordering == "Parallel" else ["A"])
    world.answer("A").answer("B")
    assert (world.status, world.counts()["Any"]) == ("SUCCEEDED", 1)


def test_what_takes_no_time_cannot_be_interrupted() -> None:
    d = Drawing()
    d.root("signal", "s", name="go")
    d.start(), d.script("Work", "n", "1"), d.boundary("Never", "Work", signal_definition("s")), d.end(), d.end("Other")
    d.chain("Start", "Work", "End"), d.chain("Never", "Other")
    compilation = compile_bpmn(d.bytes())
    assert [(found.code, found.severity) for found in compilation.diagnostics] == [("FLOW-052", "warning")]
    assert World(compilation.processes[0]).start().status == "SUCCEEDED"
