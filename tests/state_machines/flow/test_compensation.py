"""Compensation and cancelled transactions: which handlers run, in which order, and with what."""

import pytest

from tests.state_machines.flow.drawing import Drawing
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_scopes import mark, platform, scope

COMPENSATE = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"


def compensable(d: Drawing, activity: str, expression: str) -> None:
    """A handler that appends to `undone`."""
    d.boundary(f"Undo{activity}Event", activity, COMPENSATE)
    handler = d.script(f"Undo{activity}", "undone", expression)
    d.lines[-1] = d.lines[-1].replace("<bpmn:scriptTask ", '<bpmn:scriptTask isForCompensation="true" ')
    d.add("association", f"a{activity}", sourceRef=f"Undo{activity}Event", targetRef=handler)


def trip(last: str, tag: str = "subProcess") -> Drawing:
    """Hotel, then Flight twice, then `last`; each can be compensated."""
    d = Drawing()
    at = mark(d, "body")
    d.start("Begin"), d.script("Hotel", "room", "12"), d.script("Flight", "seat", "seat + 1")
    d.add("exclusiveGateway", "Again", default="enough")
    d.chain("Begin", "Hotel", "Flight", "Again"), d.flow("Again", "Flight", "=seat &lt; 2")
    compensable(d, "Hotel", "undone + &quot;hotel &quot; + string(room) + &quot;;&quot;")
    compensable(d, "Flight", "undone + &quot;flight &quot; + string(seat) + &quot;;&quot;")
    d.lines.append(last), d.flow("Again", "Last", flow_id="enough")
    scope(d, "Trip", at, tag)
    return d


def run(d: Drawing) -> tuple[Platform, str]:
    world = platform(d)
    arn = world.start("process", {"seat": 0, "undone": ""})
    world.run()
    return world, arn


@pytest.mark.parametrize(
    ("inside", "behind"),
    [
        (f'<bpmn:endEvent id="Last">{COMPENSATE}</bpmn:endEvent>', ""),
        ('<bpmn:endEvent id="Last"/>', COMPENSATE),
        ('<bpmn:endEvent id="Last"/>', '<bpmn:compensateEventDefinition activityRef="Trip"/>'),
    ],
)
def test_handlers_run_backwards_each_with_what_its_activity_left(inside: str, behind: str) -> None:
    d = trip(inside)
    d.start(), d.end()
    if behind:
        d.add("intermediateThrowEvent", "Back", behind), d.chain("Start", "Trip", "Back", "End")
    else:
        d.chain("Start", "Trip", "End")
    world, arn = run(d)
    assert world.status(arn) == "completed"
    assert world.variables(arn) == {"room": 12, "seat": 2, "undone": "flight 2;flight 1;hotel 12;"}
    assert world.completed(arn)["UndoFlight"] == 2


def test_one_activity_can_be_compensated_by_itself_and_only_once() -> None:
    d = trip('<bpmn:endEvent id="Last"/>')
    one = '<bpmn:compensateEventDefinition activityRef="Hotel"/>'
    d.start(), d.add("intermediateThrowEvent", "One", one), d.add("intermediateThrowEvent", "Same", one), d.end()
    d.chain("Start", "Trip", "One", "Same", "End")
    world, arn = run(d)
    assert world.variables(arn)["undone"] == "hotel 12;"


def test_nothing_is_compensated_that_has_not_been_done() -> None:
    d = Drawing()
    d.start(), d.script("Hotel", "room", "12"), d.add("exclusiveGateway", "Book", default="no"), d.end()
    d.add("intermediateThrowEvent", "Back", COMPENSATE)
    compensable(d, "Hotel", "undone + &quot;hotel;&quot;")
    d.chain("Start", "Book"), d.flow("Book", "Hotel", "=seat &gt; 0"), d.flow("Book", "Back", flow_id="no")
    d.chain("Hotel", "Back", "End")
    world, arn = run(d)
    assert world.variables(arn) == {"seat": 0, "undone": ""}


def test_a_cancelled_transaction_is_compensated_and_left_by_its_cancel_boundary() -> None:
    d = trip(f'<bpmn:endEvent id="Last">{CANCEL}</bpmn:endEvent>', "transaction")
    d.start(), d.end(), d.boundary("Cancelled", "Trip", CANCEL), d.end("Sorry")
    d.chain("Start", "Trip", "End"), d.chain("Cancelled", "Sorry")
    world, arn = run(d)
    assert world.variables(arn)["undone"] == "flight 2;flight 1;hotel 12;"
    assert {"Cancelled", "Sorry"} <= set(world.completed(arn))
    assert not {"End", "Trip"} & set(world.completed(arn))
