"""BPMN-128: no event is fed by an inbound connector."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-128"


def check(model: Model) -> Iterator[Diagnostic]:
    """Nobody listens for what an inbound connector of Camunda 8 brings: a webhook, a queue.

    Remedy: take the connector away, and start the process or publish the event's message over the API.
    """
    for _, node in nodes(model):
        if connector := node.properties.get("inbound.type"):
            message = (
                f"The inbound connector '{connector}' of {label(node)} is not supported. Remove it, and start the "
                "process, or publish the message of the event, over the API."
            )
            yield finding(CODE, node, message)
