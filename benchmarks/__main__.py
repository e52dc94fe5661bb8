"""`python -m benchmarks [--json]`: runs all benchmarks and prints what they found, each as soon as it is there."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.api_calls import measure_calls
from benchmarks.bundle_sizes import measure_bundles
from benchmarks.catalogue import measure_catalogue
from benchmarks.compiling import measure_compiling
from benchmarks.decisions import measure_decisions
from benchmarks.durability import measure_durability
from benchmarks.figures import Report, Table, as_text
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


def measure_all() -> Iterator[Table]:
    """All tables, in the order in which they are read."""
    yield measure_compiling()
    yield measure_hostile()
    yield measure_transitions()
    yield from measure_platform()
    yield measure_latency()
    yield measure_durability()
    yield measure_ends()
    yield measure_messages()
    yield measure_migration()
    yield measure_year()
    yield measure_lag()
    yield measure_imports()
    yield measure_bundles()
    yield measure_simulation()
    yield measure_decisions()
    yield measure_market()
    yield measure_catalogue()


def main() -> None:
    """Exit code 0 whether goals are met or not: figures inform, tests decide."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and compare with the goals.")
    parser.add_argument("--json", action="store_true", help="print JSON at the end instead of tables on the way")
    as_json = parser.parse_args().json
    report = Report()
    for table in measure_all():
        report.tables.append(table)
        if not as_json:
            print(as_text(table), flush=True)
    if as_json:
        json.dump(report.as_json(), sys.stdout, indent=2)


if __name__ == "__main__":
    main()
