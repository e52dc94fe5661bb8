"""Which processes of a file run."""

import pytest

from state_machines.bpmn.reader import read_bpmn
from tests.state_machines.bpmn.samples import LINE, definitions


@pytest.mark.parametrize(
    ("dialect", "first", "second", "run"),
    [
        ("bpmn", "", "", ["a", "b"]),
        ("bpmn", ' isExecutable="true"', "", ["a"]),
        ("bpmn", ' isExecutable="false"', "", []),
        ("camunda7", "", "", ["a", "b"]),
        ("camunda7", ' isExecutable="true"', "", ["a", "b"]),
        ("camunda7", ' isExecutable="false"', "", ["b"]),
        ("camunda8", "", "", []),
        ("camunda8", ' isExecutable="1"', "", ["a"]),
    ],
)
def test_a_process_that_does_not_say_runs_where_its_dialect_says_so(
    dialect: str, first: str, second: str, run: list[str]
) -> None:
    source = definitions(f'<process id="a"{first}>{LINE}</process><process id="b"{second}>{LINE}</process>', dialect)
    model, _ = read_bpmn(source)
    assert model is not None
    assert [process.id for process in model.processes if process.executable] == run
