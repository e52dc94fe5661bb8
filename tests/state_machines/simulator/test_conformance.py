"""The judge: executions recorded from AWS. Deviations are listed, each with its reason, in deviations.json."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.state_machines.simulator.conformance import CASES, case_files, judge

DEVIATIONS = json.loads((Path(__file__).parent / "deviations.json").read_text())

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"recorded executions are not at {CASES}")


def test_recorded_executions_are_repeated() -> None:
    verdicts = {path.stem: judge(json.loads(path.read_text())) for path in case_files()}
    reached = Counter(level for verdict in verdicts.values() for level in verdict.levels)
    print({level: f"{count}/{len(verdicts)}" for level, count in sorted(reached.items())})
    deviating = {name: verdict.difference for name, verdict in verdicts.items() if verdict.levels != "ABCD"}
    assert deviating.keys() == DEVIATIONS.keys(), deviating
    assert reached["B"] >= 0.97 * len(verdicts)
