"""Whatever the bytes, the reader and the rules answer with diagnostics and never raise."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.bpmn.model import Model
from state_machines.bpmn.reader import read_bpmn
from state_machines.bpmn.rules import check
from state_machines.diagnostics import has_errors
from tests.effort import effort
from tests.state_machines.bpmn.blocks import block_structured
from tests.state_machines.bpmn.samples import definitions, flow

PRODUCTS = Path(__file__).parents[3] / "catalogue" / "products"
SOURCES = [path.read_bytes() for path in sorted(PRODUCTS.glob("*/*.bpmn"))]
WORDS = ("task", "userTask", "boundaryEvent", "subProcess", "transaction", "startEvent", "endEvent", "exclusiveGateway")


def judge(source: bytes) -> Model | None:
    model, notation = read_bpmn(source)
    assert model is not None or has_errors(notation)
    if model is not None:
        check(model)
    return model


@effort(150)
@given(source=st.sampled_from(SOURCES), data=st.data())
def test_flipped_cut_and_repeated_bytes_never_raise(source: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(source)))
        end = data.draw(st.integers(start, min(len(source), start + 400)))
        patch = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"", source[start:end] * 2, b"]]>", b"&x;"]))
        )
        source = source[:start] + patch + source[end:]
    judge(source)


@effort(150)
@given(source=st.sampled_from(SOURCES), data=st.data())
def test_attributes_with_any_text_never_raise(source: bytes, data: st.DataObject) -> None:
    pieces = source.split(b'"')
    for _ in range(data.draw(st.integers(1, 5))):
        position = 2 * data.draw(st.integers(12, len(pieces) // 2 - 1)) + 1
        text = data.draw(
            st.one_of(st.text(max_size=12), st.sampled_from(["=", "${", "${}", "#{a} b", "= ", "R/", "-1", "{"]))
        )
        pieces[position] = "".join(c for c in text if c >= " " and c not in '<&"' and c < "\ud800").encode()
    judge(b'"'.join(pieces))


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00" * 100,
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b"<a>" * 5_000,
        definitions('<process isExecutable="true">' + "<subProcess>" * 150 + "</subProcess>" * 150 + "</process>"),
        definitions('<process id="p" isExecutable="true"><subProcess/><task id=""/><boundaryEvent id="b"/></process>'),
        definitions('<process id="p" isExecutable="true"><sequenceFlow/><lane/><incoming/></process>'),
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>".encode("utf-16"),
    ],
    ids=lambda source: repr(source[:24]),
)
def test_hostile_files_end_in_errors(source: bytes) -> None:
    model, notation = read_bpmn(source)
    assert has_errors(notation)
    if model is not None:
        check(model)


def test_deep_nesting_is_read_to_a_limit_and_refused_beyond() -> None:
    opened, closed = '<subProcess id="s">', "</subProcess>"
    for depth, readable in ((90, True), (150, False)):
        nested = f'<process id="p" isExecutable="true">{opened * depth}{closed * depth}</process>'
        assert (judge(definitions(nested)) is not None) is readable


@effort(60)
@given(source=block_structured())
def test_models_made_of_whole_blocks_are_content(source: bytes) -> None:
    model, notation = read_bpmn(source)
    assert model is not None
    assert notation == ()
    assert check(model) == ()
    assert read_bpmn(source) == (model, notation)


@effort(100)
@given(
    kinds=st.lists(st.sampled_from(WORDS), min_size=1, max_size=8),
    ends=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=12),
)
def test_any_graph_is_read_whole_and_judged(kinds: list[str], ends: list[tuple[int, int]]) -> None:
    nodes = "".join(f'<{kind} id="n{i}" attachedToRef="n0"/>' for i, kind in enumerate(kinds))
    flows = "".join(flow(f"f{i}", f"n{a}", f"n{b}") for i, (a, b) in enumerate(ends))
    model = judge(definitions(f'<process id="p" isExecutable="true">{nodes}{flows}</process>'))
    assert model is not None
    scope = model.processes[0].scope
    assert [n.id for n in scope.nodes] == [f"n{i}" for i in range(len(kinds))]
    assert sum(len(n.outgoing) for n in scope.nodes) == sum(a < len(kinds) for a, _ in ends)
    dangling = {d.element_id for d in check(model) if d.code == "BPMN-103"}
    assert dangling == {f"f{i}" for i, (a, b) in enumerate(ends) if max(a, b) >= len(kinds)}
