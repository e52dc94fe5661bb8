"""Sub-processes with variables of their own: mapped in, hidden from outside, mapped out."""

from datetime import timedelta

import pytest

from tests.state_machines.flow.drawing import Drawing, extension, io, message_definition, timer
from tests.state_machines.flow.test_multiple_events import left_nothing
from tests.state_machines.flow.test_scopes import mark, platform


def mapped(dialect: str, inputs: dict[str, str], outputs: dict[str, str]) -> str:
    if dialect == "camunda8":
        return extension(
            io(*(f"in {n} = ={v}" for n, v in inputs.items()), *(f"out {n} = ={v}" for n, v in outputs.items()))
        )
    written = [f'<camunda:inputParameter name="{n}">${{{v}}}</camunda:inputParameter>' for n, v in inputs.items()]
    written += [f'<camunda:outputParameter name="{n}">${{{v}}}</camunda:outputParameter>' for n, v in outputs.items()]
    return extension(f"<camunda:inputOutput>{''.join(written)}</camunda:inputOutput>")


def drawn(dialect: str, outputs: dict[str, str], boundary: str = "", **attributes: str) -> Drawing:
    """A sub-process with an own `x`, in which a user task stands."""
    d = Drawing(dialect)
    at = mark(d, "body")
    d.start("Begin"), d.user("Work"), d.end("Done")
    d.chain("Begin", "Work", "Done")
    body = "".join(d.lines[d.lines.index(at) + 1 :])
    d.lines = []
    d.add("subProcess", "Sub", mapped(dialect, {"x": "a + 1"}, outputs) + body)
    d.start(), d.user("After"), d.end()
    d.chain("Start", "Sub", "After", "End")
    if boundary:
        d.add("boundaryEvent", "Event", boundary, attachedToRef="Sub", **attributes)
        d.user("Then"), d.end("Left")
        d.chain("Event", "Then", "Left")
    return d


@pytest.mark.parametrize("dialect", ["camunda8", "camunda7"])
def test_what_is_mapped_in_is_seen_inside_alone_and_what_is_mapped_out_comes_back(dialect: str) -> None:
    world = platform(drawn(dialect, {"sum": "x + b"}))
    arn = world.start("process", {"a": 1, "x": "outer"})
    world.run()
    assert world.variables_of("Work") == {"a": 1, "x": 2}
    world.do("Work", {"b": 5, "x": 10})
    assert world.variables_of("After") == {"a": 1, "x": "outer", "b": 5, "sum": 15}
    world.do("After")
    assert (world.status(arn), world.completed(arn)["Sub"]) == ("completed", 1)


@pytest.mark.parametrize("dialect", ["camunda8", "camunda7"])
def test_who_leaves_early_leaves_the_own_variables_behind(dialect: str) -> None:
    world = platform(drawn(dialect, {"sum": "x"}, timer("PT1H")))
    world.start("process", {"a": 1, "x": "outer"})
    world.run().pass_time(timedelta(hours=2))
    assert world.variables_of("Then") == {"a": 1, "x": "outer"}


def test_an_error_leaves_the_own_variables_behind() -> None:
    d = Drawing()
    d.root("error", "E", errorCode="E")
    error = '<bpmn:errorEventDefinition errorRef="E"/>'
    at = mark(d, "body")
    d.start("Begin"), d.script("Set", "kept", "x"), d.add("endEvent", "Broken", error)
    d.chain("Begin", "Set", "Broken")
    body = "".join(d.lines[d.lines.index(at) + 1 :])
    d.lines = []
    d.add("subProcess", "Sub", mapped("camunda8", {"x": "a + 1"}, {}) + body)
    d.start(), d.end(), d.boundary("Event", "Sub", error), d.end("Left")
    d.chain("Start", "Sub", "End"), d.chain("Event", "Left")
    world = platform(d)
    arn = world.start("process", {"a": 1})
    world.run()
    assert (world.status(arn), world.variables(arn)) == ("completed", {"a": 1, "kept": 2})


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_an_event_sub_process_has_variables_of_its_own(interrupting: str) -> None:
    d = Drawing()
    name = d.message("go", "=1")
    at = mark(d, "handler")
    d.add("startEvent", "Go", message_definition(name), isInterrupting=interrupting)
    d.script("Set", "kept", "x + m"), d.script("Own", "x", "100"), d.end("Handled")
    d.chain("Go", "Set", "Own", "Handled")
    body = "".join(d.lines[d.lines.index(at) + 1 :])
    d.lines = []
    inside = mapped("camunda8", {"x": "a + 1"}, {"out": "x"}) + body
    d.add("subProcess", "Handler", inside, triggeredByEvent="true")
    d.start(), d.user("Work"), d.end()
    d.chain("Start", "Work", "End")
    world = platform(d)
    arn = world.start("process", {"a": 1, "x": "outer"})
    world.run().publish("go", "1", {"m": 5})
    world.run()
    if interrupting == "false":
        world.do("Work")
    assert world.status(arn) == "completed"
    assert world.variables(arn) == {"a": 1, "x": "outer", "m": 5, "kept": 7, "out": 100}
    assert left_nothing(world)


def test_each_instance_of_a_multi_instance_has_its_own() -> None:
    d = Drawing()
    at = mark(d, "body")
    d.start("Begin"), d.script("Add", "y", "x * 10"), d.end("Done")
    d.chain("Begin", "Add", "Done")
    body = "".join(d.lines[d.lines.index(at) + 1 :])
    d.lines = []
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=items" inputElement="item" outputCollection="all" outputElement="=z"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    d.add("subProcess", "Sub", mapped("camunda8", {"x": "item + 1", "z": "0"}, {"z": "y"}) + body + loop)
    d.start(), d.end()
    d.chain("Start", "Sub", "End")
    world = platform(d)
    arn = world.start("process", {"items": [1, 2]})
    world.run()
    assert world.status(arn) == "completed"
    assert world.variables(arn)["all"] == [20, 30]
    assert "x" not in world.variables(arn)
