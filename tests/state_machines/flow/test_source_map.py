"""The source map's elements stand in the order of the process, as funnels show them, whatever the file's order is."""

from state_machines import compile_bpmn

MODEL = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="order" isExecutable="true">
    <endEvent id="a-end"/>
    <task id="b-after"/>
    <subProcess id="c-inner">
      <endEvent id="a-inner-end"/><startEvent id="z-inner-start"/>
      <sequenceFlow id="i" sourceRef="z-inner-start" targetRef="a-inner-end"/>
    </subProcess>
    <exclusiveGateway id="d-again" default="again"/>
    <exclusiveGateway id="e-loop"/>
    <startEvent id="z-start"/>
    <sequenceFlow id="f1" sourceRef="z-start" targetRef="e-loop"/>
    <sequenceFlow id="f2" sourceRef="e-loop" targetRef="c-inner"/>
    <sequenceFlow id="f3" sourceRef="c-inner" targetRef="d-again"/>
    <sequenceFlow id="again" sourceRef="d-again" targetRef="e-loop"/>
    <sequenceFlow id="f4" sourceRef="d-again" targetRef="b-after">
      <conditionExpression>=done</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f5" sourceRef="b-after" targetRef="a-end"/>
  </process>
</definitions>"""


def test_elements_stand_in_the_order_of_the_process() -> None:
    compilation = compile_bpmn(MODEL)
    assert compilation.processes, compilation.diagnostics
    elements = compilation.processes[0].source_map["elements"]
    assert isinstance(elements, dict)
    assert list(elements) == [
        "z-start", "e-loop", "c-inner", "z-inner-start", "a-inner-end", "d-again", "b-after", "a-end",
    ]  # fmt: skip
