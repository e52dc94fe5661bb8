"""Runs JSONata as a state machine does: paths begin at `$states` or at a variable."""

from typing import Any

import jsonata


def run_jsonata(expression: str, data: dict[str, Any], **variables: Any) -> Any:
    """The value of an expression over a state's input. Raises what the evaluator raises."""
    compiled = jsonata.Jsonata(expression)
    compiled.assign("states", {"input": data})
    for name, value in variables.items():
        compiled.assign(name, value)
    return compiled.evaluate(None)
