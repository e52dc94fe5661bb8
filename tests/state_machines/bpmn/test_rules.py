"""Every rule finds its bad sample, and only that; every rule is quiet on every good model."""

from pathlib import Path

import pytest

from state_machines.bpmn.findings import CODES
from state_machines.bpmn.reader import read_bpmn
from state_machines.bpmn.rules import RULES, check
from tests.state_machines.bpmn.samples import BAD_MODELS, BAD_NOTATION, around, extended, process

ROOT = Path(__file__).parents[3]
PRODUCTS = sorted((ROOT / "catalogue" / "products").glob("*/*.bpmn"))
BETSY = sorted((ROOT.parent / "shared" / "conformance" / "betsy").rglob("*.bpmn"))
REFUSED = {"BPMN-004": "token quantities", "BPMN-007": "a negative loop maximum", "BPMN-123": "complex gateways"}


@pytest.mark.parametrize(("code", "element", "source"), BAD_NOTATION, ids=lambda v: v if isinstance(v, str) else "")
def test_reader_says_exactly_what_is_wrong(code: str, element: str, source: bytes) -> None:
    _, found = read_bpmn(source)
    assert {d.code for d in found} == {code}
    assert element in {d.element_id for d in found}
    assert all(d.line > 0 and d.message.endswith(".") for d in found)


@pytest.mark.parametrize(("code", "element", "source"), BAD_MODELS, ids=lambda v: v if isinstance(v, str) else "")
def test_rule_finds_its_bad_sample_and_no_other_does(code: str, element: str, source: bytes) -> None:
    model, notation = read_bpmn(source)
    assert model is not None
    assert notation == ()
    found = check(model)
    assert {d.code for d in found} == {code}
    assert element in {d.element_id for d in found}
    assert all(d.line > 0 and d.message.endswith(".") for d in found)


def test_every_code_has_a_bad_sample() -> None:
    assert {code for code, _, _ in BAD_MODELS} == {code for code, _ in RULES}
    assert {code for code, _, _ in BAD_NOTATION} == set(CODES)


def test_codes_are_unique_and_rules_tell_their_remedy() -> None:
    codes = [code for code, _ in RULES]
    assert len(set(codes)) == len(codes)
    assert all("Remedy: " in (rule.__doc__ or "") for _, rule in RULES)


@pytest.mark.parametrize("path", PRODUCTS, ids=lambda p: p.stem)
def test_rules_are_quiet_on_our_products(path: Path) -> None:
    model, notation = read_bpmn(path.read_bytes())
    assert model is not None
    assert {d.code for d in notation} <= {"BPMN-005"}
    assert check(model) == ()


def test_rules_are_quiet_on_the_conformance_models() -> None:
    if not BETSY:
        pytest.skip("the conformance models are not beside this repository")
    loud = {}
    for path in BETSY:
        model, notation = read_bpmn(path.read_bytes())
        assert model is not None
        codes = {d.code for d in notation + check(model)} - REFUSED.keys()
        loud |= {path.name: codes} if codes else {}
    assert loud == {}


def test_drawings_beside_the_executable_process_are_not_judged() -> None:
    source = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="runs" isExecutable="true">'
        b'<startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/></process>'
        b'<process id="drawn"><serviceTask id="t"/><complexGateway id="g"/><callActivity id="c"/></process>'
        b"</definitions>"
    )
    model, notation = read_bpmn(source)
    assert model is not None
    assert notation == ()
    assert check(model) == ()


def test_ways_through_json_are_proposed_as_paths() -> None:
    element = extended(
        "task",
        "<camunda:inputOutput><camunda:outputParameter name='score'>"
        "${S(response).prop('report').prop('score').numberValue()}</camunda:outputParameter></camunda:inputOutput>",
    )
    model, _ = read_bpmn(process(around(element), "camunda7"))
    assert model is not None
    assert [d.message.rpartition("Write ")[2] for d in check(model)] == ["${response.report.score}."]
