"""Executions as they stand, each with those that it waits for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from functions.runtime.ports import Execution, Ports
from functions.runtime.variables import RESERVED
from state_machines.resume.chart import Chart
from state_machines.resume.standing import standing
from state_machines.resume.token import Branch, Token

_ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted")
Charts = Callable[[str, int], Chart]


class UnsettledError(Exception):
    """An execution was stopped, and its history does not tell its end yet. Try again."""


@dataclass(frozen=True)
class Run:
    """An execution with its tokens. `children`: those that its tokens wait for, by their ARN."""

    execution: Execution
    tokens: tuple[Token, ...]
    children: dict[str, "Run"]

    @property
    def name(self) -> str:
        """`<instance id>_<n>`, or what stands for n."""
        return self.execution.arn.rpartition(":")[2]

    @property
    def instance_id(self) -> str:
        """The instance that the execution belongs to."""
        return self.name.partition("_")[0]

    @property
    def about(self) -> dict[str, Any]:
        """`_dpc` of its input."""
        about: dict[str, Any] = self.execution.input[RESERVED]
        return about

    @property
    def process_id(self) -> str:
        """Of which process it is."""
        return str(self.about["processId"])

    @property
    def version(self) -> int:
        """Of which version."""
        return int(self.about["version"])

    def walk(self) -> Iterator["Run"]:
        """Itself, and those that it waits for, through all levels."""
        yield self
        for child in self.children.values():
            yield from child.walk()


def read_run(ports: Ports, arn: str, charts: Charts, *, ended: bool) -> Run:
    """An execution with all that it waits for. `ended`: it was stopped, and must have ended.

    Raises `UnsettledError`.
    """
    execution, history = ports.machines.describe(arn), ports.machines.history(arn)
    if ended and (execution.status == "RUNNING" or history[-1]["type"] not in _ENDS):
        raise UnsettledError(arn)
    if execution.status not in ("RUNNING", "ABORTED"):
        return Run(execution, (), {})
    about = execution.input[RESERVED]
    chart = charts(str(about["processId"]), int(about["version"]))
    tokens = standing(history, chart.definition, arn)
    waited = sorted({token.runs for root in tokens for token in root.walk() if token.runs})
    children = {child: read_run(ports, child, charts, ended=ended) for child in waited}
    return Run(execution, tokens, children)


def with_children(tokens: Sequence[Token], child: Callable[[Token], dict[str, Any] | None]) -> tuple[Token, ...]:
    """The tokens, told what becomes of the executions that they wait for; None: another one is begun."""

    def told(token: Token) -> Token:
        branches = tuple(Branch(branch.place, with_children(branch.tokens, child)) for branch in token.branches)
        if not token.runs:
            return replace(token, branches=branches)
        goes_on = child(token)
        if goes_on is None:
            return replace(token, branches=branches, since="", runs="")
        return replace(token, branches=branches, child=goes_on)

    return tuple(told(token) for token in tokens)
