"""Scopes that are left early: errors, escalations, terminations, and events that interrupt sub-processes."""

from datetime import timedelta

import pytest

from state_machines.asl.lint import lint
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from tests.state_machines.flow.drawing import (
    Drawing,
    error_definition,
    message_definition,
    signal_definition,
    timer,
)
from tests.state_machines.flow.platform import BpmnError, Platform


def inside(*lines: str) -> str:
    """The content of a sub-process."""
    return "".join(lines)


def scope(d: Drawing, element_id: str, draw: str, tag: str = "subProcess", **attributes: str) -> str:
    """Takes the lines drawn since the mark `draw` into a sub-process."""
    at = d.lines.index(draw)
    body, d.lines[at:] = d.lines[at + 1 :], []
    return d.add(tag, element_id, "".join(body), **attributes)


def mark(d: Drawing, name: str) -> str:
    d.lines.append(name)
    return name


def platform(d: Drawing, **functions: object) -> Platform:
    compilation = compile_bpmn(d.bytes())
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    for process in compilation.processes:
        assert lint(process.machines["main"]) == ()
    return Platform(compilation.processes, functions)  # type: ignore[arg-type]


def order(boundary: str, definition: str, **attributes: str) -> Drawing:
    """Start, a sub-process of Pick and Pack, End; a boundary event leads over Rescue to its own end."""
    d = Drawing()
    at = mark(d, "body")
    d.start("Begin"), d.user("Pick"), d.user("Pack"), d.end("Done")
    d.chain("Begin", "Pick", "Pack", "Done")
    scope(d, "Sub", at)
    d.start(), d.end(), d.user("Rescue"), d.end("Saved")
    d.add("boundaryEvent", boundary, definition, attachedToRef="Sub", **attributes)
    d.chain("Start", "Sub", "End"), d.chain(boundary, "Rescue", "Saved")
    return d


def test_a_timer_on_a_sub_process_interrupts_it_and_keeps_what_it_knew() -> None:
    world = platform(order("Late", timer("PT1H")))
    arn = world.start("process", {"a": 1})
    world.run().do("Pick", {"b": 2})
    world.pass_time(timedelta(minutes=59))
    assert [wait["elementId"] for wait in world.open()] == ["Pack"]
    world.pass_time(timedelta(minutes=2))
    assert [wait["elementId"] for wait in world.open()] == ["Rescue"]
    world.do("Rescue", {"c": 3})
    assert (world.status(arn), world.variables(arn)) == ("completed", {"a": 1, "b": 2, "c": 3})
    assert {("Sub", "cancelled"), ("Pack", "cancelled"), ("Late", "completed"), ("Pick", "completed")} <= set(
        world.passages(arn)
    )
    assert world.tables["waits"] == {}


def test_a_sub_process_that_ends_first_closes_its_watcher() -> None:
    world = platform(order("Late", timer("PT1H")))
    arn = world.start("process")
    world.run().do("Pick").do("Pack")
    assert (world.status(arn), world.tables["waits"]) == ("completed", {})
    assert dict(world.passages(arn))["Sub"] == "completed"
    assert "Late" not in dict(world.passages(arn))


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_messages_and_signals_interrupt_with_their_variables(kind: str) -> None:
    d = Drawing()
    name = d.message("stop", "=number") if kind == "message" else d.root("signal", "s_stop", name="stop")
    definition = message_definition(name) if kind == "message" else signal_definition(name)
    drawn = order("Stop", definition)
    drawn.roots = d.roots
    world = platform(drawn)
    arn = world.start("process", {"number": 7})
    world.run().do("Pick", {"b": 2})
    if kind == "message":
        world.publish("stop", "8", {"why": "other"})
        world.run()
        assert [wait["elementId"] for wait in world.open()] == ["Pack"]
        world.publish("stop", "7", {"why": "enough"})
    else:
        world.broadcast("stop", {"why": "enough"})
    world.run().do("Rescue")
    assert (world.status(arn), world.variables(arn)) == ("completed", {"number": 7, "b": 2, "why": "enough"})
    assert all(not key[1].startswith("SUB#") for key in world.tables["messages"])


def test_a_body_that_is_quicker_than_its_watcher_leaves_nothing_behind() -> None:
    d = Drawing()
    at = mark(d, "body")
    d.start("Begin"), d.script("Quick", "x", "1"), d.end("Done")
    d.chain("Begin", "Quick", "Done")
    scope(d, "Sub", at)
    name = d.message("stop", "=1")
    d.start(), d.end(), d.boundary("Stop", "Sub", message_definition(name)), d.end("Saved")
    d.chain("Start", "Sub", "End"), d.chain("Stop", "Saved")
    world = platform(d)
    arn = world.start("process")
    world.run()
    assert (world.status(arn), world.variables(arn), world.tables["waits"]) == ("completed", {"x": 1}, {})
    assert all(not key[1].startswith("SUB#") for key in world.tables["messages"])


def test_an_error_of_a_worker_reaches_the_nearest_scope_that_takes_its_code() -> None:
    d = Drawing()
    d.root("error", "E1", errorCode="E-1"), d.root("error", "E2", errorCode="E-2")
    at = mark(d, "outer")
    inner = mark(d, "inner")
    d.start("Begin"), d.service("Work", "work"), d.end("Done")
    d.chain("Begin", "Work", "Done")
    scope(d, "Inner", inner)
    d.start("First"), d.end("Last"), d.boundary("One", "Inner", error_definition("E1")), d.end("CaughtInside")
    d.chain("First", "Inner", "Last"), d.chain("One", "CaughtInside")
    scope(d, "Outer", at)
    d.start(), d.end(), d.boundary("Any", "Outer", error_definition()), d.end("CaughtOutside")
    d.chain("Start", "Outer", "End"), d.chain("Any", "CaughtOutside")
    for code, end in (("E-1", "CaughtInside"), ("E-2", "CaughtOutside")):
        world = platform(d)
        arn = world.start("process")
        world.run()
        world.fail(world.open("job")[0], code)
        world.run()
        assert world.status(arn) == "completed"
        assert end in world.completed(arn)
        assert ("Work", "failed") in world.passages(arn)


def test_an_error_in_a_branch_cuts_off_the_other_branches_and_keeps_their_changes() -> None:
    d = Drawing()
    d.root("error", "E1", errorCode="E-1")
    at = mark(d, "body")
    d.start("Begin"), d.add("parallelGateway", "Fork"), d.user("A"), d.user("B"), d.user("B2"), d.end("Done")
    d.add("endEvent", "Broken", error_definition("E1"))
    d.chain("Begin", "Fork", "A", "Broken"), d.chain("Fork", "B", "B2", "Done")
    scope(d, "Sub", at)
    d.start(), d.end(), d.boundary("Any", "Sub", error_definition("E1")), d.user("Mend"), d.end("Mended")
    d.chain("Start", "Sub", "End"), d.chain("Any", "Mend", "Mended")
    world = platform(d)
    arn = world.start("process", {"n": 0})
    world.run().do("B", {"b": 1}).do("A", {"a": 1})
    assert [wait["elementId"] for wait in world.open()] == ["Mend"]
    world.do("Mend")
    assert (world.status(arn), world.variables(arn)) == ("completed", {"n": 0, "a": 1, "b": 1})
    assert ("B2", "cancelled") in world.passages(arn)


def test_in_plain_bpmn_an_error_that_nothing_catches_fails_the_instance_by_its_name() -> None:
    d = Drawing("bpmn")
    d.root("error", "E1", errorCode="E-1")
    d.start(), d.add("endEvent", "Broken", error_definition("E1"))
    d.chain("Start", "Broken")
    world = platform(d)
    arn = world.start("process")
    world.run()
    found = world.simulator.describe(arn)
    assert (world.status(arn), found.error) == ("failed", "error:E-1")


def test_an_interrupting_event_sub_process_replaces_the_body_and_its_boundary_stands_around_both() -> None:
    def drawn() -> Drawing:
        d = Drawing()
        stop, halt = d.message("stop", "=1"), d.message("halt", "=1")
        at = mark(d, "body")
        handler = mark(d, "handler")
        d.add("startEvent", "Stop", message_definition(stop)), d.user("Salvage"), d.end("Salvaged")
        d.chain("Stop", "Salvage", "Salvaged")
        scope(d, "Handler", handler, triggeredByEvent="true")
        d.start("Begin"), d.user("Pick"), d.end("Done")
        d.chain("Begin", "Pick", "Done")
        scope(d, "Sub", at)
        d.start(), d.user("After"), d.end(), d.boundary("Halt", "Sub", message_definition(halt)), d.end("Halted")
        d.chain("Start", "Sub", "After", "End"), d.chain("Halt", "Halted")
        return d

    world = platform(drawn())
    arn = world.start("process", {"a": 1})
    world.run().publish("stop", "1", {"s": 1})
    world.run().do("Salvage", {"t": 1}).do("After")
    assert (world.status(arn), world.variables(arn)) == ("completed", {"a": 1, "s": 1, "t": 1})
    assert {("Sub", "completed"), ("Handler", "completed"), ("Pick", "cancelled")} <= set(world.passages(arn))
    world = platform(drawn())
    arn = world.start("process", {"a": 1})
    world.run().publish("stop", "1", {"s": 1})
    world.run().publish("halt", "1")
    world.run()
    assert world.status(arn) == "completed"
    assert {("Salvage", "cancelled"), ("Sub", "cancelled"), ("Halted", "completed")} <= set(world.passages(arn))
    assert world.tables["waits"] == {}


def test_a_function_may_raise_an_error_for_a_scope() -> None:
    d = Drawing()
    d.root("error", "E1", errorCode="E-1")
    at = mark(d, "body")
    d.start("Begin"), d.service("Work", "http-connector"), d.end("Done")
    d.chain("Begin", "Work", "Done")
    scope(d, "Sub", at)
    d.start(), d.end(), d.boundary("Any", "Sub", error_definition("E1")), d.end("Caught")
    d.chain("Start", "Sub", "End"), d.chain("Any", "Caught")

    def work(payload: object) -> object:
        raise BpmnError("E-1", variables={"why": "no stock"})

    world = platform(d, **{"http-connector": work})
    arn = world.start("process")
    world.run()
    assert (world.status(arn), world.variables(arn)) == ("completed", {"why": "no stock"})


def test_a_repeating_timer_beside_a_user_task_runs_its_handler_each_time() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.end(), d.script("Remind", "reminders", "reminders + 1"), d.end("Reminded")
    cycle = "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT10M</bpmn:timeCycle></bpmn:timerEventDefinition>"
    d.add("boundaryEvent", "Tick", cycle, attachedToRef="Work", cancelActivity="false")
    d.chain("Start", "Work", "End"), d.chain("Tick", "Remind", "Reminded")
    for minutes, ticks in ((5, 0), (25, 2), (300, 3)):
        world = platform(d)
        arn = world.start("process", {"reminders": 0})
        world.run().pass_time(timedelta(minutes=minutes))
        assert [wait["elementId"] for wait in world.open()] == ["Work"]
        world.do("Work", {"done": True})
        assert (world.status(arn), world.variables(arn)) == ("completed", {"reminders": ticks, "done": True})
        assert world.completed(arn)["Tick"] == ticks
        assert world.tables["waits"] == {}


def test_each_message_beside_a_task_runs_a_handler_and_one_that_interrupts_ends_the_task() -> None:
    d = Drawing()
    note, stop = d.message("note", "=1"), d.message("stop", "=1")
    d.start(), d.user("Work"), d.end(), d.script("Count", "notes", "notes + text"), d.end("Counted")
    d.add("boundaryEvent", "Note", message_definition(note), attachedToRef="Work", cancelActivity="false")
    d.boundary("Stop", "Work", message_definition(stop)), d.end("Stopped")
    d.chain("Start", "Work", "End"), d.chain("Note", "Count", "Counted"), d.chain("Stop", "Stopped")
    world = platform(d)
    arn = world.start("process", {"notes": ""})
    world.run()
    for text in ("a", "b"):
        world.publish("note", "1", {"text": text})
        world.run()
    world.publish("stop", "1", {"why": "enough"})
    world.run()
    assert world.status(arn) == "completed"
    assert world.variables(arn)["why"] == "enough"
    assert world.completed(arn)["Counted"] == 2
    assert ("Work", "cancelled") in world.passages(arn)


def test_a_signal_that_a_scope_throws_reaches_its_own_boundary_event() -> None:
    for interrupting, ends in (("true", {"Saved"}), ("false", {"Saved", "Done", "End"})):
        d = Drawing()
        d.root("signal", "s", name="alarm")
        at = mark(d, "body")
        d.start("Begin"), d.add("intermediateThrowEvent", "Alarm", signal_definition("s")), d.end("Done")
        d.chain("Begin", "Alarm", "Done")
        scope(d, "Sub", at)
        d.start(), d.end(), d.end("Saved")
        d.add("boundaryEvent", "Heard", signal_definition("s"), attachedToRef="Sub", cancelActivity=interrupting)
        d.chain("Start", "Sub", "End"), d.chain("Heard", "Saved")
        world = platform(d)
        arn = world.start("process")
        world.run()
        assert world.status(arn) == "completed"
        assert {"Saved", "Done", "End"} & set(world.completed(arn)) == ends


@pytest.mark.parametrize("kind", ["message", "signal", "timer"])
@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_event_sub_processes_of_the_process_itself_are_waited_for(kind: str, interrupting: str) -> None:
    d = Drawing()
    definitions = {
        "message": message_definition(d.message("stop", "=1")),
        "signal": signal_definition(d.root("signal", "s", name="stop")),
        "timer": timer("PT1H"),
    }
    handler = mark(d, "handler")
    d.add("startEvent", "Stop", definitions[kind], isInterrupting=interrupting)
    d.script("Note", "noted", "true"), d.end("Noted"), d.chain("Stop", "Note", "Noted")
    scope(d, "Handler", handler, triggeredByEvent="true")
    d.start(), d.user("Pick"), d.end(), d.chain("Start", "Pick", "End")
    world = platform(d)
    arn = world.start("process", {"a": 1})
    world.run()
    {"message": lambda: world.publish("stop", "1"), "signal": lambda: world.broadcast("stop")}.get(kind, lambda: None)()
    world.run().pass_time(timedelta(hours=2))
    open_ = [wait["elementId"] for wait in world.open()]
    assert open_ == ([] if interrupting == "true" else ["Pick"])
    for task in open_:
        world.do(task)
    assert (world.status(arn), world.variables(arn)) == ("completed", {"a": 1, "noted": True})
    assert {("Handler", "completed"), ("Pick", "completed" if open_ else "cancelled")} <= set(world.passages(arn))
    assert world.tables["waits"] == {}
    undisturbed = world.start("process", {"a": 1})
    world.run().do("Pick")
    assert (world.status(undisturbed), world.variables(undisturbed)) == ("completed", {"a": 1})
    assert world.tables["waits"] == {}
