"""The cases of the betsy suite (conformance/betsy beside the repository): read, played in the simulator, compared."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from tests.state_machines.flow.platform import Platform

ROOT = Path(__file__).parents[4] / "shared" / "conformance" / "betsy"


@dataclass(frozen=True)
class Case:
    """A scenario or a mutant."""

    name: str
    data: dict[str, Any]
    model: Path

    @property
    def accepted(self) -> list[str]:
        """The statuses that pass."""
        expect = self.data["expect"]
        return list(expect.get("acceptStatus") or [expect["status"]])

    @property
    def seconds(self) -> int:
        """How much time passes before it is judged."""
        return int(self.data.get("advanceSeconds", 0))

    def raised(self, element: str) -> str:
        """The code of the BPMN error that a job raises; empty if it ends well."""
        return str(self.data.get("raises", {}).get(element, ""))

    def takes(self, element: str) -> timedelta:
        """How long a job takes."""
        return timedelta(seconds=self.data.get("jobs", {}).get(element, {}).get("completeAfterSeconds", 0))


@dataclass(frozen=True)
class Observed:
    """What came of a case. `completed`: element ids, once per passage; `others`: the instances beside the main one."""

    status: str
    completed: Counter[str] = field(default_factory=Counter)
    variables: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    cause: str = ""


def cases(family: str = "") -> Iterator[Case]:
    """The scenarios of a group or family, then all mutants if none is named."""
    for path in sorted(ROOT.glob("scenarios/*/*.json")):
        data = json.loads(path.read_text())
        if data["family"].startswith(family):
            yield Case(data["name"], data, ROOT / "bpmn" / data["bpmn"])


def mutants() -> Iterator[Case]:
    """Variants of the event models without the trigger."""
    for path in sorted(ROOT.glob("mutants/*.json")):
        data = json.loads(path.read_text())
        yield Case(path.stem, data, ROOT / "mutants" / data["bpmn"])


def judged(case: Case, seen: Observed) -> str:
    """Empty if the case passes; else what was wrong."""
    if seen.status == "rejected" and case.data.get("outOfScope"):
        return ""
    if seen.status not in case.accepted:
        return f"status {seen.status}, not {case.accepted}: {seen.cause}"
    if seen.status == "rejected":
        return ""
    expect = case.data["expect"]
    watched = {*case.data["tokens"], *case.data.get("jobs", {})}
    completed = sorted(element for element in seen.completed.elements() if element in watched)
    if expect.get("completed") is not None and completed != expect["completed"]:
        return f"completed {completed}, not {expect['completed']}"
    others = expect.get("otherInstances")
    if others is not None and dict(seen.others) != others:
        return f"other instances {seen.others}, not {others}"
    wanted = expect.get("variables") or {}
    wrong = {name: seen.variables.get(name) for name, value in wanted.items() if seen.variables.get(name) != value}
    return f"variables {wrong}, not {wanted}" if wrong else ""


# In the simulator


def played(case: Case) -> Observed:
    """A case on compiled processes, without functions."""
    compilation = compile_bpmn(case.model.read_bytes())
    if has_errors(compilation.diagnostics):
        return Observed(
            "rejected", cause="; ".join(d.message for d in compilation.diagnostics if d.severity == "error")
        )
    platform = Platform(compilation.processes)
    for process in case.data.get("alsoStart", []):
        platform.start(process, case.data["variables"])
    settle(platform, case)
    main = platform.start(case.data["startProcess"], case.data["variables"])
    settle(platform, case)
    pass_time(platform, case)
    return _observed(platform, main)


def _observed(platform: Platform, main: str) -> Observed:
    status, found = platform.status(main), platform.simulator.describe(main)
    completed = sum((platform.completed(arn) for arn in platform.executions), Counter[str]())
    variables = platform.variables(main) if status == "completed" else {}
    others = {process: platform.status(arn) for arn, process in platform.executions.items() if arn != main}
    return Observed(status, completed, variables, others, f"{found.error} {found.cause}")


def settle(platform: Platform, case: Case) -> None:
    """Until nothing moves: workers included, as far as they take no time."""
    platform.run()
    while any(_work(platform, case, wait) for wait in platform.open("job")):
        platform.run()


def _work(platform: Platform, case: Case, wait: dict[str, Any]) -> bool:
    element = wait["elementId"]
    if datetime.fromisoformat(wait["since"]) + case.takes(element) > platform.clock.now():
        return False
    if raised := case.raised(element):
        platform.fail(wait, raised)
    else:
        platform.answer(wait, element, {})
    return True


def pass_time(platform: Platform, case: Case) -> None:
    """Second by second, workers included."""
    for _ in range(case.seconds):
        platform.pass_time(timedelta(seconds=1))
        settle(platform, case)
