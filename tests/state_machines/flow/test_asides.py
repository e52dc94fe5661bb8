"""Handlers that wait beside what goes on: each event starts one; its scope waits for them, the activity does not."""

from datetime import timedelta

import pytest

from tests.state_machines.flow.drawing import Drawing, message_definition, signal_definition, timer
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_scopes import mark, platform, scope

CYCLE = "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT10M</bpmn:timeCycle></bpmn:timerEventDefinition>"
MINUTES = timedelta(minutes=11)


def open_(world: Platform) -> list[str]:
    return [wait["elementId"] for wait in world.open()]


def beside(d: Drawing, definition: str) -> Drawing:
    """Start, Work with an event beside it, After, End; the event leads to Remind."""
    d.start(), d.user("Work"), d.user("After"), d.end(), d.user("Remind"), d.end("Reminded")
    d.add("boundaryEvent", "Tick", definition, attachedToRef="Work", cancelActivity="false")
    d.chain("Start", "Work", "After", "End"), d.chain("Tick", "Remind", "Reminded")
    return d


def ended(world: Platform, arn: str) -> dict[str, object]:
    assert world.status(arn) == "completed", open_(world)
    assert world.tables["waits"] == {}
    assert not [key for key in world.tables["messages"] if key[1].startswith("SUB#")]
    assert all(world.simulator.describe(each).status == "SUCCEEDED" for each in world.executions)
    return world.variables(arn)


def test_a_cycle_starts_a_handler_each_time_and_the_flow_does_not_wait_for_them() -> None:
    world = platform(beside(Drawing(), CYCLE))
    arn = world.start("process", {"a": 1})
    world.run().pass_time(MINUTES)
    assert open_(world) == ["Work", "Remind"]
    world.pass_time(MINUTES)
    assert sorted(open_(world)) == ["Remind", "Remind", "Work"]
    world.do("Remind", {"first": 1}).do("Work", {"w": 1})
    assert sorted(open_(world)) == ["After", "Remind"]
    world.pass_time(timedelta(hours=9)).do("After", {"x": 1})
    assert (world.status(arn), open_(world)) == ("active", ["Remind"])
    world.do("Remind", {"second": 2})
    assert ended(world, arn) == {"a": 1, "first": 1, "second": 2, "w": 1, "x": 1}


def test_handlers_that_end_before_the_scope_leave_their_changes() -> None:
    world = platform(beside(Drawing(), timer("PT10M")))
    arn = world.start("process", {"a": 1})
    world.run().pass_time(MINUTES).do("Remind", {"a": 2}).do("Work").do("After")
    assert ended(world, arn) == {"a": 2}
    again = world.start("process", {"a": 1})
    world.run().do("Work").do("After")
    assert ended(world, again) == {"a": 1}


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_events_of_one_moment_start_handlers_of_their_own(kind: str) -> None:
    d = Drawing()
    name = d.message("note", "=1") if kind == "message" else d.root("signal", "s", name="note")
    world = platform(beside(d, message_definition(name) if kind == "message" else signal_definition(name)))
    arn = world.start("process", {"a": 1})
    world.run()
    for text in ("one", "two"):
        world.publish("note", "1", {text: True}) if kind == "message" else world.broadcast("note", {text: True})
        world.run()
    assert sorted(open_(world)) == ["Remind", "Remind", "Work"]
    world.do("Work").do("Remind").do("Remind").do("After")
    assert ended(world, arn) == {"a": 1, "one": True, "two": True}
    assert sum(world.completed(each)["Remind"] for each in world.executions) == 2


@pytest.mark.parametrize("inside", [True, False])
def test_an_event_sub_process_still_hears_while_its_handlers_are_open(inside: bool) -> None:
    d = Drawing()
    note = d.message("note", "=1")
    at = mark(d, "body")
    handler = mark(d, "handler")
    d.add("startEvent", "Note", message_definition(note), isInterrupting="false"), d.user("Read"), d.end("Done")
    d.chain("Note", "Read", "Done"), scope(d, "Handler", handler, triggeredByEvent="true")
    d.start("Begin"), d.user("Work"), d.end("Ready"), d.chain("Begin", "Work", "Ready")
    if inside:
        scope(d, "Sub", at), d.start(), d.end(), d.chain("Start", "Sub", "End")
    else:
        d.lines.remove("body")
    world = platform(d)
    arn = world.start("process", {"a": 1})
    world.run().publish("note", "1", {"n": 1})
    world.run().do("Work")
    assert open_(world) == ["Read"]
    world.publish("note", "1", {"n": 2})
    world.run()
    assert open_(world) == ["Read", "Read"]
    world.do("Read", {"r": 1}).pass_time(MINUTES).do("Read", {"r": 2})
    assert ended(world, arn) == {"a": 1, "n": 2, "r": 2}
    assert sum(world.completed(each)["Handler"] for each in world.executions) == 2


def test_a_handler_may_have_a_handler_and_the_flow_may_fork() -> None:
    d = Drawing()
    beside(d, timer("PT10M"))
    d.user("Escalate"), d.end("Escalated"), d.chain("Later", "Escalate", "Escalated")
    d.add("boundaryEvent", "Later", timer("PT10M"), attachedToRef="Remind", cancelActivity="false")
    d.add("parallelGateway", "Fork"), d.user("Side"), d.end("SideEnd"), d.chain("After", "Fork", "Side", "SideEnd")
    d.end("Other"), d.flow("Fork", "Other")
    world = platform(d)
    arn = world.start("process", {"a": 1})
    world.run().pass_time(MINUTES).pass_time(MINUTES)
    assert open_(world) == ["Work", "Remind", "Escalate"]
    world.do("Work").do("After").do("Side").do("Remind", {"r": 1})
    assert (world.status(arn), open_(world)) == ("active", ["Escalate"])
    world.do("Escalate", {"e": 1})
    assert ended(world, arn) == {"a": 1, "r": 1, "e": 1}


def test_a_scope_that_is_interrupted_ends_its_open_handlers() -> None:
    d = Drawing()
    at = mark(d, "body")
    beside(d, CYCLE), scope(d, "Sub", at)
    d.start("First"), d.end("Last"), d.boundary("Late", "Sub", timer("PT25M")), d.user("Mend"), d.end("Mended")
    d.chain("First", "Sub", "Last"), d.chain("Late", "Mend", "Mended")
    world = platform(d)
    arn = world.start("process", {"a": 1})
    world.run().pass_time(timedelta(minutes=24))
    assert sorted(open_(world)) == ["Remind", "Remind", "Work"]
    world.do("Work")
    world.pass_time(timedelta(minutes=2))
    assert open_(world) == ["Mend"]
    world.do("Mend")
    assert (world.status(arn), world.tables["waits"]) == ("completed", {})
    states = [world.simulator.describe(each).status for each in world.executions]
    assert sorted(states) == ["ABORTED", "ABORTED", "SUCCEEDED"]


@pytest.mark.parametrize("inside", [True, False])
def test_a_terminate_end_event_ends_open_handlers_too(inside: bool) -> None:
    d = Drawing()
    at = mark(d, "body")
    beside(d, CYCLE)
    d.lines = [line.replace('id="End">', 'id="End"><bpmn:terminateEventDefinition/>') for line in d.lines]
    if inside:
        scope(d, "Sub", at), d.start("First"), d.user("Then"), d.end("Last"), d.chain("First", "Sub", "Then", "Last")
    else:
        d.lines.remove("body")
    world = platform(d)
    arn = world.start("process", {"a": 1})
    world.run().pass_time(MINUTES).do("Work", {"w": 1}).do("After")
    assert open_(world) == (["Then"] if inside else [])
    if inside:
        world.do("Then")
    assert (world.status(arn), world.variables(arn), world.tables["waits"]) == ("completed", {"a": 1, "w": 1}, {})
