"""The processes that ship with the platform: drawn completely, and read as what they sell."""

from pathlib import Path

import pytest

from state_machines.bpmn.model import Event, Model, Task
from state_machines.bpmn.reader import read_bpmn
from state_machines.dmn import evaluate, read_dmn
from state_machines.xml import Element, read_xml

PRODUCTS = Path(__file__).parents[3] / "catalogue" / "products"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"


def read(key: str) -> Model:
    model, _ = read_bpmn((PRODUCTS / key / f"{key}.bpmn").read_bytes())
    assert model is not None
    return model


@pytest.mark.parametrize("path", sorted(PRODUCTS.glob("*/*.bpmn")), ids=lambda p: p.stem)
def test_every_element_is_drawn_once_and_flows_meet_their_ends(path: Path) -> None:
    source = path.read_bytes()
    model, _ = read_bpmn(source)
    assert model is not None
    scopes = [p.scope for p in model.processes]
    elements = {n.id for s in scopes for n in s.walk()} | {f.id for s in scopes for f in s.walk_flows()}
    shapes = {e.get("bpmnElement") or "": e for e in read_xml(source).walk() if e.name in ("BPMNShape", "BPMNEdge")}
    assert shapes.keys() >= elements
    for flow in (f for s in scopes for f in s.walk_flows()):
        points = [(float(p.get("x") or 0), float(p.get("y") or 0)) for p in shapes[flow.id].all("waypoint")]
        assert _touches(shapes[flow.source], points[0]), flow.id
        assert _touches(shapes[flow.target], points[-1]), flow.id


def _touches(shape: Element, point: tuple[float, float]) -> bool:
    bounds = shape.child("Bounds", DC)
    assert bounds is not None
    x, y, width, height = (float(bounds.get(name) or 0) for name in ("x", "y", "width", "height"))
    return x <= point[0] <= x + width and y <= point[1] <= y + height


def test_the_loan_is_sold_as_drawn() -> None:
    (process,) = read("cash-loan").processes
    tasks = {n.id: n for n in process.scope.walk() if isinstance(n, Task)}
    assert (process.id, process.dialect) == ("cash-loan", "camunda7")
    forms = {node_id: t.form.key for node_id, t in tasks.items() if t.form is not None}
    assert forms == {
        "FillInApplication": "loan-application",
        "CheckApplication": "loan-check",
        "CheckAsSupervisor": "loan-check",
    }
    bureau = tasks["AskCreditBureau"].job
    assert bureau is not None
    assert (bureau.type, bureau.retries, bureau.retry_waits) == ("http-connector", 3, ("PT2S",))
    signed = next(n for n in process.scope.walk() if n.id == "ContractSigned")
    assert isinstance(signed, Event)
    assert [d.message.name for d in signed.definitions if d.message] == ["contract-signed"]


def test_complaints_correlate_by_their_own_number() -> None:
    (process,) = read("complaint-handling").processes
    answer = next(n for n in process.scope.walk() if n.id == "AwaitAnswer")
    assert isinstance(answer, Task)
    assert answer.message is not None
    assert answer.message.correlation_key is not None
    assert answer.message.correlation_key.text == "complaintId"


@pytest.mark.parametrize(
    ("applicant", "eligible", "risk_class", "max_amount"),
    [
        ((30, 5000, 30_000, 36), True, "B", 60_000),
        ((17, 5000, 30_000, 36), False, "D", 0),
        ((30, 1499, 1_000, 12), False, "D", 0),
        ((30, 2000, 20_001, 36), False, "C", 20_000),
        ((75, 6000, 150_000, 120), True, "A", 150_000),
        ((30, 9000, 1_000, 121), False, "D", 0),
        ((None, 9000, 1_000, 12), False, "D", 0),
    ],
)
def test_scoring_decides(applicant: tuple[object, ...], eligible: bool, risk_class: str, max_amount: int) -> None:
    definitions = read_dmn((PRODUCTS / "cash-loan" / "loan-scoring.dmn").read_bytes())
    variables = dict(zip(("age", "monthlyIncome", "amount", "termMonths"), applicant, strict=True))
    result = evaluate(definitions, "loan-scoring", variables)
    assert result.value == {"eligible": eligible, "riskClass": risk_class, "maxAmount": max_amount}
