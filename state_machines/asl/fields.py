"""Which fields a JSONata state, and what stands in its lists, may have (the states language's tables). Values only."""

from collections.abc import Mapping
from typing import Final

_ANY: Final = frozenset({"Type", "Comment", "QueryLanguage"})
_GOES_ON: Final = _ANY | {"Next", "End", "Output", "Assign"}
_FAILS: Final = _GOES_ON | {"Retry", "Catch"}

FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "Task": _FAILS | {"Resource", "Arguments", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"},
    "Parallel": _FAILS | {"Branches", "Arguments"},
    "Map": _FAILS
    | {"Items", "ItemSelector", "ItemProcessor", "MaxConcurrency"}
    | {"ToleratedFailureCount", "ToleratedFailurePercentage"},
    "Pass": _GOES_ON,
    "Wait": _GOES_ON | {"Seconds", "Timestamp"},
    "Choice": _ANY | {"Choices", "Default", "Output", "Assign"},
    "Succeed": _ANY | {"Output"},
    "Fail": _ANY | {"Error", "Cause"},
}
"""By type. Of a Map only what runs in the execution itself: no reader, batcher, writer or label of distributed ones."""

LISTED: Final[Mapping[str, frozenset[str]]] = {
    "Choices": frozenset({"Condition", "Next", "Output", "Assign", "Comment"}),
    "Catch": frozenset({"ErrorEquals", "Next", "Output", "Assign", "Comment"}),
    "Retry": frozenset(
        {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment"}
    ),
}
"""By the list in which an entry stands."""

MACHINE: Final = frozenset({"Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"})

EXPRESSIONS: Final = frozenset(
    {"Arguments", "Output", "Assign", "Condition", "Items", "ItemSelector", "Seconds", "Timestamp", "TimeoutSeconds"}
    | {"HeartbeatSeconds", "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage", "Error", "Cause"}
    | {"Credentials"}
)
"""Where a text between `{%` and `%}` is JSONata; everywhere else it stands for itself."""

JSONPATH: Final = frozenset(
    {"InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector", "ItemsPath", "SecondsPath", "Result"}
    | {"TimestampPath", "TimeoutSecondsPath", "HeartbeatSecondsPath", "MaxConcurrencyPath", "ErrorPath", "CausePath"}
    | {"ToleratedFailureCountPath", "ToleratedFailurePercentagePath", "Variable"}
)
"""Fields of the other query language."""
