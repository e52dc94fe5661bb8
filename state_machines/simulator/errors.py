"""What can go wrong: errors that the API raises (named as in AWS), and failures inside a running execution.

SimulatorError
├── InvalidDefinition, InvalidArn, InvalidName, InvalidExecutionInput, InvalidOutput
├── StateMachineDoesNotExist, ExecutionDoesNotExist, ExecutionAlreadyExists
└── InvalidToken, TaskDoesNotExist, TaskTimedOut
"""

from __future__ import annotations


class SimulatorError(Exception):
    """An API call that AWS Step Functions would refuse; the class name is the error code."""


class InvalidDefinition(SimulatorError):  # noqa: N818 - the name is AWS's error code
    """The definition is not a JSONata state machine that this simulator can run."""


class InvalidArn(SimulatorError):  # noqa: N818
    """Not the ARN of a state machine or of one of its versions."""


class InvalidName(SimulatorError):  # noqa: N818
    """An execution's name is empty, longer than 80 characters, or holds a forbidden character."""


class InvalidExecutionInput(SimulatorError):  # noqa: N818
    """The input is not JSON or larger than 256 KiB."""


class InvalidOutput(SimulatorError):  # noqa: N818
    """The output that was sent for a token is not JSON or larger than 256 KiB."""


class StateMachineDoesNotExist(SimulatorError):  # noqa: N818
    """No definition is registered under this ARN."""


class ExecutionDoesNotExist(SimulatorError):  # noqa: N818
    """No execution has this ARN (or it was forgotten)."""


class ExecutionAlreadyExists(SimulatorError):  # noqa: N818
    """The name is taken by an ended execution, or by a running one with a different input."""


class InvalidToken(SimulatorError):  # noqa: N818
    """Nobody handed out this token."""


class TaskDoesNotExist(SimulatorError):  # noqa: N818
    """The token's execution was forgotten."""


class TaskTimedOut(SimulatorError):  # noqa: N818
    """The task has timed out, was answered already, or its execution has ended."""


class QueryFailed(Exception):  # noqa: N818 - States.QueryEvaluationError in AWS
    """A JSONata expression failed; `location` is the field, as in AWS (`Output/result`)."""

    def __init__(self, expression: str, location: str, problem: str) -> None:
        super().__init__(problem)
        self.expression = expression
        self.location = location
        self.problem = problem

    def describe(self, state: str, event_id: int) -> str:
        """The cause as AWS words it."""
        return (
            f"An error occurred while executing the state '{state}' (entered at the event id #{event_id}). "
            f"The JSONata expression '{self.expression}' specified for the field '{self.location}' {self.problem}"
        )


class StateFailed(Exception):  # noqa: N818
    """The state fails with this error; its Retry and Catch decide what follows."""

    def __init__(self, error: str | None, cause: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


class HistoryFull(Exception):  # noqa: N818
    """The execution has reached the limit of 25,000 history events."""
