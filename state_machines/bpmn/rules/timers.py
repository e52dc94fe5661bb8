"""BPMN-120: a timer's literal value is an ISO 8601 date, duration or cycle."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from state_machines.bpmn.model import Event, EventDefinition, Model, Text
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-120"

_DURATION: Final = re.compile(
    r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?", re.ASCII
)
_REPEAT: Final = re.compile(r"R\d*", re.ASCII)
_CRON: Final = re.compile(r"[\d*/,?LW#A-Z-]+( +[\d*/,?LW#A-Z-]+){5,6}", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?)?", re.ASCII)
_EXAMPLES: Final = {"date": "2027-01-31T09:00:00Z", "duration": "PT24H or P14D", "cycle": "R3/PT10M"}


def check(model: Model) -> Iterator[Diagnostic]:
    """A time that cannot be read. Remedy: write it in ISO 8601, as the words show."""
    for _, node in nodes(model):
        if not isinstance(node, Event):
            continue
        for definition in node.definitions:
            if not _readable(definition, node):
                message = (
                    f"The time '{_text(definition)}' of {label(node)} cannot be read. Write {_example(definition)}."
                )
                yield finding(CODE, node, message)


def _readable(definition: EventDefinition, event: Event) -> bool:
    timer = definition.timer
    if timer is None or not isinstance(timer.value, Text):
        return True
    text = timer.value.text
    if timer.type == "date":
        return is_date(text)
    if timer.type == "duration":
        return is_duration(text)
    return is_cycle(text) or (event.position == "start" and _CRON.fullmatch(text) is not None)


def is_duration(text: str) -> bool:
    """Whether a text is an ISO 8601 duration, as PT24H or P14D."""
    return _DURATION.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Whether a text is an ISO 8601 date, or date and time, that exists in the calendar."""
    if _DATE.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_cycle(text: str) -> bool:
    """Whether a text is an ISO 8601 repetition: R3/PT10M, R/<start>/<duration> or R/<duration>/<end>."""
    repeat, *rest = text.split("/")
    if _REPEAT.fullmatch(repeat) is None or not 1 <= len(rest) <= 2:
        return False
    if len(rest) == 1:
        return is_duration(rest[0])
    first, second = rest
    return (is_date(first) and is_duration(second)) or (is_duration(first) and is_date(second))


def _text(definition: EventDefinition) -> str:
    value = definition.timer.value if definition.timer else None
    return value.text if value is not None else ""


def _example(definition: EventDefinition) -> str:
    return _EXAMPLES[definition.timer.type] if definition.timer else ""
