"""What machines write for themselves and for each other, in scenarios: joins, watchers, called processes."""

from state_machines.compile import compile_bpmn
from state_machines.scenarios import (
    Complete,
    Expectation,
    Publish,
    Resolve,
    Scenario,
    ScenarioResult,
    Step,
    run_scenario,
)
from tests.journeys.processes import CALLED, CALLER, MEETING, SCOPE

DONE = Expectation(status="completed")


def run(
    *models: bytes, steps: tuple[Step, ...] = (), expect: Expectation = DONE, **variables: object
) -> ScenarioResult:
    found = [process for model in models for process in compile_bpmn(model).processes]
    scenario = Scenario("s", found[0].id, variables=variables, business_key="k", steps=steps, expect=expect)
    return run_scenario(scenario, found[0], beside={process.id: process for process in found})


def test_a_called_process_is_run_with_its_tasks() -> None:
    result = run(
        CALLER, CALLED, steps=(Complete("Look", {"seen": True}),), expect=Expectation(variables={"seen": True})
    )
    assert (result.failures, result.path) == ((), ("Start", "Call", "Done"))


def test_a_process_that_is_not_there_is_an_incident() -> None:
    assert run(CALLER, expect=Expectation(incidents=("Call",))).failures == ()


def test_branches_meet_in_a_join_that_closes_no_block() -> None:
    assert run(MEETING, alone=False).path.count("Join") == 1
    stuck = run(MEETING, alone=True, expect=Expectation(incidents=("Fork",)))
    assert stuck.failures == ()
    assert run(MEETING, alone=True, steps=(Resolve("Fork", "skip"),)).failures == ()


def test_a_message_interrupts_a_scope() -> None:
    result = run(SCOPE, steps=(Publish("message", "stop", "k", {"why": "enough"}),), expect=Expectation(tasks=()))
    assert result.failures == ()
    assert result.path[-2:] == ("Stop", "Stopped")


def test_a_scope_that_ends_is_watched_no_more() -> None:
    steps = (Complete("Look"), Publish("message", "stop", "k"))
    assert run(SCOPE, steps=steps).path[-2:] == ("Out", "Done")
