"""What the demo's processes hand over, held against what the templates read."""

from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.documents import check_template, handed_over
from state_machines.bpmn.model import Expression, IoMapping, Job, Model, Process, Scope, Task, Text
from state_machines.bpmn.reader import read_bpmn

BUNDLES = sorted({path.parent for path in (Path(__file__).parents[3] / "catalogue" / "products").glob("*/*.bpmn")})


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.name)
def test_the_demo_templates_read_what_their_process_hands_over(bundle: Path):
    for path in bundle.glob("*.bpmn"):
        drawn, _ = read_bpmn(path.read_bytes())
        assert drawn
        handed = handed_over(drawn)
        assert {template.stem for template in bundle.glob("documents/*.html")} == set(handed)
        for name, variables in handed.items():
            source = (bundle / "documents" / f"{name}.html").read_bytes()
            assert variables and check_template(name, source, variables=variables) == ()


def model(*inputs: tuple[IoMapping, ...]) -> Model:
    task = Task("t", "T", 1, kind="service", job=Job(type="dpc:document"))
    tasks = tuple(replace(task, id=f"t{i}", inputs=given) for i, given in enumerate(inputs))
    return Model((Process("p", "P", 1, True, "camunda8", Scope(tasks)),))


TEMPLATE = IoMapping("template", Text("letter", 1))


def data(text: str) -> IoMapping:
    return IoMapping("data", Expression(text, "feel", 1))


def test_names_of_all_tasks_count():
    assert handed_over(model((TEMPLATE, data('{a: 1, "b": 2}')), (TEMPLATE, IoMapping("data.c", Text("", 1))))) == {
        "letter": {"a", "b", "c"}
    }
    assert handed_over(model((TEMPLATE,))) == {"letter": frozenset()}


def test_what_an_expression_decides_is_unknown():
    assert handed_over(model((TEMPLATE, data("customer")), (TEMPLATE, data("{a: 1}")))) == {"letter": None}
    assert handed_over(model((IoMapping("template", Expression("x", "feel", 1)), data("{a: 1}")))) == {}
