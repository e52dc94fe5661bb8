"""The DMN TCK, where its data lies beside the repository. failing.txt lists the cases that fail; it may only shrink."""

from pathlib import Path

import pytest

from .tck import FOLDER, cases

FAILING = Path(__file__).with_name("failing.txt")


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the conformance data is not beside the repository")
@pytest.mark.slow
def test_no_case_fails_that_passed_before() -> None:
    known = {line.split(" ")[0] for line in FAILING.read_text().splitlines() if line}
    results = list(cases())
    failed = {case.id for case in results if not case.passed}
    assert failed - known == set(), "these passed before"
    assert known - failed == set(), "these pass now: take them off the list"
    assert all(case.passed for case in results if case.level == "2")
    valued = [case for case in results if case.expects_value]
    assert sum(case.passed for case in results) / len(results) >= 0.98
    assert sum(case.passed for case in valued) / len(valued) >= 0.98
