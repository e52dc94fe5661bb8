"""Running a scenario: its steps against the world, and at each expectation a comparison."""

from collections.abc import Callable, Mapping
from typing import Any

from state_machines.compilation import CompiledProcess
from state_machines.dmn import Definitions
from state_machines.scenarios.compare import compare
from state_machines.scenarios.model import Advance, Complete, Expect, Publish, Resolve, Scenario, Step
from state_machines.scenarios.result import Failure, ScenarioResult, StoppedError
from state_machines.scenarios.tables import Item
from state_machines.scenarios.world import World
from state_machines.simulator import SimulatorError


def run_scenario(
    scenario: Scenario, process: CompiledProcess, decisions: Mapping[str, Definitions] | None = None
) -> ScenarioResult:
    """Runs a scenario to its end, or to the first step that cannot happen. Never raises on what it says.

    `decisions` by id are for business rule tasks that the machine cannot evaluate itself. The same arguments give the
    same result.
    """
    world = World(process, scenario.mocks, decisions or {}, scenario.begins, scenario.settle)
    failures: list[Failure] = []
    line = 0
    try:
        world.start(scenario.variables, scenario.business_key, scenario.initiator)
        for step in scenario.steps:
            line = step.line
            failures += _take(world, step)
        line = scenario.expect.line
        failures += [*compare(scenario.expect, world), *_unexpected_end(scenario, world)]
    except StoppedError as stopped:
        failures.append(Failure(stopped.kind, line, stopped.message))
    except SimulatorError as error:
        failures.append(Failure("runner", line, f"The simulator cannot go on: {error}."))
    return _result(scenario, world, tuple(failures), process)


def _result(
    scenario: Scenario, world: World, failures: tuple[Failure, ...], process: CompiledProcess
) -> ScenarioResult:
    if not world.started:
        return ScenarioResult(scenario.name, process.id, failures, ())
    walked = world.walk()
    path, flows = tuple(walked.elements), dict(walked.flows)
    return ScenarioResult(scenario.name, process.id, failures, path, flows, world.elapsed, world.steps)


def _take(world: World, step: Step) -> list[Failure]:
    if isinstance(step, Expect):
        return compare(step.expectation, world)
    _ACTIONS[type(step)](world, step)
    world.settle()
    return []


def _unexpected_end(scenario: Scenario, world: World) -> list[Failure]:
    found = world.describe()
    if found.status in ("RUNNING", "SUCCEEDED") or scenario.expect.status is not None:
        return []
    words = f"The instance failed: {found.error or found.status}: {found.cause or ''}".rstrip(": ")
    return [Failure("instance", scenario.expect.line, words)]


def _complete(world: World, step: Complete) -> None:
    open_ = world.waiting("user", "job")
    wait = _only(step.element, open_, "cannot be completed: it is not open", "Open tasks")
    world.answer(wait, step.element, step.variables)


def _resolve(world: World, step: Resolve) -> None:
    wait = _only(step.element, world.waiting("incident"), "has no incident", "Incidents")
    world.answer(wait, step.action, step.variables)


def _publish(world: World, step: Publish) -> None:
    if step.kind == "signal":
        world.broadcast(step.name, step.variables)
    else:
        world.publish(step.name, step.key, step.variables, step.time_to_live)


def _only(element: str, waits: list[Item], problem: str, listed: str) -> Item:
    """The oldest wait of an element."""
    found = next((wait for wait in waits if wait["elementId"] == element), None)
    if found is None:
        names = ", ".join(wait["elementId"] for wait in waits) or "none"
        raise StoppedError("step", f"{element} {problem}. {listed}: {names}.")
    return found


_ACTIONS: Mapping[type[Any], Callable[[World, Any], None]] = {
    Complete: _complete,
    Publish: _publish,
    Resolve: _resolve,
    Advance: lambda world, step: world.advance(step.duration),
}
