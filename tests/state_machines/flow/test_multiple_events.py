"""Events with several definitions, several timers on one wait, and output mappings on events."""

from datetime import timedelta

import pytest

from tests.state_machines.flow.drawing import Drawing, extension, io, message_definition, signal_definition, timer
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_scopes import mark, platform, scope


def names(d: Drawing) -> tuple[str, str]:
    """The definitions of a message `go` and a signal `all`."""
    return message_definition(d.message("go", "=1")), signal_definition(d.root("signal", "s_all", name="all"))


def opened(world: Platform) -> list[str]:
    return [wait["elementId"] for wait in world.open()]


def left_nothing(world: Platform) -> bool:
    return world.tables["waits"] == {} and not any("SUB#" in sk for _, sk in world.tables["messages"])


@pytest.mark.parametrize("first", ["message", "signal", "timer"])
@pytest.mark.parametrize("place", ["catch", "task", "scope", "gateway", "eventSubProcess"])
def test_any_definition_of_a_multiple_event_is_enough(place: str, first: str) -> None:
    d = Drawing()
    definitions = "".join(names(d)) + timer("PT1H") + timer("PT3H")
    if place == "catch":
        d.start(), d.add("intermediateCatchEvent", "Any", definitions), d.user("Then"), d.end()
        d.chain("Start", "Any", "Then", "End")
    elif place == "gateway":
        d.start(), d.add("eventBasedGateway", "Which"), d.add("intermediateCatchEvent", "Any", definitions)
        d.add("intermediateCatchEvent", "Long", timer("PT2H")), d.user("Then"), d.end(), d.end("Never")
        d.chain("Start", "Which", "Any", "Then", "End"), d.chain("Which", "Long", "Never")
    elif place == "eventSubProcess":
        at = mark(d, "handler")
        d.add("startEvent", "Any", definitions), d.user("Then"), d.end("Handled")
        d.chain("Any", "Then", "Handled")
        scope(d, "Handler", at, triggeredByEvent="true")
        d.start(), d.user("Work"), d.end()
        d.chain("Start", "Work", "End")
    else:
        at = mark(d, "body")
        d.start("Begin"), d.user("Work"), d.end("Done")
        d.chain("Begin", "Work", "Done")
        host = scope(d, "Sub", at) if place == "scope" else "Work"
        if place == "task":
            d.lines.remove("body")
            d.lines = [line for line in d.lines if "Begin" not in line and "Done" not in line]
        d.start(), d.end(), d.boundary("Any", host, definitions), d.user("Then"), d.end("Early")
        d.chain("Start", host, "End"), d.chain("Any", "Then", "Early")
    world = platform(d)
    arn = world.start("process", {"a": 1})
    world.run()
    if first == "message":
        world.publish("go", "1", {"m": 1})
    elif first == "signal":
        world.broadcast("all", {"m": 1})
    world.run().pass_time(timedelta(hours=1 if first == "timer" else 0))
    assert opened(world) == ["Then"]
    world.do("Then")
    given = {} if first == "timer" else {"m": 1}
    assert (world.status(arn), world.variables(arn), left_nothing(world)) == ("completed", {"a": 1, **given}, True)
    assert world.completed(arn)["Any"] == 1


@pytest.mark.parametrize("order", ["message signal", "signal message"])
@pytest.mark.parametrize("place", ["catch", "task", "scope"])
def test_a_parallel_multiple_event_needs_all_of_its_definitions(place: str, order: str) -> None:
    d = Drawing()
    definitions = "".join(names(d))
    if place == "catch":
        d.start(), d.add("intermediateCatchEvent", "All", definitions, parallelMultiple="true"), d.user("Then"), d.end()
        d.chain("Start", "All", "Then", "End")
    else:
        at = mark(d, "body")
        d.start("Begin"), d.user("Work"), d.end("Done")
        d.chain("Begin", "Work", "Done")
        host = scope(d, "Sub", at) if place == "scope" else "Work"
        if place == "task":
            d.lines = [line for line in d.lines if line != "body" and "Begin" not in line and "Done" not in line]
        d.start(), d.end(), d.user("Then"), d.end("Early")
        d.add("boundaryEvent", "All", definitions, attachedToRef=host, parallelMultiple="true")
        d.chain("Start", host, "End"), d.chain("All", "Then", "Early")
    world = platform(d)
    arn = world.start("process")
    world.run()
    throws = {"message": lambda: world.publish("go", "1", {"m": 1}), "signal": lambda: world.broadcast("all", {"s": 1})}
    one, other = order.split()
    throws[one]()
    world.run()
    assert "Then" not in opened(world)
    throws[other]()
    world.run()
    assert opened(world) == ["Then"]
    world.do("Then")
    assert (world.status(arn), world.variables(arn), left_nothing(world)) == ("completed", {"m": 1, "s": 1}, True)
    assert world.completed(arn)["All"] == 1


def test_a_scope_that_ends_first_leaves_nothing_of_a_parallel_multiple_event() -> None:
    d = Drawing()
    definitions = "".join(names(d)) + timer("PT1H")
    d.start(), d.user("Work"), d.end(), d.end("Early")
    d.add("boundaryEvent", "All", definitions, attachedToRef="Work", parallelMultiple="true", cancelActivity="false")
    d.chain("Start", "Work", "End"), d.chain("All", "Early")
    world = platform(d)
    arn = world.start("process")
    world.run().publish("go", "1", {"m": 1})
    world.run().pass_time(timedelta(hours=1))
    world.do("Work")
    assert (world.status(arn), left_nothing(world)) == ("completed", True)
    assert world.completed(arn)["All"] == 0


def test_the_earliest_of_several_timers_ends_a_wait() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.end(), d.end("AtSoon"), d.end("AtDate")
    d.boundary("Soon", "Work", timer("=soon"))
    at = "<bpmn:timerEventDefinition><bpmn:timeDate>=at</bpmn:timeDate></bpmn:timerEventDefinition>"
    d.boundary("Date", "Work", at)
    d.chain("Start", "Work", "End"), d.chain("Soon", "AtSoon"), d.chain("Date", "AtDate")
    for soon, end in (("PT30M", "AtSoon"), ("PT3H", "AtDate")):
        world = platform(d)
        arn = world.start("process", {"soon": soon, "at": "2026-01-05T09:00:00Z"})
        world.run().pass_time(timedelta(hours=1))
        assert (world.status(arn), world.completed(arn)[end], left_nothing(world)) == ("completed", 1, True)


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_a_multiple_throw_event_throws_everything(tag: str) -> None:
    d = Drawing()
    d.root("escalation", "E", escalationCode="up")
    go, all_ = names(d)
    at = mark(d, "body")
    escalation = '<bpmn:escalationEventDefinition escalationRef="E"/>'
    d.start("Begin"), d.add(tag, "Throw", escalation + go + all_)
    d.chain("Begin", "Throw")
    scope(d, "Sub", at)
    d.start(), d.add("parallelGateway", "Fork"), d.add("intermediateCatchEvent", "Heard", go), d.end("AtHeard")
    d.add("intermediateCatchEvent", "Called", all_), d.end("AtCalled"), d.end(), d.end("Up")
    d.add("boundaryEvent", "Escalated", escalation, attachedToRef="Sub", cancelActivity="false")
    d.chain("Start", "Fork", "Heard", "AtHeard"), d.chain("Fork", "Called", "AtCalled"), d.chain("Fork", "Sub", "End")
    d.chain("Escalated", "Up")
    world = platform(d)
    arn = world.start("process")
    world.run()
    found = world.completed(arn)
    assert (world.status(arn), found["Throw"], found["Up"], found["Heard"], found["Called"]) == (
        "completed",
        1,
        1,
        1,
        1,
    )


def test_output_mappings_of_timers_and_plain_events_are_carried_out() -> None:
    d = Drawing()
    d.start(), d.add("intermediateCatchEvent", "Pause", extension(io("out waited = =a + 1")) + timer("PT1M"))
    d.add("intermediateThrowEvent", "Mark", extension(io("out marked = =waited + 1")))
    d.user("Work"), d.end(), d.end("Late")
    d.boundary("After", "Work", extension(io("out late = =marked + 1")) + timer("PT1H"))
    d.chain("Start", "Pause", "Mark", "Work", "End"), d.chain("After", "Late")
    world = platform(d)
    arn = world.start("process", {"a": 1})
    world.run().pass_time(timedelta(hours=2))
    assert (world.status(arn), world.variables(arn)) == ("completed", {"a": 1, "waited": 2, "marked": 3, "late": 4})
