"""What came of a scenario, and the one error by which a run stops early. No behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

FailureKind = Literal["step", "connector", "expectation", "instance", "runner"]


@dataclass(frozen=True)
class Failure:
    """Why a scenario failed: words for people (several lines where it is a comparison) and the line of the file."""

    kind: FailureKind
    line: int
    message: str


class StoppedError(Exception):
    """The scenario cannot go on. Never leaves this package."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


@dataclass(frozen=True)
class ScenarioResult:
    """The failures (none: it passed), and what the instance went through: elements in order, flows with how often."""

    name: str
    process: str
    failures: tuple[Failure, ...]
    path: tuple[str, ...]
    flows: Mapping[str, int] = field(default_factory=dict)
    duration: timedelta = timedelta()
    steps: int = 0
    """States entered and waits ended: what the run cost."""

    @property
    def passed(self) -> bool:
        """Whether all that it expects came out."""
        return not self.failures
