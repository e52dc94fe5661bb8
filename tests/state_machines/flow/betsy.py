"""Plays the cases of the betsy suite (conformance/betsy beside the repository) on compiled processes."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
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


def verdict(case: Case) -> str:
    """Empty if the case passes; else what was wrong."""
    expect = case.data["expect"]
    accepted = expect.get("acceptStatus") or [expect["status"]]
    compilation = compile_bpmn(case.model.read_bytes())
    if has_errors(compilation.diagnostics):
        words = "; ".join(d.message for d in compilation.diagnostics if d.severity == "error")
        return "" if "rejected" in accepted or case.data.get("outOfScope") else f"refused: {words}"
    platform = Platform(compilation.processes)
    given = case.data["variables"]
    also = [platform.start(process, given) for process in case.data.get("alsoStart", [])]
    settle(platform, case)
    main = platform.start(case.data["startProcess"], given)
    settle(platform, case)
    pass_time(platform, case)
    return _judged(platform, case, main, also, accepted)


def _judged(platform: Platform, case: Case, main: str, also: list[str], accepted: list[str]) -> str:
    expect = case.data["expect"]
    status = platform.status(main)
    if status not in accepted:
        found = platform.simulator.describe(main)
        return f"status {status}, not {accepted}: {found.error} {found.cause}"
    watched = {*case.data["tokens"], *case.data.get("jobs", {})}
    seen = sum((platform.completed(arn) for arn in platform.executions), Counter[str]())
    observed = sorted(element for element, times in seen.items() for _ in range(times) if element in watched)
    if expect.get("completed") is not None and observed != expect["completed"]:
        return f"completed {observed}, not {expect['completed']}"
    if status == "completed":
        held = platform.variables(main)
        wrong = {n: held.get(n) for n, v in (expect.get("variables") or {}).items() if held.get(n) != v}
        if wrong:
            return f"variables {wrong}, not {expect['variables']}"
    return ""


def settle(platform: Platform, case: Case) -> None:
    """Until nothing moves: workers included, as far as they take no time."""
    platform.run()
    while any(_work(platform, case, wait) for wait in platform.open("job")):
        platform.run()


def _work(platform: Platform, case: Case, wait: dict[str, Any]) -> bool:
    job = case.data.get("jobs", {}).get(wait["elementId"])
    due = _due(wait, job)
    if job is None or due > platform.clock.now().timestamp():
        return False
    raised = case.data.get("raises", {}).get(wait["elementId"]) or job.get("raises")
    if raised:
        platform.fail(wait, raised if isinstance(raised, str) else raised.get("code", raised))
    else:
        platform.answer(wait, wait["elementId"], {})
    return True


def _due(wait: dict[str, Any], job: dict[str, Any] | None) -> float:
    from datetime import datetime

    return datetime.fromisoformat(wait["since"]).timestamp() + float((job or {}).get("completeAfterSeconds", 0))


def pass_time(platform: Platform, case: Case) -> None:
    """Second by second, workers included."""
    for _ in range(int(case.data.get("advanceSeconds", 0))):
        platform.pass_time(timedelta(seconds=1))
        settle(platform, case)
