"""What a state machine sends to a function (docs/records.md "Calls"), and the errors by which a function answers.

Step Functions sees an error's class name; the names are the protocol's.
"""

import hashlib
from typing import Any

from contract.shapes.common import Shape


class CallContext(Shape):
    """Where the call comes from. Execution, state, its entry and its place identify the effect."""

    instance_id: str
    execution: str
    process_id: str
    version: int
    element_id: str
    state: str
    business_key: str = ""
    entered_at: str
    place: str = ""
    """Of an item of a multi-instance: `_dpc.at`."""
    attempt: int = 0

    @property
    def effect(self) -> str:
        """The same for every attempt at the same effect, another for every other: 64 hexadecimal digits."""
        told = f"{self.execution.rsplit(':', 1)[-1]}/{self.state}/{self.entered_at}/{self.place}"
        return hashlib.sha256(told.encode()).hexdigest()


class MachineCall(Shape):
    """The payload of `lambda:invoke`."""

    connector: str
    input: dict[str, Any]
    headers: dict[str, str] = {}
    context: CallContext


class ConnectorFailed(Exception):  # noqa: N818  the names of the classes below travel to the state machine
    """A call that failed. `code` and `answer` (JSON) are what error expressions see of it."""

    def __init__(self, message: str, *, code: str = "", answer: Any = None) -> None:
        super().__init__(message)
        self.code, self.answer = code, answer


class ConnectorUnavailable(ConnectorFailed):
    """The other side did not answer, or is not able to at the moment: worth a retry."""


class ConnectorRejected(ConnectorFailed):
    """The other side, or the platform, refuses this call: a retry would come to the same."""


class BpmnError(Exception):
    """A BPMN error; its message is the JSON of `code`, `message` and `variables`."""
