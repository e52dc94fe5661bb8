"""`python -m benchmarks [NAME ...]`: runs all benchmarks or those named, prints each table as it is there."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks.api_calls import measure_calls
from benchmarks.bundle_sizes import measure_bundles
from benchmarks.catalogue import measure_catalogue
from benchmarks.compiling import measure_compiling
from benchmarks.decisions import measure_decisions
from benchmarks.durability import measure_durability
from benchmarks.figures import Report, Table, as_text, compared
from benchmarks.hostile import measure_hostile
from benchmarks.imports import measure_imports
from benchmarks.latency import measure_latency
from benchmarks.market import measure_market
from benchmarks.paths import measure_paths
from benchmarks.plays import PLAYS, Player, played
from benchmarks.read_model import measure_lag, measure_reading
from benchmarks.simulation import measure_simulation
from benchmarks.transitions import measure_transitions
from benchmarks.waiting import measure_ends, measure_messages, measure_migration, measure_year
from tests.journeys.bundles import publish
from tests.platform import running_platform


def measure_platform() -> Iterator[Table]:
    """What is counted while the demo processes are played."""
    with tempfile.TemporaryDirectory() as folder, running_platform(log=Path(folder) / "platform.log") as platform:
        for process in sorted({play.process for play in PLAYS}):
            publish(platform.client(), process)
        platform.idle()
        player = Player(platform)
        instances = list(played(player))
        yield measure_reading(player, instances)
        yield measure_paths(player, instances)
        yield measure_calls(player.calls)


MEASURES: Mapping[str, Callable[[], Table | Iterator[Table]]] = {
    "compiling": measure_compiling,
    "hostile": measure_hostile,
    "transitions": measure_transitions,
    "platform": measure_platform,
    "latency": measure_latency,
    "durability": measure_durability,
    "ends": measure_ends,
    "messages": measure_messages,
    "migration": measure_migration,
    "year": measure_year,
    "lag": measure_lag,
    "imports": measure_imports,
    "bundles": measure_bundles,
    "simulation": measure_simulation,
    "decisions": measure_decisions,
    "market": measure_market,
    "catalogue": measure_catalogue,
}
"""In the order in which they are read."""


def measured(names: Iterable[str]) -> Iterator[Table]:
    """The tables of these benchmarks."""
    for name in names:
        found = MEASURES[name]()
        yield from [found] if isinstance(found, Table) else found


def main() -> None:
    """Exit code 0 whether goals are met or not: figures inform, tests decide."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and compare with the goals.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these of {', '.join(MEASURES)}")
    parser.add_argument("--json", action="store_true", help="print JSON at the end instead of tables on the way")
    parser.add_argument("--save", metavar="FILE", type=Path, help="keep the figures, as JSON")
    parser.add_argument("--before", metavar="FILE", type=Path, help="compare with figures that were kept")
    asked = parser.parse_args()
    if unknown := set(asked.names) - MEASURES.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    report, before = Report(), json.loads(asked.before.read_text()) if asked.before else []
    for table in measured(asked.names or MEASURES):
        for each in filter(None, [table, compared(table, before)]):
            report.tables.append(each)
            if not asked.json:
                print(as_text(each), flush=True)
    if asked.json:
        json.dump(report.as_json(), sys.stdout, indent=2)
    if asked.save:
        asked.save.write_text(json.dumps(report.as_json(), indent=2) + "\n")


if __name__ == "__main__":
    main()
