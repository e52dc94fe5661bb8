"""Runs JSONata as a state machine does: paths begin at `$states` or at a variable."""

from typing import Any

import jsonata
from jsonata.utils import Utils


def run_jsonata(expression: str, data: dict[str, Any], **variables: Any) -> Any:
    """The value of an expression over a state's input. Raises what the evaluator raises."""
    compiled = jsonata.Jsonata(expression)
    compiled.assign("states", {"input": nulls(data)})
    for name, value in variables.items():
        compiled.assign(name, nulls(value))
    return compiled.evaluate(None)


def nulls(data: Any) -> Any:
    """The data with the package's own null: it takes a None that a variable or parameter holds for undefined."""
    if isinstance(data, list):
        return [nulls(item) for item in data]
    if isinstance(data, dict):
        return {key: nulls(item) for key, item in data.items()}
    return Utils.NULL_VALUE if data is None else data
