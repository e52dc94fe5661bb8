"""Planted faults: each gives its code, its line and words that say what to do; never a stack trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.scenarios import read_scenario
from tests.catalogue.scenarios.bundles import compiled, run_text, said
from tests.effort import effort

DECLINED = """\
process: car-insurance
connectors:
  DeclineLetter: {answer: {documentId: letter-1}}
steps:
  - complete: DescribeCar
    variables: {productionYear: 1988, driverAge: 40, firstName: A, lastName: B, registration: KR 12345, make: Fiat}
expect:
  status: completed
"""


def test_it_passes_unharmed() -> None:
    assert said("car-insurance", DECLINED) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "words"),
    [
        ("process: car-insurance", "process: car-insurence", "SCENARIO-003", 1, "did you mean 'car-insurance'?"),
        ("variables:", "varables:", "SCENARIO-002", 6, "did you mean 'variables'?"),
        ("  status: completed", "  stauts: completed", "SCENARIO-002", 8, "did you mean 'status'?"),
        ("status: completed", "status: done", "SCENARIO-002", 8, "'completed', 'active', 'incident' or 'failed'"),
        ("complete: DescribeCar", "complete: DescribeCars", "SCENARIO-004", 5, "did you mean 'DescribeCar'?"),
        ("complete: DescribeCar", "finish: DescribeCar", "SCENARIO-002", 5, "exactly one of: complete, message"),
        ("  DeclineLetter:", "  DeclineLettr:", "SCENARIO-005", 3, "did you mean 'DeclineLetter'?"),
        ("{answer:", "{answer: 1, rejected: no, after:", "SCENARIO-002", 3, "a duration is text such as PT30S"),
        ("{answer: {documentId: letter-1}}", "{answer: 1, rejected: x}", "SCENARIO-002", 3, "exactly one of"),
        ("{answer: {documentId: letter-1}}", "[]", "SCENARIO-002", 3, "at least 1 item"),
        ("  DeclineLetter:", "  IssuePolicy:", "SCENARIO-011", 5, "Add DeclineLetter or dpc:document"),
        ("steps:", "steps:\n  - message: signed", "SCENARIO-006", 5, "waits for no message 'signed'"),
        ("steps:", "steps:\n  - advance: 24h", "SCENARIO-002", 5, "PT24H"),
        ("steps:", "steps:\n  - advance: P1M", "SCENARIO-002", 5, "a duration is text"),
        ("steps:", "steps:\n  - advance: P9999W", "SCENARIO-002", 5, "at most ten years"),
        ("make: Fiat", "maker: Fiat", "SCENARIO-010", 5, "make: This field is required."),
        ("driverAge: 40", "driverAge: 4", "SCENARIO-010", 5, "The form car-details of DescribeCar refuses"),
        ("steps:", "steps:\n  - resolve: DeclineLetter", "SCENARIO-010", 5, "has no incident. Incidents: none."),
        ("steps:", "steps:\n  - complete: Insurable", "SCENARIO-010", 5, "Open tasks: DescribeCar"),
        ("expect:", "  - complete: DescribeCar\nexpect:", "SCENARIO-010", 7, "it is not open. Open tasks: none."),
        ("expect:\n  status: completed", "", "SCENARIO-007", 1, "proves nothing"),
        ("status: completed", "status: active", "SCENARIO-012", 8, "should be active, but is completed"),
        ("status: completed", "passed: [IssuePolicy]", "SCENARIO-012", 8, "IssuePolicy should be passed, but was not"),
        ("status: completed", "passed: {Declined: 2}", "SCENARIO-012", 8, "2 times, but was passed once"),
        ("status: completed", "notPassed: [Declined]", "SCENARIO-012", 8, "but was passed once"),
        ("status: completed", "variables: {letter: x}", "SCENARIO-012", 8, 'letter: expected "x", is "letter-1"'),
        ("status: completed", "variables: {policy: x}", "SCENARIO-012", 8, "there is no such variable"),
        ("status: completed", "absent: [letter]", "SCENARIO-012", 8, "There should be no variable letter"),
        ("status: completed", "tasks: [DescribeCar]", "SCENARIO-012", 8, "The task DescribeCar should be open"),
        ("status: completed", "messages: [signed]", "SCENARIO-012", 8, "should wait for the message signed"),
        ("status: completed", "key: x", "SCENARIO-002", 8, "this word stands elsewhere, not here"),
        ("status: completed", "signals: [alarm]", "SCENARIO-012", 8, "should wait for the signal alarm"),
        ("status: completed", "incidents: [Declined]", "SCENARIO-012", 8, "Incidents should be Declined, but are none"),
        ("status: completed", "calls: {DeclineLetter: 2}", "SCENARIO-012", 8, "called 2 times, but was called once"),
        ("status: completed", "duration: PT1H", "SCENARIO-012", 8, "should take PT1H, but takes PT0S"),
        ("status: completed", "status: completed\n  status: active", "SCENARIO-001", 9, "'status' stands here and"),
        ("connectors:", "connectors: &x", "SCENARIO-001", 9, "Aliases"),
        ("driverAge: 40", "driverAge: .nan", "SCENARIO-002", 6, "nan is no number"),
        ("driverAge: 40", "_dpc: 40", "SCENARIO-008", 5, "_dpc is the platform's own"),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, code: str, line: int, words: str) -> None:
    assert old in DECLINED
    source = DECLINED.replace(old, new, 1) + ("settle: *x\n" if "&x" in new else "")
    found = said("car-insurance", source)
    assert [(c, n) for c, n, message in found if words in message] == [(code, line)], found


def test_a_file_that_is_no_object_is_told_so() -> None:
    ((code, line, message),) = said("car-insurance", "- 1\n")
    assert (code, line) == ("SCENARIO-002", 1) and "it begins with 'process: <id>'" in message


def test_all_problems_are_told_at_once_in_order() -> None:
    source = "process: car-insurance\nstartt: {}\nsteps:\n  - advance: 1\n  - jump: 2\nexpect: {status: no}\n"
    assert [line for _, line, _ in said("car-insurance", source)] == [2, 4, 5, 6]


def test_a_wrong_path_is_shown_beside_the_right_one() -> None:
    path = "path: [PolicyWanted, ..., Insurable, IssuePolicy, Declined]"
    ((code, line, message),) = said("car-insurance", DECLINED.replace("status: completed", path))
    assert (code, line) == ("SCENARIO-012", 8)
    assert message.splitlines() == [
        "The path is another one.",
        "    expected      actual",
        "    PolicyWanted  PolicyWanted",
        "    ...           DescribeCar",
        "    Insurable     Insurable",
        "  - IssuePolicy",
        "  +               DeclineLetter",
        "    Declined      Declined",
    ]


def test_what_no_scenario_reaches_is_listed() -> None:
    (covered,) = run_text("car-insurance", DECLINED).coverage
    assert covered.missed_elements == ("IssuePolicy", "Insured")
    assert covered.missed_flows == ("Flow_Insurable", "Flow_Issued")


@effort(60)
@given(st.data())
def test_no_text_breaks_the_reader(data: st.DataObject) -> None:
    """Bytes of a good file replaced, dropped or repeated: a scenario or diagnostics with lines, nothing else."""
    source = bytearray(compiled("complaint-handling")[0].scenarios["scenarios/details-asked.yaml"])
    for _ in range(data.draw(st.integers(1, 8))):
        at, length = data.draw(st.integers(0, len(source) - 1)), data.draw(st.integers(0, 12))
        source[at : at + length] = data.draw(st.binary(max_size=12))
        if not source:
            break
    scenario, problems = read_scenario("x.yaml", bytes(source))
    assert (scenario is None) == bool(problems)
    assert all(problem.line >= 1 and problem.message for problem in problems)
