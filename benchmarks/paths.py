"""What an instance costs on each path of each demo process: played on the local platform, counted in its history."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.figures import Goal, Table, Value
from benchmarks.plays import Play, Player
from contract import routes

CALLING = ("serviceTask", "sendTask")
"""The kinds of elements that may call a function."""


def measure_paths(player: Player, instances: Sequence[tuple[Play, str]]) -> Table:
    """One row a path."""
    return Table(
        "Instances, path by path",
        [_row(player, play, instance) for play, instance in instances],
        (
            Goal(
                "fewer state transitions than BPMN nodes", lambda row: float(row["transitions"]) < float(row["nodes"])
            ),
            Goal("no Lambda call for script, choice, decision and waiting", lambda row: row["other calls"] == 0),
        ),
        "dollars: of 1,000 instances on this path, by the compile report (inside a fork: on its happy path); "
        "DynamoDB and logs included",
    )


def _row(player: Player, play: Play, instance: str) -> dict[str, Value]:
    history = player.call(routes.GET_HISTORY, id=instance)
    report = player.call(routes.GET_REPORT, id=play.process)
    events = _events(player, instance)
    entered = [e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e]
    nodes = len(history["items"])
    calls = _calls_by_type(events, report, {i["elementId"]: i["elementType"] for i in history["items"]})
    return {
        "path": f"{play.process}: {play.path}",
        "nodes": nodes,
        "transitions": len(entered),
        "per node": len(entered) / nodes,
        "events": len(events),
        "events per node": len(events) / nodes,
        "Lambda calls": calls.total(),
        "other calls": sum(n for kind, n in calls.items() if kind not in CALLING),
        "dollars": _dollars(report, entered),
    }


def _events(player: Player, instance: str) -> list[Any]:
    """The history of the instance's executions, as Step Functions would give it."""
    service = player.platform.platform.step_functions
    with service.lock:
        simulator = service.simulator
        arns = [e.arn for e in simulator.executions() if e.arn.rpartition(":")[2].startswith(f"{instance}_")]
        return [event for arn in arns for event in simulator.history(arn)]


def _calls_by_type(events: Sequence[Any], report: Mapping[str, Any], types: Mapping[str, str]) -> Counter[str]:
    """How often each kind of element called a function."""
    element_of = {state: element for element, states in report["elements"].items() for state in states}
    by_id = {event["id"]: event for event in events}
    calls: Counter[str] = Counter()
    for event in events:
        if event.get("taskScheduledEventDetails", {}).get("resourceType") == "lambda":
            before = by_id[event["previousEventId"]]
            while "stateEnteredEventDetails" not in before:
                before = by_id[before["previousEventId"]]
            element = element_of[before["stateEnteredEventDetails"]["name"]]
            calls[types.get(element, "unknown")] += 1
    return calls


def _dollars(report: Mapping[str, Any], entered: Sequence[str]) -> Value:
    """The cost of the longest path of the report all of whose states were entered."""
    fits = [path for path in report["paths"] if set(path["states"]) <= set(entered)]
    return float(max(fits, key=lambda path: len(path["states"]))["dollarsPerThousand"]) if fits else "not listed"
