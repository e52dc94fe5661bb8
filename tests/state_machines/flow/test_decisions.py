"""Business rule tasks as they run: inside the machine where that is faithful, else through the function."""

from typing import Any

import pytest

from state_machines.compilation import CompiledProcess
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import Diagnostic, has_errors
from state_machines.dmn import read_dmn
from state_machines.library import Library
from state_machines.scenarios import Expectation, Scenario, run_scenario
from tests.state_machines.flow.drawing import Drawing, extension, io
from tests.state_machines.flow.world import World


def table(policy: str, outputs: tuple[str, ...], *rules: tuple[str, ...]) -> Library:
    columns = "".join(f'<output id="o{name}" name="{name}"/>' for name in outputs)
    rows = "".join(
        f'<rule id="r{i}"><inputEntry id="i{i}"><text>{test}</text></inputEntry>'
        + "".join(f'<outputEntry id="e{i}_{j}"><text>{v}</text></outputEntry>' for j, v in enumerate(values))
        + "</rule>"
        for i, (test, *values) in enumerate(rules)
    )
    source = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        f'<decision id="grade" name="Grade"><decisionTable id="t" hitPolicy="{policy}">'
        f'<input id="i"><inputExpression id="x"><text>x</text></inputExpression></input>{columns}{rows}'
        "</decisionTable></decision></definitions>"
    )
    return Library(decisions={"grade": read_dmn(source.encode())})


ONE = table("FIRST", ("mark",), ("&lt; 5", '"low"'), ("&lt; 10", '"high"'))
TWO = table("UNIQUE", ("mark", "fee"), ("&lt; 5", '"low"', "1"), ("[5..10)", '"high"', "2"))
MANY = table("COLLECT", ("mark",), ("&lt; 5", '"low"'), ("&lt; 10", '"high"'))
SUM = table('COLLECT" aggregation="SUM', ("mark",), ("&lt; 5", "1"), ("&lt; 10", "2"))
HARD = table("FIRST", ("mark",), ("&lt; 5", "x * 2"), ("&lt; 10", '"high"'))


def camunda7(mapping: str, decision: str = "grade", **attributes: str) -> Drawing:
    d = Drawing("camunda7")
    mapped = {"camunda__mapDecisionResult": mapping} if mapping else {}
    called = {"camunda__decisionRef": decision, "camunda__resultVariable": "out"}
    d.start(), d.end()
    d.add("businessRuleTask", "Grade", **called, **mapped, **attributes)
    d.chain("Start", "Grade", "End")
    return d


def compiled(drawing: Drawing, library: Library) -> CompiledProcess:
    compilation = compile_bpmn(drawing.bytes(), library=library)
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    return compilation.processes[0]


MAPPED = pytest.mark.parametrize(
    ("library", "mapping", "x", "out"),
    [
        (ONE, "singleEntry", 3, "low"),
        (ONE, "singleEntry", 30, None),
        (ONE, "singleResult", 7, {"mark": "high"}),
        (ONE, "singleResult", 30, None),
        (ONE, "collectEntries", 3, ["low"]),
        (ONE, "collectEntries", 30, []),
        (ONE, "", 3, [{"mark": "low"}]),
        (TWO, "singleResult", 3, {"mark": "low", "fee": 1}),
        (TWO, "resultList", 7, [{"mark": "high", "fee": 2}]),
        (TWO, "resultList", 30, []),
        (MANY, "collectEntries", 3, ["low", "high"]),
        (MANY, "collectEntries", 7, ["high"]),
        (MANY, "resultList", 3, [{"mark": "low"}, {"mark": "high"}]),
        (MANY, "resultList", 7, [{"mark": "high"}]),
        (MANY, "resultList", 30, []),
        (SUM, "singleEntry", 3, 3),
    ],
)


@MAPPED
def test_camunda_7_maps_results(library: Library, mapping: str, x: int, out: Any) -> None:
    world = World(compiled(camunda7(mapping), library)).start({"x": x})
    assert world.variables == {"x": x, "out": out}
    assert world.calls == []
    assert world.walk() == ["Start", "f1", "Grade", "f2", "End"]


@pytest.mark.parametrize(
    ("library", "mapping"), [(MANY, "singleEntry"), (MANY, "singleResult"), (TWO, "collectEntries")]
)
def test_a_mapping_that_cannot_be_is_refused(library: Library, mapping: str) -> None:
    (found,) = compile_bpmn(camunda7(mapping).bytes(), library=library).diagnostics
    assert (found.code, found.severity, found.element_id) == ("FLOW-046", "error", "Grade")


def test_camunda_8_takes_the_value_and_maps_outputs() -> None:
    d = Drawing()
    called = '<zeebe:calledDecision decisionId="grade" resultVariable="out"/>'
    d.start(), d.end()
    d.add("businessRuleTask", "Grade", extension(called + io("in x = =y + 1", "out fee = =out.fee")))
    d.chain("Start", "Grade", "End")
    world = World(compiled(d, TWO)).start({"y": 2})
    assert world.variables["fee"] == 1
    assert "x" not in world.variables


def test_what_cannot_run_inside_goes_through_the_function() -> None:
    process = compiled(camunda7("singleEntry"), HARD)
    assert [e["verdict"] for e in process.report["expressions"]] == ["function"]
    world = World(process, {"dpc:decision": lambda payload: {"value": 6, "matchedRules": ["r"]}}).start({"x": 3})
    assert world.variables == {"x": 3, "out": 6}
    given = world.calls[0]["input"]
    assert (given["decisionId"], given["variables"]["x"]) == ("grade", 3)


def test_a_decision_that_an_expression_names_is_asked_of_the_function() -> None:
    drawing = Drawing()
    drawing.add("startEvent", "S")
    called = '<zeebe:calledDecision decisionId="=&quot;gra&quot; + rest" resultVariable="out"/>'
    drawing.add("businessRuleTask", "Grade", f"<bpmn:extensionElements>{called}</bpmn:extensionElements>")
    drawing.add("endEvent", "E")
    drawing.chain("S", "Grade", "E")
    (process,) = compile_bpmn(drawing.bytes()).processes
    world = World(process, {"dpc:decision": lambda payload: {"value": {"a": 6}, "matchedRules": []}})
    world.start({"rest": "de"})
    assert world.variables == {"rest": "de", "out": {"a": 6}}
    assert world.calls[0]["input"]["decisionId"] == "grade"


def played(drawing: Drawing, library: Library, expect: Expectation, **variables: Any) -> tuple[str, ...]:
    """What differs when the decisions are made for real."""
    process = compiled(drawing, library)
    return run_scenario(
        Scenario("s", process.id, variables=variables, expect=expect), process, library.decisions
    ).failures


@MAPPED
@pytest.mark.parametrize("version", [{}, {"camunda__decisionRefBinding": "version"}])
def test_a_computed_decision_is_mapped_as_a_fixed_one(
    library: Library, mapping: str, x: int, out: Any, version: dict[str, str]
) -> None:
    number = {"camunda__decisionRefVersion": "${n}"} if version else {}
    drawing = camunda7(mapping, "grade" if version else "${which}", **version, **number)
    end = Expectation(status="completed", variables={"out": out})
    assert played(drawing, library, end, x=x, which="grade", n=2) == ()


@pytest.mark.parametrize(
    ("library", "mapping"),
    [(MANY, "singleEntry"), (MANY, "singleResult"), (TWO, "singleEntry"), (TWO, "collectEntries")],
)
def test_a_computed_decision_that_cannot_give_what_is_asked_is_an_incident(library: Library, mapping: str) -> None:
    incident = Expectation(status="incident", absent=("out",))
    assert played(camunda7(mapping, "${which}"), library, incident, x=3, which="grade") == ()


@pytest.mark.parametrize(("library", "x", "ok"), [(ONE, 3, True), (MANY, 7, True), (MANY, 3, False)])
def test_output_mappings_see_the_rows_of_a_computed_decision(library: Library, x: int, ok: bool) -> None:
    single = "<camunda:outputParameter name='mark'>${decisionResult.getSingleResult().mark}</camunda:outputParameter>"
    inside = f"<camunda:inputOutput>{single}</camunda:inputOutput>"
    d = Drawing("camunda7")
    d.start(), d.end(), d.add("businessRuleTask", "Grade", extension(inside), camunda__decisionRef="${which}")
    d.chain("Start", "Grade", "End")
    end = Expectation(
        status="completed" if ok else "incident",
        variables={"mark": "low" if x < 5 else "high"} if ok else {},
        absent=("decisionResult", "decisionResult.getSingleResult()"),
    )
    assert played(d, library, end, x=x, which="grade") == ()


def test_an_unknown_decision_is_refused_with_its_line() -> None:
    found: list[Diagnostic] = list(compile_bpmn(camunda7("singleEntry").bytes()).diagnostics)
    assert [(d.code, d.element_id) for d in found] == [("FLOW-041", "Grade")]
    assert found[0].line > 0
