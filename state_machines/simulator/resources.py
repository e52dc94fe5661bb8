"""What a Task state's `Resource` says: which service and action, and how the state waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

CALLBACK: Final = "waitForTaskToken"
SYNC: Final = ("sync", "sync:2")


@dataclass(frozen=True, slots=True)
class Resource:
    """A parsed resource. `type` is empty for a Lambda function called by its ARN; `pattern` is how the state waits."""

    arn: str
    type: str
    action: str
    pattern: str

    @property
    def is_function(self) -> bool:
        """Whether the resource is a Lambda function's ARN, which has history events of its own."""
        return not self.type

    @property
    def is_nested(self) -> bool:
        """Whether it starts an execution, which the simulator does itself."""
        return (self.type, self.action) == ("states", "startExecution")

    @property
    def waits_for_token(self) -> bool:
        """Whether only an answer to the task token ends the state."""
        return self.pattern == CALLBACK

    @property
    def submits(self) -> bool:
        """Whether the call only begins the work, so that its own answer is the submission's."""
        return bool(self.pattern)

    @property
    def name(self) -> str:
        """What AWS calls a task in its messages: the service, or the function's ARN."""
        return self.type or self.arn

    @property
    def details(self) -> dict[str, str]:
        """`resourceType` and `resource` as history events show them."""
        return {"resourceType": self.type, "resource": f"{self.action}.{self.pattern}" if self.pattern else self.action}


@lru_cache(maxsize=4_096)
def parse_resource(arn: str) -> Resource:
    """Parse `arn:aws:states:::service:action[.pattern]`, `…:aws-sdk:service:action[.pattern]` or a function's ARN.

    Raises ValueError for anything else (activities among them).
    """
    if arn.startswith("arn:aws:lambda:"):
        return Resource(arn, "", "", "")
    prefix = "arn:aws:states:::"
    if not arn.startswith(prefix):
        raise ValueError(f"the resource {arn} is neither a Lambda function nor a service integration")
    call, _, pattern = arn[len(prefix) :].partition(".")
    service, _, action = call.rpartition(":")
    if not service or not action or pattern not in ("", CALLBACK, *SYNC):
        raise ValueError(f"the resource {arn} names no service, no action or an unknown pattern")
    return Resource(arn, service, action, pattern)
