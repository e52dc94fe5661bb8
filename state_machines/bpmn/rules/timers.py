"""BPMN-120: a timer's literal value is an ISO 8601 date or duration; a cycle may be cron too."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from state_machines.bpmn.model import Event, Model, Text
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic
from state_machines.timetable import timetable

CODE: Final = "BPMN-120"

_DURATION: Final = re.compile(
    r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?", re.ASCII
)
_SOME_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


def check(model: Model) -> Iterator[Diagnostic]:
    """A time that cannot be read. Remedy: write it in ISO 8601, as the words show."""
    for _, node in nodes(model):
        if not isinstance(node, Event):
            continue
        for definition in node.definitions:
            timer = definition.timer
            if timer is None or not isinstance(timer.value, Text):
                continue
            if node.position == "start" or timer.type != "duration":
                if isinstance(words := timetable(timer.type, timer.value.text, _SOME_DAY), str):
                    yield finding(CODE, node, f"The timer of {label(node)} cannot be read. {words}")
            elif not is_duration(timer.value.text):
                words = f"The time '{timer.value.text}' of {label(node)} cannot be read. Write PT24H or P14D."
                yield finding(CODE, node, words)


def is_duration(text: str) -> bool:
    """Whether a text is an ISO 8601 duration, as PT24H or P14D."""
    return _DURATION.fullmatch(text) is not None
