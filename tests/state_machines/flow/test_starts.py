"""Processes that several things start: start events, receive tasks, event-based gateways."""

from typing import Any

import pytest

from tests.state_machines.flow.drawing import Drawing, message_definition, signal_definition
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_conditions import condition
from tests.state_machines.flow.test_multiple_events import left_nothing, opened
from tests.state_machines.flow.test_scopes import platform


def passed(world: Platform, arn: str) -> set[str]:
    return {element for element, state in world.passages(arn) if state == "completed"}


def only(world: Platform) -> str:
    (arn,) = world.executions
    return arn


def several() -> Drawing:
    d = Drawing()
    name, signal = d.message("go"), d.root("signal", "s_all", name="all")
    d.start("Plain"), d.add("startEvent", "Go", message_definition(name))
    d.add("startEvent", "All", signal_definition(signal)), d.add("startEvent", "If", condition("x &gt; 1"))
    for start in ("Plain", "Go", "All", "If"):
        d.user(f"After{start}")
        d.chain(start, f"After{start}", "Merge")
    d.add("exclusiveGateway", "Merge"), d.end()
    d.chain("Merge", "End")
    return d


@pytest.mark.parametrize("by", ["Plain", "Go", "All"])
def test_each_trigger_starts_at_its_own_start_event(by: str) -> None:
    world = platform(several())
    if by == "Plain":
        world.start("process", {"x": 2})
    elif by == "Go":
        world.publish("go", "", {"x": 2})
    else:
        world.broadcast("all", {"x": 2})
    world.run()
    assert opened(world) == [f"After{by}"]
    arn = only(world)
    world.do(f"After{by}")
    assert (world.status(arn), world.variables(arn)) == ("completed", {"x": 2})
    assert passed(world, arn) == {by, f"After{by}", "Merge", "End"}


@pytest.mark.parametrize(("x", "start"), [(2, "If"), (0, "Go")])
def test_without_a_plain_start_event_a_condition_decides(x: int, start: str) -> None:
    d = Drawing()
    d.add("startEvent", "Go", message_definition(d.message("go"))), d.end("AtGo")
    d.add("startEvent", "If", condition("x &gt; 1")), d.end("AtIf")
    d.chain("Go", "AtGo"), d.chain("If", "AtIf")
    world = platform(d)
    arn = world.start("process", {"x": x})
    world.run()
    assert passed(world, arn) == {start, f"At{start}"}


def test_a_receive_task_may_start_the_process() -> None:
    d = Drawing()
    d.add("receiveTask", "Order", messageRef=d.message("order"), instantiate="true"), d.user("Work"), d.end()
    d.chain("Order", "Work", "End")
    world = platform(d)
    world.publish("order", "", {"n": 1})
    world.run()
    arn = only(world)
    world.do("Work")
    assert (world.status(arn), world.variables(arn)) == ("completed", {"n": 1})
    assert passed(world, arn) == {"Order", "Work", "End"}


def gateway(**attributes: str) -> Drawing:
    d = Drawing()
    one, other = message_definition(d.message("one")), message_definition(d.message("other"))
    d.add("eventBasedGateway", "Which", instantiate="true", **attributes)
    for element, definition in {"One": one, "Other": other}.items():
        d.add("intermediateCatchEvent", element, definition), d.user(f"After{element}"), d.end(f"End{element}")
        d.chain("Which", element, f"After{element}", f"End{element}")
    return d


@pytest.mark.parametrize("first", ["One", "Other"])
def test_a_gateway_starts_the_process_by_whichever_event_comes(first: str) -> None:
    world = platform(gateway())
    world.publish(first.lower(), "", {"n": 1})
    world.run()
    arn = only(world)
    assert opened(world) == [f"After{first}"]
    world.do(f"After{first}")
    assert (world.status(arn), passed(world, arn)) == (
        "completed",
        {"Which", first, f"After{first}", f"End{first}"},
    )


@pytest.mark.parametrize("order", [("One", "Other"), ("Other", "One")])
def test_a_parallel_gateway_waits_for_the_other_events(order: tuple[str, str]) -> None:
    first, second = order
    world = platform(gateway(eventGatewayType="Parallel"))
    world.publish(first.lower(), "", {"n": 1})
    world.run()
    arn = only(world)
    assert sorted(opened(world)) == sorted([f"After{first}", second])
    world.publish(second.lower(), "", {"m": 2})
    world.run().do("AfterOne").do("AfterOther")
    assert (world.status(arn), world.variables(arn), left_nothing(world)) == ("completed", {"n": 1, "m": 2}, True)
    assert len(world.executions) == 1


def test_a_parallel_multiple_start_event_waits_for_what_has_not_come() -> None:
    d = Drawing()
    definitions = message_definition(d.message("one")) + signal_definition(d.root("signal", "s_all", name="all"))
    d.add("startEvent", "Both", definitions, parallelMultiple="true"), d.user("Work"), d.end()
    d.chain("Both", "Work", "End")
    throws: dict[str, Any] = {"one": lambda w: w.publish("one", "", {"n": 1}), "all": lambda w: w.broadcast("all")}
    for first, second in (("one", "all"), ("all", "one")):
        world = platform(d)
        throws[first](world)
        world.run()
        arn = only(world)
        assert opened(world) != ["Work"]
        throws[second](world)
        world.run()
        assert opened(world)[-1] == "Work"
        world.do("Work")
        assert (world.status(arn), world.completed(arn)["Both"]) == ("completed", 1)
