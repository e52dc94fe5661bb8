"""What an API call reads and writes in DynamoDB, authorizer included; what follows by event is not the call's."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import mean

from benchmarks.figures import Table, Value
from benchmarks.plays import Counts


def measure_calls(calls: Sequence[Counts]) -> Table:
    """One row a route."""
    by_route: defaultdict[str, list[Counts]] = defaultdict(list)
    for call in calls:
        by_route[call.route].append(call)
    return Table("DynamoDB items per API call", [_row(route, by_route[route]) for route in sorted(by_route)])


def _row(route: str, calls: Sequence[Counts]) -> dict[str, Value]:
    return {
        "route": route,
        "calls": len(calls),
        "reads": mean(call.reads for call in calls),
        "writes": mean(call.writes for call in calls),
        "most": max(call.reads + call.writes for call in calls),
    }
