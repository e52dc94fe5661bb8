"""Ten processes with tasks, jobs, messages, signals, timers, calls and parallel work, and what becomes of each of their
instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.journeys.processes import line, process

SIGNAL = "go"
"""Thrown again and again."""
CALLED = "called"
"""The process that `fork` calls: one job."""
LATE = "PT1H"
"""When those who wait for a message give up, or what waits for a time goes on."""

_HEAR = "receiveTask#Hear"
_TIMER = f"<bpmn:timerEventDefinition><bpmn:timeDuration>{LATE}</bpmn:timeDuration></bpmn:timerEventDefinition>"
_AMOUNTS = (1, 10, 100)


def _messages(id_: str) -> str:
    subscription = '<bpmn:extensionElements><zeebe:subscription correlationKey="=key"/></bpmn:extensionElements>'
    return f'<bpmn:message id="M" name="to-{id_}">{subscription}</bpmn:message>'


def _job(inner: str = "") -> str:
    return (
        'serviceTask#Pack{<bpmn:extensionElements><zeebe:taskDefinition type="chaos" retries="9"/>'
        f"</bpmn:extensionElements>{inner}}}"
    )


def _model(id_: str, body: str) -> bytes:
    heard = body.replace('<bpmn:receiveTask id="Hear"', '<bpmn:receiveTask id="Hear" messageRef="M"')
    return process(id_, heard, _messages(id_) + f'<bpmn:signal id="G" name="{SIGNAL}"/>')


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{source}_{target}" {ends}>{inner}</bpmn:sequenceFlow>'


def _boundary(on: str, id_: str, definition: str, end: str) -> str:
    event = f'<bpmn:boundaryEvent id="{id_}" attachedToRef="{on}">{definition}</bpmn:boundaryEvent>'
    return f'{event}<bpmn:endEvent id="{end}"/>{_flow(id_, end)}'


_EACH = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
    '<zeebe:loopCharacteristics inputCollection="=[1,2,3]" inputElement="item"/>'
    "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
)
_SUM = (
    'scriptTask#Add{<bpmn:extensionElements><zeebe:script expression="=total + amount" resultVariable="total"/>'
    "</bpmn:extensionElements>}"
)
_ORDERED = "startEvent#Start{<bpmn:messageEventDefinition messageRef='M'/>}"
_CALL = (
    f"callActivity#Call{{<bpmn:extensionElements><zeebe:calledElement processId='{CALLED}'/></bpmn:extensionElements>}}"
)
_SIGNALLED = "intermediateCatchEvent#Signalled{<bpmn:signalEventDefinition signalRef='G'/>}"
_SUBPROCESS = "subProcess#Body{" + line("startEvent#In", "userTask#Look", "endEvent#Out") + "}"
_CATCH = "intermediateCatchEvent#{}{{{}}}"

MODELS: Mapping[str, bytes] = {
    CALLED: _model(CALLED, line("startEvent#Start", _job(), "endEvent#Done")),
    "task": _model("task", line(_ORDERED, "userTask#Look", "endEvent#Done")),
    "job": _model("job", line("startEvent#Start", _job(), "endEvent#Done")),
    "message": _model("message", line("startEvent#Start", _HEAR, _SIGNALLED, "endEvent#Done")),
    "timer": _model("timer", line("startEvent#Start", _CATCH.format("Wait", _TIMER), "endEvent#Done")),
    "deadline": _model(
        "deadline", line("startEvent#Start", _HEAR, "endEvent#Done") + _boundary("Hear", "Late", _TIMER, "Missed")
    ),
    "fork": _model(
        "fork",
        line("startEvent#Start", "parallelGateway#Fork", _CALL, "parallelGateway#Join", "endEvent#Done")
        + '<bpmn:receiveTask id="Hear"/><bpmn:userTask id="Look"/>'
        + _flow("Fork", "Hear") + _flow("Hear", "Join") + _flow("Fork", "Look") + _flow("Look", "Join"),
    ),
    "race": _model(
        "race",
        line(
            "startEvent#Start",
            "eventBasedGateway#First",
            _CATCH.format("Told", '<bpmn:messageEventDefinition messageRef="M"/>'),
            "endEvent#Done",
        )
        + line(_CATCH.format("Late", _TIMER), "endEvent#Missed")
        + _flow("First", "Late"),
    ),
    "sum": _model(
        "sum",
        line("startEvent#Start", "exclusiveGateway#Again", _HEAR, _SUM, "exclusiveGateway#More")
        .replace('id="More"', 'id="More" default="More_Again"')
        + '<bpmn:endEvent id="Done"/>' + _flow("More", "Again") + _flow("More", "Done", "=total >= 111"),
    ),
    "each": _model("each", line("startEvent#Start", _job(_EACH), "endEvent#Done")),
    "interrupted": _model(
        "interrupted",
        line("startEvent#Start", _SUBPROCESS, "endEvent#Done")
        + _boundary("Body", "Stop", '<bpmn:messageEventDefinition messageRef="M"/>', "Stopped"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One instance: what is sent to it, and the elements that it passes, each as often as counted."""

    process: str
    key: str
    passes: Counter[str]
    messages: tuple[dict[str, Any], ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    works: bool = True
    """Whether its tasks are done."""
    calls: Counter[str] = field(default_factory=Counter)
    """What the instance passes that it calls."""

    @property
    def ordered(self) -> bool:
        """Whether a message starts it."""
        return self.process == "task"

    @property
    def total(self) -> int:
        """What the amounts of its messages add up to."""
        return sum(message["amount"] for message in self.messages)


def _case(process_: str, number: int, passes: str, messages: int = 0, *, works: bool = True) -> Case:
    sent = tuple({"amount": amount} for amount in _AMOUNTS[:messages])
    return Case(process_, f"{process_}-{number}", Counter(passes.split()), sent, {"total": 0}, works)


def _either(process_: str, told: str, missed: str) -> Callable[[int], Case]:
    return lambda number: _case(process_, number, told, 1) if number % 2 else _case(process_, number, missed)


_CASES: tuple[Callable[[int], Case], ...] = (
    lambda number: _case("task", number, "Start Look Done"),
    lambda number: _case("job", number, "Start Pack Done"),
    lambda number: _case("message", number, "Start Hear Signalled Done", 1),
    lambda number: _case("timer", number, "Start Wait Done"),
    _either("deadline", "Start Hear Done", "Start Hear Late Missed"),
    lambda number: replace(
        _case("fork", number, "Start Fork Call Hear Look Join Done", 1), calls=Counter(["Start", "Pack", "Done"])
    ),
    _either("race", "Start First Told Done", "Start First Late Missed"),
    lambda number: _case(
        "sum", number, "Start Again Hear Add More Again Hear Add More Again Hear Add More Done", len(_AMOUNTS)
    ),
    lambda number: _case("each", number, "Start Pack Pack Pack Done"),
    lambda number: (
        _case("interrupted", number, "Start Body In Look Stop Stopped", 1, works=False)
        if number % 2
        else _case("interrupted", number, "Start Body In Look Out Done")
    ),
)


def cases(number: int) -> list[Case]:
    """So many instances, of all processes in turn."""
    return [_CASES[at % len(_CASES)](at // len(_CASES)) for at in range(number)]
