"""Conditional events: evaluated when they are reached, and whenever a variable that they read is written."""

from datetime import timedelta

import pytest

from tests.state_machines.flow.drawing import Drawing, message_definition, signal_definition, timer
from tests.state_machines.flow.test_multiple_events import left_nothing, opened
from tests.state_machines.flow.test_scopes import mark, platform, scope


def condition(expression: str, dialect: str = "camunda8") -> str:
    text = f"={expression}" if dialect == "camunda8" else f"${{{expression}}}"
    return (
        "<bpmn:conditionalEventDefinition><bpmn:condition "
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="bpmn:tFormalExpression">{text}'
        "</bpmn:condition></bpmn:conditionalEventDefinition>"
    )


def test_a_condition_that_is_true_when_reached_lets_the_token_pass() -> None:
    d = Drawing()
    d.start(), d.add("intermediateCatchEvent", "Until", condition("x &gt; 5")), d.end()
    d.chain("Start", "Until", "End")
    world = platform(d)
    arn = world.start("process", {"x": 6})
    world.run()
    assert (world.status(arn), world.completed(arn)["Until"]) == ("completed", 1)
    waiting = world.start("process", {"x": 5})
    world.run()
    assert (world.status(waiting), opened(world)) == ("active", ["Until"])
    world.write(waiting, x=4, y=9)
    assert opened(world) == ["Until"]
    world.write(waiting, x=7)
    assert (world.status(waiting), world.variables(waiting), left_nothing(world)) == ("completed", {"x": 7}, True)
    assert world.passages(waiting).count(("Until", "completed")) == 1


@pytest.mark.parametrize("first", ["writer", "catch"])
@pytest.mark.parametrize("dialect", ["camunda8", "camunda7"])
def test_a_branch_waits_for_what_others_write(dialect: str, first: str) -> None:
    d = Drawing(dialect)
    d.start(), d.add("parallelGateway", "Fork"), d.user("A"), d.user("B"), d.user("C"), d.end("E1"), d.end("E2")
    both = "x == 1 &amp;&amp; y == 2" if dialect == "camunda7" else "x = 1 and y = 2"
    d.add(
        "intermediateCatchEvent",
        "Until",
        condition(both, dialect),
    )
    d.end("E3")
    d.chain("Start", "Fork", "A", "E1"), d.chain("Fork", "B", "E2"), d.chain("Fork", "C", "Until", "E3")
    world = platform(d)
    arn = world.start("process", {"z": 0})
    world.run()
    if first == "catch":
        world.do("C").do("A", {"x": 1})
        assert opened(world) == ["B", "Until"]
        world.do("B", {"y": 2})
    else:
        world.do("A", {"x": 1}).do("B", {"y": 2})
        assert opened(world) == ["C"]
        world.do("C")
    assert (world.status(arn), world.variables(arn)) == ("completed", {"x": 1, "y": 2, "z": 0})
    assert left_nothing(world)


def around(definition: str, place: str, **attributes: str) -> Drawing:
    """A sub-process of two user tasks; the event leads over a script to its own end."""
    d = Drawing()
    at = mark(d, "body")
    if place == "start":
        handler = mark(d, "handler")
        interrupts = attributes.get("cancelActivity", "true")
        (
            d.add("startEvent", "Event", definition, isInterrupting=interrupts),
            d.script("Then", "seen", "x"),
            d.end("Handled"),
        )
        d.chain("Event", "Then", "Handled")
        scope(d, "Handler", handler, triggeredByEvent="true")
    d.start("Begin"), d.user("A"), d.script("S", "s", "1"), d.user("B"), d.end("Done")
    d.chain("Begin", "A", "S", "B", "Done")
    scope(d, "Sub", at)
    d.start(), d.end()
    d.chain("Start", "Sub", "End")
    if place == "boundary":
        d.add("boundaryEvent", "Event", definition, attachedToRef="Sub", **attributes)
        d.script("Then", "seen", "x"), d.end("Left")
        d.chain("Event", "Then", "Left")
    return d


@pytest.mark.parametrize("place", ["boundary", "start"])
def test_who_writes_is_interrupted_before_anything_else_runs(place: str) -> None:
    world = platform(around(condition("x = 1"), place))
    arn = world.start("process", {"x": 0})
    world.run().do("A", {"x": 1})
    assert (world.status(arn), world.variables(arn), left_nothing(world)) == ("completed", {"x": 1, "seen": 1}, True)
    passed = dict(world.passages(arn))
    assert (passed["A"], passed["Event"], "S" in passed) == ("completed", "completed", False)
    assert passed["Sub"] == ("cancelled" if place == "boundary" else "completed")


@pytest.mark.parametrize("place", ["boundary", "start"])
def test_an_operator_interrupts_from_outside(place: str) -> None:
    world = platform(around(condition("x = 1"), place))
    arn = world.start("process", {"x": 0})
    world.run().do("A").write(arn, x=1)
    assert (world.status(arn), left_nothing(world)) == ("completed", True)
    assert world.variables(arn) == {"x": 1, "seen": 1, "s": 1}


@pytest.mark.parametrize("place", ["boundary", "start"])
def test_a_condition_that_is_true_already_never_lets_the_body_begin(place: str) -> None:
    world = platform(around(condition("x = 1"), place))
    arn = world.start("process", {"x": 1})
    world.run()
    assert (world.status(arn), world.variables(arn), left_nothing(world)) == ("completed", {"x": 1, "seen": 1}, True)
    assert {("Sub", "cancelled" if place == "boundary" else "completed"), ("Event", "completed")} <= set(
        world.passages(arn)
    )


@pytest.mark.parametrize("place", ["boundary", "start"])
def test_a_non_interrupting_condition_is_met_once_for_each_writing(place: str) -> None:
    world = platform(around(condition("x &gt; 0"), place, cancelActivity="false"))
    arn = world.start("process", {"x": 0})
    world.run().do("A", {"x": 1})
    assert (opened(world), world.completed(arn)["Then"]) == (["B"], 1)
    world.write(arn, x=2)
    assert (opened(world), world.completed(arn)["Then"]) == (["B"], 2)
    world.write(arn, x=0)
    world.do("B", {"x": 3})
    assert (world.status(arn), world.completed(arn)["Then"], left_nothing(world)) == ("completed", 3, True)


def test_a_condition_on_a_task_interrupts_it() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.end(), d.boundary("Event", "Work", condition("x = 1")), d.end("Left")
    d.chain("Start", "Work", "End"), d.chain("Event", "Left")
    for given, writes in ((0, True), (1, False)):
        world = platform(d)
        arn = world.start("process", {"x": given})
        world.run()
        if writes:
            assert opened(world) == ["Work"]
            world.write(arn, x=1)
        assert (world.status(arn), left_nothing(world)) == ("completed", True)
        assert {("Work", "cancelled"), ("Left", "completed")} <= set(world.passages(arn))


def gateway() -> Drawing:
    d = Drawing()
    name, signal = d.message("go", "=1"), d.root("signal", "s_all", name="all")
    d.start(), d.add("eventBasedGateway", "Which")
    for element, definition in {
        "If": condition("x = 1"),
        "Go": message_definition(name),
        "All": signal_definition(signal),
        "Late": timer("PT1H"),
    }.items():
        d.add("intermediateCatchEvent", element, definition), d.end(f"After{element}")
        d.chain("Which", element, f"After{element}")
    d.chain("Start", "Which")
    return d


@pytest.mark.parametrize("first", ["If", "Go", "All", "Late"])
@pytest.mark.parametrize("woken", [False, True])
def test_a_condition_behind_an_event_based_gateway(first: str, woken: bool) -> None:
    world = platform(gateway())
    arn = world.start("process", {"x": 0})
    world.run().pass_time(timedelta(minutes=40))
    if woken:
        world.write(arn, x=2)
    {
        "If": lambda: world.write(arn, x=1),
        "Go": lambda: world.publish("go", "1"),
        "All": lambda: world.broadcast("all"),
        "Late": lambda: world.pass_time(timedelta(minutes=21)),
    }[first]()
    world.run()
    assert (world.status(arn), world.completed(arn)[f"After{first}"], left_nothing(world)) == ("completed", 1, True)
    assert (world.completed(arn)["Which"], world.completed(arn)[first]) == (1, 1)


def test_a_condition_behind_a_gateway_may_be_true_already() -> None:
    world = platform(gateway())
    arn = world.start("process", {"x": 1})
    world.run()
    assert (world.status(arn), world.completed(arn)["AfterIf"], world.completed(arn)["Which"]) == ("completed", 1, 1)


def test_a_condition_among_others_that_must_all_come() -> None:
    d = Drawing()
    name = d.message("go", "=1")
    d.start(), d.end()
    d.add("intermediateCatchEvent", "All", condition("x = 1") + message_definition(name), parallelMultiple="true")
    d.user("Work"), d.end("Early")
    d.add(
        "boundaryEvent",
        "Both",
        condition("x = 2") + message_definition(name),
        attachedToRef="Work",
        parallelMultiple="true",
    )
    d.chain("Start", "All", "Work", "End"), d.chain("Both", "Early")
    world = platform(d)
    arn = world.start("process", {"x": 1})
    world.run().publish("go", "1")
    assert opened(world.run()) == ["Work"]
    world.publish("go", "1")
    assert opened(world.run()) == ["Work"]
    world.write(arn, x=2)
    assert (world.status(arn), world.completed(arn)["Early"], left_nothing(world)) == ("completed", 1, True)


def test_a_condition_of_camunda_7_may_name_the_variable_that_wakes_it() -> None:
    d = Drawing("camunda7")
    woken = condition("x == 1", "camunda7").replace("EventDefinition>", 'EventDefinition camunda:variableName="go">', 1)
    d.start(), d.user("Work"), d.end(), d.boundary("Event", "Work", woken), d.end("Left")
    d.chain("Start", "Work", "End"), d.chain("Event", "Left")
    world = platform(d)
    arn = world.start("process", {"x": 0})
    world.run()
    world.write(arn, x=1)
    assert opened(world) == ["Work"]
    world.write(arn, go=True)
    assert (world.status(arn), world.completed(arn)["Left"]) == ("completed", 1)
