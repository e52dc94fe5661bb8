"""Whatever a file holds, the compiler answers with diagnostics: at once for what is meant to hurt, never by raising."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines import Compilation, compile_bpmn
from state_machines.diagnostics import MAX_ERRORS, MAX_WORDS
from tests.effort import effort
from tests.state_machines.corpora import models
from tests.state_machines.mutations import mutated

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SMALL = '<startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/>'


def definitions(body: str, head: str = "", attributes: str = f'xmlns="{BPMN}"') -> bytes:
    return f'<?xml version="1.0"?>{head}<definitions {attributes}>{body}</definitions>'.encode()


def process(body: str = SMALL, process_id: str = "p") -> str:
    return f'<process id="{process_id}" isExecutable="true">{body}</process>'


def errors(compilation: Compilation) -> list[str]:
    assert not compilation.processes
    return errors_of(compilation)


def errors_of(compilation: Compilation) -> list[str]:
    return [d.code for d in compilation.diagnostics if d.severity == "error"]


LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha">' + "".join(f'<!ENTITY a{i} "&a{i - 1};">' for i in range(1, 30)) + "]>"
FILES = {
    "entities that multiply": definitions(process("&a29;"), LAUGHS),
    "an entity from outside": definitions(process("&x;"), '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "an entity nobody declares": definitions(process("&x;")),
    "200,000 levels": b"<a>" * 200_000 + b"</a>" * 200_000,
    "200,000 levels of scopes": definitions(process('<subProcess id="s">' * 200_000)),
    "200,000 levels of drawing": definitions(process() + "<BPMNDiagram>" + "<a>" * 200_000),
    "50 MB": definitions(process(" " * 50_000_000)),
    "the same id again and again": definitions(process('<task id="t"/>' * 90_000)),
    "a value of 9 MB": definitions(process(f'<task id="{"x" * 9_000_000}"/>')),
    "half a million attributes": definitions(process("<task" + "".join(f' a{i}=""' for i in range(500_000)) + "/>")),
    "more elements than anybody draws": definitions(process("<task/>" * 200_000)),
    "bytes": bytes(range(256)) * 1_000,
    "a namespace that is not BPMN's": definitions(process(), attributes=f'xmlns="{BPMN}/"'),
    "a namespace that is taken back": definitions(f'<process xmlns="" id="p" isExecutable="true">{SMALL}</process>'),
    "a prefix that means nothing": definitions(process("<bpmn:task/>")),
    "a prefix of an odd name": definitions(process(), attributes=f'xmlns="{BPMN}" xmlns:xml="urn:x"'),
    "a separator in a namespace": definitions(process(), attributes=f'xmlns="{BPMN}\x1fprocess"'),
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_files_are_refused_with_one_error(name: str) -> None:
    assert len(errors(compile_bpmn(FILES[name]))) == 1


def test_a_refusal_does_not_depend_on_what_follows() -> None:
    for opening in ("<a>", '<task id="t"/>', "<task><a/>"):
        short, long = (compile_bpmn(definitions(process(opening * n))) for n in (2_000, 15_000))
        assert short.diagnostics == long.diagnostics


def test_namespaces_count_and_prefixes_do_not() -> None:
    plain = compile_bpmn(definitions(process()))
    prefixed = process().replace("<", "<camunda:").replace("<camunda:/", "</camunda:")
    odd = f'<x:definitions xmlns:x="{BPMN}" xmlns:camunda="{BPMN}" xmlns:bpmn="urn:other">{prefixed}</x:definitions>'
    assert compile_bpmn(odd.encode()).processes == plain.processes != ()


def test_elements_of_other_namespaces_are_never_taken_for_bpmn() -> None:
    for other in ("urn:other", "http://camunda.org/schema/1.0/bpmn", "http://camunda.org/schema/zeebe/1.0"):
        odd = f'<o:userTask id="s" xmlns:o="{other}"/><o:process id="q" isExecutable="true" xmlns:o="{other}"/>'
        compilation = compile_bpmn(definitions(process(SMALL + odd)))
        assert all("userTask" not in str(p.source_map) and p.id == "p" for p in compilation.processes)


def test_errors_are_shown_up_to_a_number() -> None:
    many = definitions(process("<zork/>\n" * 20_000))
    assert len(errors(compile_bpmn(many))) == MAX_ERRORS + 1
    unconnected = definitions("".join(process("", f"p{i}") for i in range(2_000)))
    assert len(errors(compile_bpmn(unconnected))) == MAX_ERRORS + 1


def test_messages_quote_no_more_than_people_read() -> None:
    name = "x" * 60_000
    compilation = compile_bpmn(definitions(process(f'<complexGateway id="{name}" name="{name}"/>')))
    assert errors(compilation)
    assert all(len(d.message) <= MAX_WORDS for d in compilation.diagnostics)


def test_processes_too_large_for_any_machine_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("state_machines.compile.MAX_NODES", 20)
    tasks = "".join(f'<task id="t{i}"/>' for i in range(21))
    assert errors(compile_bpmn(definitions(process(tasks)))) == ["FLOW-030"]
    assert errors(compile_bpmn(definitions(process(tasks + "<!-- where tags may stand that are none -->")))) == [
        "FLOW-030"
    ]


def test_of_what_refuses_nothing_as_much_is_told_as_anybody_reads() -> None:
    compilation = compile_bpmn(definitions(process(SMALL + "".join(f'<task id="t{i}"/>' for i in range(600)))))
    assert not errors_of(compilation) and len(compilation.diagnostics) == MAX_ERRORS + 1


def calling(process_id: str, target: str, past: str = "") -> str:
    call = f'<startEvent id="{process_id}s"/><callActivity id="{process_id}c" calledElement="{target}"/>'
    call += f'<endEvent id="{process_id}e"/>'
    flows = f'<sequenceFlow id="{process_id}f" sourceRef="{process_id}s" targetRef="{process_id}c"/>'
    flows += f'<sequenceFlow id="{process_id}g" sourceRef="{process_id}c" targetRef="{process_id}e"/>'
    return process(call + flows + past, process_id)


@pytest.mark.parametrize("length", [1, 2, 3, 400])
def test_calls_in_a_circle_are_refused(length: int) -> None:
    circle = [calling(f"p{i}", f"p{(i + 1) % length}") for i in range(length)]
    assert errors(compile_bpmn(definitions("".join(circle)))) == ["BPMN-127"] * length


def test_calls_in_a_circle_with_a_way_out_are_compiled() -> None:
    past = (
        '<boundaryEvent id="timer" attachedToRef="ac"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        '</timerEventDefinition></boundaryEvent><endEvent id="late"/>'
        '<sequenceFlow id="h" sourceRef="timer" targetRef="late"/>'
    )
    assert len(compile_bpmn(definitions(calling("a", "b") + calling("b", "a"))).processes) == 0
    compilation = compile_bpmn(definitions(calling("a", "b", past) + calling("b", "a")))
    assert [p.id for p in compilation.processes] == ["a", "b"], compilation.diagnostics


def test_a_default_flow_of_another_element_is_one_error() -> None:
    ways = "".join(f'<task id="{t}"/>' + flow(f"to{t}", "fork", t) + flow(f"of{t}", t, "join") for t in "ab")
    gateways = '<inclusiveGateway id="fork" default="begin"/><inclusiveGateway id="join"/><startEvent id="s"/>'
    body = gateways + ways + '<endEvent id="e"/>' + flow("begin", "s", "fork") + flow("end", "join", "e")
    assert errors(compile_bpmn(definitions(process(body)))) == ["BPMN-104"]


@pytest.mark.parametrize("name", ["{% $eval %}", "{% x", "a {% 1 + %} b", "$states", "_resolved"])
def test_what_looks_like_an_expression_is_a_name(name: str) -> None:
    task = f'<startEvent id="s"/><userTask id="{name}" name="{name}"/><endEvent id="e"/>'
    body = process(task + flow("f", "s", name) + flow("g", name, "e"), name + "p")
    compilation = compile_bpmn(definitions(body))
    assert [p.id for p in compilation.processes] == [name + "p"], compilation.diagnostics


def flow(flow_id: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}"/>'


@effort(250)
@given(name=st.sampled_from(sorted(models())), seed=st.integers(0, 2**32))
def test_damaged_files_never_raise(name: str, seed: int) -> None:
    compilation = compile_bpmn(mutated(models()[name].read_bytes(), Random(seed)))
    assert bool(compilation.processes) != bool([d for d in compilation.diagnostics if d.severity == "error"])
