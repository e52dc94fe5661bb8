"""Running a scenario: its steps against the world, and at each expectation a comparison."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from state_machines.compilation import CompiledProcess
from state_machines.dmn import Definitions
from state_machines.scenarios.compare import compare
from state_machines.scenarios.model import (
    Advance,
    Complete,
    Expect,
    FormPort,
    NoForms,
    Publish,
    Resolve,
    Scenario,
    Step,
)
from state_machines.scenarios.result import Failure, ScenarioResult, StoppedError
from state_machines.scenarios.tables import Row
from state_machines.scenarios.world import World
from state_machines.simulator import SimulatorError


def run_scenario(
    scenario: Scenario,
    process: CompiledProcess,
    decisions: Mapping[str, Definitions] | None = None,
    forms: FormPort | None = None,
    beside: Mapping[str, CompiledProcess] | None = None,
) -> ScenarioResult:
    """Runs a scenario to its end, or to the first step that cannot happen. Never raises on what it says.

    `decisions` by id are for business rule tasks that the machine cannot evaluate itself; `forms` check and complete
    what user tasks are completed with; `beside` are the processes by id that it may call. The same arguments give the
    same result.
    """
    world = World(process, scenario.mocks, decisions or {}, scenario.begins, scenario.settle, beside or {})
    steps = _Steps(world, forms or NoForms())
    failures: list[Failure] = []
    line = 0
    try:
        world.start(scenario.variables, scenario.business_key, scenario.initiator)
        for step in scenario.steps:
            line = step.line
            failures += steps.take(step)
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


def _unexpected_end(scenario: Scenario, world: World) -> list[Failure]:
    found = world.describe()
    if found.status in ("RUNNING", "SUCCEEDED") or scenario.expect.status is not None:
        return []
    words = f"The instance failed: {found.error or found.status}: {found.cause or ''}".rstrip(": ")
    return [Failure("instance", scenario.expect.line, words)]


class _Steps:
    """What each kind of step does to the world."""

    def __init__(self, world: World, forms: FormPort) -> None:
        self._world, self._forms = world, forms
        self._actions: Mapping[type[Any], Callable[[Any], None]] = {
            Complete: self._complete,
            Publish: self._publish,
            Resolve: self._resolve,
            Advance: lambda step: world.advance(step.duration),
        }

    def take(self, step: Step) -> list[Failure]:
        """Take a step, and let happen what follows from it; an expectation's failures. Raises `StoppedError`."""
        if isinstance(step, Expect):
            return compare(step.expectation, self._world)
        self._actions[type(step)](step)
        self._world.settle()
        return []

    def _complete(self, step: Complete) -> None:
        open_ = self._world.waiting("user", "job")
        wait = _only(step.element, open_, "cannot be completed: it is not open", "Open tasks")
        variables: Mapping[str, Any] = step.variables
        wrong: tuple[str, ...] = ()
        if form := wait.get("formKey"):
            known = self._world.whole(json.loads(wait["variables"]))
            scope = {name: value for name, value in known.items() if name != "_dpc"}
            variables, wrong = self._forms.accept(form, step.variables, scope, self._world.now)
        if wrong:
            raise StoppedError(
                "step", "\n  ".join((f"The form {form} of {step.element} refuses these values.", *wrong))
            )
        self._world.answer(wait, step.element, variables)

    def _resolve(self, step: Resolve) -> None:
        wait = _only(step.element, self._world.waiting("incident"), "has no incident", "Incidents")
        self._world.answer(wait, step.action, step.variables)

    def _publish(self, step: Publish) -> None:
        if step.kind == "signal":
            self._world.broadcast(step.name, step.variables)
        else:
            self._world.publish(step.name, step.key, step.variables, step.time_to_live)


def _only(element: str, waits: list[Row], problem: str, listed: str) -> Row:
    """The oldest wait of an element."""
    found = next((wait for wait in waits if wait["elementId"] == element), None)
    if found is None:
        names = ", ".join(wait["elementId"] for wait in waits) or "none"
        raise StoppedError("step", f"{element} {problem}. {listed}: {names}.")
    return found
