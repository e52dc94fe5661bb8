"""The DMN TCK, where its data lies beside the repository. failing.txt lists the cases that fail; it may only shrink."""

from pathlib import Path

import pytest

from state_machines.dmn.rules import check

from .tck import FOLDER, Case, cases, models

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
    third = [case for case in results if case.level == "3"]
    for counted in (third, [case for case in third if case.expects_value]):
        assert _share(counted) >= 0.98
        files = {case.id.partition("/")[0] for case in counted}
        assert sum(_share([c for c in counted if c.id.startswith(f"{file}/")]) for file in files) / len(files) >= 0.98


def _share(counted: list[Case]) -> float:
    return sum(case.passed for case in counted) / len(counted)


QUIET = {
    "0034-drg-scopes": {"DMN-018"},
    "0040-singlenestedcontext": {"DMN-016"},
    "0111-first-hitpolicy-singleoutputcol": {"DMN-016"},
}
"""Models whose tables do have gaps, and whose decisions do require what they never read."""
MEANT = {
    **dict.fromkeys(("decision003_b", "decision003_c", "decision007_b", "decision007_c"), "0065-feel-disjunction"),
    "decision033": "0069-feel-list",
}
"""Decisions that have a value although a part of them has none, such as `true or "true"`."""


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the conformance data is not beside the repository")
@pytest.mark.slow
def test_rules_are_quiet_on_good_models() -> None:
    """What is said of types is said of decisions that come out as null; other warnings only where they are true."""
    loud: dict[str, set[str]] = {}
    wrong = []
    for folder, definitions, wanted in models():
        for said in check(definitions):
            if said.code == "DMN-012":
                name = said.message.split("'")[1]
                if any(value is not None for value in wanted.get(name, [])) and MEANT.get(name) != folder:
                    wrong.append((folder, said.message))
            elif said.severity != "info":
                loud.setdefault(folder, set()).add(said.code)
    assert wrong == []
    assert loud == QUIET
