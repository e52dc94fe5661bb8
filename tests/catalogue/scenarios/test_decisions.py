"""Scenarios of decisions: CSV and YAML, what is not as expected with its reason, and the rules that no case reaches."""

import pytest

from catalogue.scenarios.decisions import (
    RuleCoverage,
    is_decision_scenario,
    read_decision_scenario,
    rule_coverage,
    run_decision_scenario,
)
from state_machines.dmn import read_dmn
from tests.state_machines.dmn.builder import decision, definitions, table

RULES = [(["< 18"], ['"child"', "0"]), (["[18..65)"], ['"adult"', "10"]), ([">= 65"], ['"senior"', "5"])]
SOURCE = definitions(decision(table(["age"], RULES, outputs=("group", "fee")), "tariff"))
DECISIONS = dict.fromkeys(["tariff"], read_dmn(SOURCE))
CSV = b"age,=group,=fee\n17,child,0\n\n40,adult,\n"
YAML = b"decision: tariff\ncases:\n  - input: {age: 17}\n    expect: {group: child, fee: 0}\n"


@pytest.mark.parametrize(("file", "source"), [("scenarios/tariff.csv", CSV), ("scenarios/young.yaml", YAML)])
def test_cases_that_hold_say_nothing(file: str, source: bytes) -> None:
    assert is_decision_scenario(file, source)
    scenario, said = read_decision_scenario(file, source)
    assert scenario is not None
    assert said == ()
    assert run_decision_scenario(scenario, DECISIONS)[0] == ()


def test_a_difference_has_its_line_and_its_reason() -> None:
    scenario, _ = read_decision_scenario("scenarios/tariff.csv", b"age;=fee;=group\n64;5;adult\nold;;\n?;5;\n")
    assert scenario is not None
    said, results = run_decision_scenario(scenario, DECISIONS)
    assert [(each.code, each.line) for each in said] == [("SCENARIO-012", 2), ("SCENARIO-012", 4)]
    assert "Expected fee to be 5, but it is 10. tariff" in said[0].message
    assert "rule 2 fired" in said[0].message
    assert "no rule matches" in said[1].message
    assert 'age `< 18` cannot be said of "?"' in said[1].message
    assert rule_coverage(results, DECISIONS) == (RuleCoverage("tariff", 3, (1, 3)),)


@pytest.mark.parametrize(
    ("file", "source", "code", "line"),
    [
        ("scenarios/tariff.csv", b"age,group\n1,child\n", "SCENARIO-002", 1),
        ("scenarios/tariff.csv", b"age,=group\n1,child,2\n", "SCENARIO-002", 2),
        ("scenarios/tariff.csv", b"\xff\xfe", "SCENARIO-001", 1),
        ("scenarios/a.yaml", b"decision: tariff\ncases:\n  - inputs: {}\n    expect: 1\n", "SCENARIO-002", 3),
        ("scenarios/a.yaml", b"decision: [", "SCENARIO-001", 1),
    ],
)
def test_files_that_cannot_be_read_say_where(file: str, source: bytes, code: str, line: int) -> None:
    scenario, said = read_decision_scenario(file, source)
    assert scenario is None
    assert [(each.code, each.line) for each in said] == [(code, line)]


def test_an_unknown_decision_is_named() -> None:
    scenario, _ = read_decision_scenario("scenarios/other.csv", b"a,=b\n1,2\n")
    assert scenario is not None
    said, _ = run_decision_scenario(scenario, DECISIONS)
    assert [(each.code, "tariff" in each.message) for each in said] == [("SCENARIO-003", True)]
