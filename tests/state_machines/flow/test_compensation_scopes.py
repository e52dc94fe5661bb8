"""Compensation beside forks, of activities that ran several times, and of scopes that were left early."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from tests.state_machines.flow.drawing import Drawing, error_definition, timer
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_compensation import CANCEL, COMPENSATE
from tests.state_machines.flow.test_scopes import mark, platform, scope

THROW = f'<bpmn:intermediateThrowEvent id="Back">{COMPENSATE}</bpmn:intermediateThrowEvent>'


def undo(d: Drawing, activity: str, reads: str = "") -> None:
    """A handler beside an activity that appends its name, and what it reads, to `undone`."""
    shown = f" + string({reads})" if reads else ""
    d.boundary(f"On{activity}", activity, COMPENSATE)
    d.script(f"Undo{activity}", "undone", f"undone + &quot;{activity}&quot;{shown} + &quot; &quot;")
    d.lines[-1] = d.lines[-1].replace("<bpmn:scriptTask ", '<bpmn:scriptTask isForCompensation="true" ')
    d.add("association", f"a{activity}", sourceRef=f"On{activity}", targetRef=f"Undo{activity}")


def begun(d: Drawing, **variables: object) -> tuple[Platform, str]:
    world = platform(d)
    arn = world.start("process", {"undone": "", **variables})
    return world.run(), arn


def work(world: Platform, tasks: Iterable[str]) -> Platform:
    """One task a minute."""
    for task in tasks:
        world.do(task, {task: True}).pass_time(timedelta(minutes=1))
    return world


def ended(world: Platform, arn: str) -> str:
    """What was undone; nothing is left open."""
    assert world.status(arn) == "completed", [wait["elementId"] for wait in world.open()]
    assert world.tables["waits"] == {}
    return str(world.variables(arn)["undone"])


def forked(*tasks: str) -> Drawing:
    """Each task can be compensated; all run at the same time between Fork and Join."""
    d = Drawing()
    d.start(), d.add("parallelGateway", "Fork"), d.add("parallelGateway", "Join"), d.flow("Start", "Fork")
    for task in tasks:
        d.user(task), undo(d, task, "seen"), d.chain("Fork", task, "Join")
    return d


@pytest.mark.parametrize("order", [("Hotel", "Flight", "Car"), ("Car", "Hotel", "Flight")])
def test_what_branches_have_done_is_undone_in_the_order_of_time(order: tuple[str, ...]) -> None:
    d = forked("Hotel", "Flight", "Car")
    d.lines.append(THROW), d.end(), d.chain("Join", "Back", "End")
    world, arn = begun(d, seen=1)
    assert ended(work(world, order), arn) == "".join(f"{task}1 " for task in reversed(order))


def test_a_branch_undoes_what_the_other_has_done_once_and_the_other_goes_on() -> None:
    d = Drawing()
    d.start(), d.user("Before"), undo(d, "Before"), d.add("parallelGateway", "Fork"), d.chain("Start", "Before", "Fork")
    d.user("Hotel"), undo(d, "Hotel"), d.user("Flight"), undo(d, "Flight"), d.end("Flown")
    d.chain("Fork", "Hotel", "Flight", "Flown")
    for branch in ("One", "Two"):
        d.user(branch), d.add("intermediateThrowEvent", f"Back{branch}", COMPENSATE), d.end(f"Done{branch}")
        d.chain("Fork", branch, f"Back{branch}", f"Done{branch}")
    world, arn = begun(d)
    work(world, ("Before", "Hotel", "One", "Two"))
    done = world.completed(arn)
    assert (done["UndoHotel"], done["UndoBefore"], done["BackOne"], done["BackTwo"]) == (1, 1, 1, 1)
    work(world, ("Flight",))
    assert ended(world, arn) == "Hotel Before "
    assert "UndoFlight" not in world.completed(arn)


def test_a_transaction_cancelled_in_a_branch_cuts_off_the_others_and_undoes_what_is_done() -> None:
    d = Drawing()
    at = mark(d, "body")
    d.start("Begin"), d.add("parallelGateway", "Fork"), d.flow("Begin", "Fork")
    d.user("Hotel"), undo(d, "Hotel", "Hotel"), d.user("Flight"), undo(d, "Flight"), d.end("Booked")
    d.chain("Fork", "Hotel", "Flight", "Booked")
    d.user("Ask"), d.add("endEvent", "Stop", CANCEL), d.chain("Fork", "Ask", "Stop")
    scope(d, "Trip", at, "transaction")
    d.start(), d.end(), d.boundary("Cancelled", "Trip", CANCEL), d.user("Sorry"), d.end("Left")
    d.chain("Start", "Trip", "End"), d.chain("Cancelled", "Sorry", "Left")
    world, arn = begun(d)
    work(world, ("Hotel", "Ask"))
    assert [wait["elementId"] for wait in world.open()] == ["Sorry"]
    work(world, ("Sorry",))
    assert ended(world, arn) == "Hotel" + "true "
    assert {("Flight", "cancelled"), ("Stop", "completed"), ("Cancelled", "completed")} <= set(world.passages(arn))
    assert not {"Trip", "End", "UndoFlight"} & set(world.completed(arn))


@pytest.mark.parametrize("sequential", ["true", "false"])
@pytest.mark.parametrize("around", [True, False])
def test_each_instance_is_undone_with_what_it_saw(sequential: str, around: bool) -> None:
    d = Drawing("bpmn")
    each = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}"><bpmn:extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=rooms" inputElement="room"/></bpmn:extensionElements>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    at = mark(d, "body")
    d.script("Hotel", "booked", "room"), undo(d, "Hotel", "room")
    if around:
        d.start("Begin"), d.end("Done"), d.chain("Begin", "Hotel", "Done"), scope(d, "Rooms", at)
        d.lines[-1] = d.lines[-1].replace("</bpmn:subProcess>", f"{each}</bpmn:subProcess>")
    else:
        d.lines.remove("body")
        d.lines[-4] = d.lines[-4].replace("</bpmn:scriptTask>", f"{each}</bpmn:scriptTask>")
    d.start(), d.lines.append(THROW), d.end(), d.chain("Start", "Rooms" if around else "Hotel", "Back", "End")
    world, arn = begun(d, rooms=[1, 2, 3])
    assert sorted(ended(world, arn).split()) == ["Hotel1", "Hotel2", "Hotel3"]


def test_a_run_of_a_sub_process_undoes_only_itself_and_the_process_undoes_all_runs() -> None:
    d = Drawing()
    at = mark(d, "body")
    d.start("Begin"), d.script("Turn", "turn", "turn + 1"), undo(d, "Turn", "turn"), d.end("Done")
    d.add("exclusiveGateway", "Second", default="no"), d.lines.append(THROW), d.end("Undone")
    d.chain("Begin", "Turn", "Second"), d.flow("Second", "Back", "=turn = 2"), d.chain("Back", "Undone")
    d.flow("Second", "Done", flow_id="no"), scope(d, "Sub", at)
    d.start(), d.add("exclusiveGateway", "Again", default="enough"), d.chain("Start", "Sub", "Again")
    d.flow("Again", "Sub", "=turn &lt; 3"), d.script("Told", "inner", "undone"), d.flow("Again", "Told", "", "enough")
    d.add("intermediateThrowEvent", "All", COMPENSATE), d.end(), d.chain("Told", "All", "End")
    world, arn = begun(d, turn=0)
    assert ended(world, arn) == "Turn2 Turn3 Turn1 "
    assert world.variables(arn)["inner"] == "Turn2 "


def handled(handler: str) -> Drawing:
    """A sub-process with a compensation event sub-process, which may throw on."""
    d = Drawing()
    at = mark(d, "body")
    own = mark(d, "own")
    d.add("startEvent", "Undoing", COMPENSATE), d.script("Note", "undone", "undone + &quot;own &quot;")
    d.lines.append(handler), d.chain("Undoing", "Note", "Last")
    scope(d, "Own", own, triggeredByEvent="true")
    d.start("Begin"), d.user("Hotel"), undo(d, "Hotel"), d.end("Done"), d.chain("Begin", "Hotel", "Done")
    scope(d, "Trip", at)
    d.start(), d.user("Wait"), d.lines.append(THROW), d.end(), d.chain("Start", "Trip", "Wait", "Back", "End")
    return d


@pytest.mark.parametrize(
    ("last", "undone"),
    [('<bpmn:endEvent id="Last"/>', "own "), (f'<bpmn:endEvent id="Last">{COMPENSATE}</bpmn:endEvent>', "own Hotel ")],
)
def test_a_compensation_event_sub_process_stands_for_all_inside_and_may_undo_it(last: str, undone: str) -> None:
    world, arn = begun(handled(last))
    assert ended(work(world, ("Hotel", "Wait")), arn) == undone
    assert world.completed(arn)["Own"] == 1


def test_what_was_done_in_a_scope_that_was_interrupted_is_not_undone_from_outside() -> None:
    d = Drawing()
    at = mark(d, "body")
    d.start("Begin"), d.user("Hotel"), undo(d, "Hotel"), d.user("Flight"), d.end("Done")
    d.chain("Begin", "Hotel", "Flight", "Done"), scope(d, "Trip", at)
    d.start(), d.boundary("Late", "Trip", timer("PT1H")), d.lines.append(THROW), d.end(), d.chain("Start", "Trip")
    d.add("exclusiveGateway", "Merge"), d.chain("Trip", "Merge", "Back", "End"), d.flow("Late", "Merge")
    world, arn = begun(d)
    work(world, ("Hotel",)).pass_time(timedelta(hours=2))
    assert ended(world, arn) == ""
    world, arn = begun(d)
    assert ended(work(world, ("Hotel", "Flight")), arn) == "Hotel "


def test_an_event_sub_process_undoes_the_scope_that_it_interrupted() -> None:
    d = Drawing()
    d.root("error", "E1", errorCode="E-1")
    at = mark(d, "body")
    own = mark(d, "own")
    d.add("startEvent", "Failed", error_definition("E1")), d.add("endEvent", "Undo", COMPENSATE)
    d.chain("Failed", "Undo"), scope(d, "Handler", own, triggeredByEvent="true")
    d.start("Begin"), d.add("parallelGateway", "Fork"), d.user("Hotel"), undo(d, "Hotel"), d.user("Rest"), d.end("Done")
    d.user("Flight"), d.add("endEvent", "Broken", error_definition("E1")), d.chain("Begin", "Fork", "Hotel", "Rest")
    d.chain("Rest", "Done"), d.chain("Fork", "Flight", "Broken"), scope(d, "Trip", at)
    d.start(), d.end(), d.chain("Start", "Trip", "End")
    world, arn = begun(d)
    assert ended(work(world, ("Hotel", "Flight")), arn) == "Hotel "
    assert ("Rest", "cancelled") in world.passages(arn)


def test_handlers_may_wait_and_run_one_after_the_other() -> None:
    d = Drawing()
    d.start(), d.user("Hotel"), d.user("Flight"), d.lines.append(THROW), d.end()
    d.chain("Start", "Hotel", "Flight", "Back", "End")
    for task in ("Hotel", "Flight"):
        d.boundary(f"On{task}", task, COMPENSATE), d.user(f"Undo{task}")
        d.lines[-1] = d.lines[-1].replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
        d.add("association", f"a{task}", sourceRef=f"On{task}", targetRef=f"Undo{task}")
    world, arn = begun(d)
    work(world, ("Hotel", "Flight"))
    assert [wait["elementId"] for wait in world.open()] == ["UndoFlight"]
    work(world, ("UndoFlight", "UndoHotel"))
    assert ended(world, arn) == ""
    assert world.variables(arn)["UndoHotel"] is True
