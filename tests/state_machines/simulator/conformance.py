"""Runs executions recorded from AWS Step Functions and compares at the levels that the data's README defines.

A: end and output or error; B: and the sequence of entered and exited states; C: and all events with their links and
data; D: and the wording of causes.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from state_machines.simulator import Completed, FunctionTasks, Simulator, TaskError, VirtualClock

CASES = Path(__file__).parents[4] / "shared" / "conformance" / "asl" / "cases"
MACHINE = "arn:aws:states:us-east-1:111111111111:stateMachine:recorded"
DATA = ("input", "output", "parameters", "error", "cause", "resource", "resourceType", "index", "length", "location")
# In recordings with concurrency this event's id was lost to sorting, and the event with it.
UNRECORDED = "ParallelStateSucceeded"


@dataclass(frozen=True)
class Verdict:
    """The levels a case reaches, and what differs first."""

    levels: str
    difference: str


def case_files() -> list[Path]:
    """All cases, in a stable order."""
    return sorted(CASES.glob("*/*.json"))


def judge(case: dict[str, Any]) -> Verdict:
    """Run a case and say which levels it reaches."""
    description, events = run(case)
    expected = case["expect"]
    concurrent = "concurrent" in case.get("tags", ())
    checks = (
        ("A", _end(expected), _end(description)),
        ("B", _states(expected["events"], concurrent), _states(events, concurrent)),
        ("C", _events(expected["events"], concurrent), _events(events, concurrent)),
        ("D", _normal(expected.get("cause")), _normal(description.get("cause"))),
    )
    reached = ""
    for level, wanted, found in checks:
        if wanted != found:
            return Verdict(reached, f"{level}: recorded {wanted}\n   simulated {found}")
        reached += level
    return Verdict(reached, "")


def run(case: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The end and the events of a case, in the form of the recordings."""
    functions = {name: _function(spec) for name, spec in (case.get("functions") or {}).items()}
    clock = VirtualClock(datetime(2024, 1, 1, tzinfo=UTC))
    simulator = Simulator({MACHINE: case["definition"]}, FunctionTasks(functions), clock)
    arn = simulator.start(MACHINE, case["input"], "recorded")
    simulator.run_until_idle()
    while (due := simulator.next_due()) is not None:
        simulator.advance(due - clock.now())
    end = simulator.describe(arn)
    description = {"status": end.status, "output": end.output, "error": end.error, "cause": end.cause}
    return description, [_recorded(event) for event in simulator.history(arn)]


def _function(spec: dict[str, Any]) -> Any:
    def call(payload: Any) -> Any:
        if spec["kind"] == "raise":
            raise TaskError(spec["error"], spec["cause"])
        if spec["kind"] == "return":
            return spec["repeat"] * spec["times"] if "repeat" in spec else spec["value"]
        return Completed(payload, timedelta(seconds=spec.get("afterSeconds", 0)))

    return call


def _recorded(event: dict[str, Any]) -> dict[str, Any]:
    entry = {"id": event["id"], "prev": event["previousEventId"], "type": event["type"]}
    for details in (value for key, value in event.items() if key.endswith("Details")):
        entry |= {key: details[key] for key in (*DATA, "timeoutInSeconds", "heartbeatInSeconds") if key in details}
        state = details.get("name", details.get("state"))
        if state is not None:
            entry["state"] = state
        if "assignedVariables" in details:
            entry["assigned"] = {key: json.loads(text) for key, text in details["assignedVariables"].items()}
        for key in ("input", "output", "parameters"):
            if key in details:
                entry[key] = json.loads(details[key])
    return entry


def _normal(value: Any) -> Any:
    """Numbers as numbers, and texts that are JSON objects or arrays as their values (both sides)."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return _normal(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    return [_normal(item) for item in value] if isinstance(value, list) else value


def _end(end: dict[str, Any]) -> Any:
    kept = ("status", "output") if end["status"] == "SUCCEEDED" else ("status", "error")
    return {key: _normal(end.get(key)) for key in kept}


def _states(events: list[dict[str, Any]], concurrent: bool) -> Any:
    named = [(e["type"], e["state"]) for e in events if e["type"].endswith(("StateEntered", "StateExited"))]
    return Counter(named) if concurrent else named


def _events(events: list[dict[str, Any]], concurrent: bool) -> Any:
    if not concurrent:
        return [_normal({key: value for key, value in e.items() if key != "cause"}) for e in events]
    links = ("id", "prev", "cause")
    kept = [{key: value for key, value in e.items() if key not in links} for e in events if e["type"] != UNRECORDED]
    return Counter(json.dumps(_normal(e), sort_keys=True) for e in kept)
