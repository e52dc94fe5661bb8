"""Scenarios of processes that call others: what is open, mocked and waited for may be a called process's."""

from catalogue.bundle import Bundle
from catalogue.scenarios import run_scenarios
from state_machines import compile_bpmn
from tests.state_machines.flow.drawing import Drawing, extension

HEAD = Drawing().bytes().decode().split("<bpmn:process", 1)[0]


def body(drawing: Drawing, name: str) -> str:
    text = drawing.bytes().decode().split("<bpmn:process", 1)[1].rsplit("</bpmn:definitions>", 1)[0]
    return "<bpmn:process" + text.replace('id="process"', f'id="{name}"', 1).replace('id="f', f'id="{name}_f')


def calls() -> bytes:
    parent, child = Drawing(), Drawing()
    parent.start("Begin"), parent.end("Done")
    called = '<zeebe:calledElement processId="child" propagateAllChildVariables="true"/>'
    parent.add("callActivity", "Call", extension(called)), parent.chain("Begin", "Call", "Done")
    child.start(), child.user("Look"), child.service("Pick", "warehouse"), child.end()
    child.chain("Start", "Look", "Pick", "End")
    return f"{HEAD}{body(parent, 'parent')}{body(child, 'child')}</bpmn:definitions>".encode()


SCENARIO = """
process: parent
connectors: {warehouse: {answer: {box: 7}, after: PT5S}}
steps:
  - expect: {tasks: [Look]}
  - complete: Look
expect: {status: completed, path: [Begin, Call, Done], variables: {box: 7}, calls: {Pick: 1}, duration: PT5S}
"""


def findings(text: str) -> list[tuple[str, int]]:
    source = calls()
    compilation = compile_bpmn(source)
    assert len(compilation.processes) == 2, compilation.diagnostics
    bundle = Bundle(processes={"m.bpmn": source}, scenarios={"scenarios/x.yaml": text.encode()})
    found = run_scenarios(bundle, {"m.bpmn": compilation}, {}).findings
    return [(finding.diagnostic.code, finding.diagnostic.line) for finding in found]


def test_what_a_called_process_does_is_played_and_expected() -> None:
    assert findings(SCENARIO) == []


def test_the_path_is_the_processs_own() -> None:
    assert findings(SCENARIO.replace("[Begin, Call, Done]", "[Begin, Look, Done]")) == [("SCENARIO-004", 7)]
    assert findings(SCENARIO.replace("complete: Look", "complete: Loko")) == [("SCENARIO-004", 6)]
