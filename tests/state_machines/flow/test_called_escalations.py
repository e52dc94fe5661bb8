"""Escalations out of called processes: they end what was called, or are handled beside it, or pass by."""

import pytest

from tests.state_machines.flow.drawing import Drawing
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_calls import compiled, zeebe
from tests.state_machines.flow.test_loop_events import left_open
from tests.state_machines.flow.test_loops import EACH, multi


def escalation(of: str = "") -> str:
    reference = f' escalationRef="{of}"' if of else ""
    return f"<bpmn:escalationEventDefinition{reference}/>"


def throwing(tag: str = "intermediateThrowEvent") -> Drawing:
    d = Drawing()
    d.root("escalation", "esc", escalationCode="E")
    d.start(), d.script("Sum", "sum", "a + 1"), d.add(tag, "Throw", escalation("esc"))
    if tag == "endEvent":
        d.chain("Start", "Sum", "Throw")
    else:
        d.user("Ask"), d.end(), d.chain("Start", "Sum", "Throw", "Ask", "End")
    return d


def catching(interrupting: bool, code: str = "", inside: str = "", around: bool = False) -> Drawing:
    d = Drawing()
    d.root("escalation", "esc", escalationCode="E"), d.root("escalation", "other", escalationCode="F")
    d.start(), d.end(), d.end("Heard_"), d.script("Heard", "heard", "sum")
    if around:
        inner = Drawing()
        inner.start("In"), inner.add("callActivity", "Call", inside or zeebe()), inner.end("Out")
        inner.flow("In", "Call", flow_id="i1"), inner.flow("Call", "Out", flow_id="i2")
        d.add("subProcess", "Host", "".join(inner.lines))
    else:
        d.add("callActivity", "Host", inside or zeebe())
    cancels = str(interrupting).lower()
    d.add("boundaryEvent", "Hear", escalation(code), attachedToRef="Host", cancelActivity=cancels)
    d.chain("Start", "Host", "End"), d.chain("Hear", "Heard", "Heard_")
    return d


def played(parent: Drawing, called: Drawing) -> tuple[Platform, str]:
    platform = Platform([compiled(parent, "parent"), compiled(called, "child")])
    arn = platform.start("parent", {"a": 1, "people": ["x", "y"]})
    return platform.run(), arn


@pytest.mark.parametrize("around", [True, False])
@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
@pytest.mark.parametrize("code", ["", "esc"])
def test_an_escalation_may_end_what_was_called(code: str, tag: str, around: bool) -> None:
    platform, arn = played(catching(True, code, around=around), throwing(tag))
    assert platform.variables(arn) == {"a": 1, "people": ["x", "y"], "sum": 2, "heard": 2}
    completed = platform.completed(arn)
    assert (completed["Hear"], completed["Heard_"], completed["End"]) == (1, 1, 0)
    assert left_open(platform) == []


@pytest.mark.parametrize("around", [True, False])
@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_an_escalation_may_be_handled_while_what_was_called_goes_on(tag: str, around: bool) -> None:
    platform, arn = played(catching(False, "esc", around=around), throwing(tag))
    if tag == "intermediateThrowEvent":
        assert platform.completed(arn)["Heard"] == 1
        platform.do("Ask")
    assert platform.variables(arn) == {"a": 1, "people": ["x", "y"], "sum": 2, "heard": 2}
    completed = platform.completed(arn)
    assert (completed["Hear"], completed["Heard_"], completed["End"]) == (1, 1, 1)
    assert left_open(platform) == []


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_of_another_code_passes_by(interrupting: bool) -> None:
    platform, arn = played(catching(interrupting, "other"), throwing())
    platform.do("Ask")
    assert platform.completed(arn)["Hear"] == 0
    assert platform.status(arn) == "completed"
    assert left_open(platform) == []


def test_each_of_several_calls_is_heard() -> None:
    platform, arn = played(catching(False, "esc", zeebe() + multi(**EACH)), throwing())
    assert platform.completed(arn)["Heard"] == 2
    platform.do("Ask").do("Ask")
    assert platform.status(arn) == "completed"
    assert left_open(platform) == []


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_reaches_the_caller_of_the_caller(interrupting: bool) -> None:
    between = Drawing()
    between.start(), between.end(), between.add("callActivity", "Call", zeebe().replace("child", "grandchild"))
    between.chain("Start", "Call", "End")
    machines = [
        compiled(catching(interrupting, "esc"), "parent"),
        compiled(between, "child"),
        compiled(throwing(), "grandchild"),
    ]
    platform = Platform(machines)
    arn = platform.start("parent", {"a": 1})
    platform.run()
    assert platform.completed(arn)["Hear"] == 1
    if not interrupting:
        platform.do("Ask")
    assert platform.status(arn) == "completed"
    assert left_open(platform) == []
