"""Error expressions of Camunda 8's connectors: what a call has answered, or how it failed, as a BPMN error.

The expression sees `response`, the result variables and `error` (`code`, `message`, `variables`); `bpmnError` gives an
error of the model, `jobError` fails the task for good, null or an empty context changes nothing (Camunda 8, "use
connectors", error expression).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from state_machines.feel import FeelSyntaxError, Node, evaluate, parse, to_json
from state_machines.feel import nodes as n
from state_machines.feel.values import Function

HEADER: Final = "errorExpression"
_JOB_ERROR: Final = "jobError"
_PARAMETERS: Final = {"bpmnError": ("code", "message", "variables"), _JOB_ERROR: ("message",)}


@dataclass(frozen=True)
class Judged:
    """A BPMN error; without a code: the task has failed, and is not tried again."""

    code: str
    message: str
    variables: Mapping[str, Any]


def judge(
    headers: Mapping[str, str],
    response: object = None,
    error: Mapping[str, Any] | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Judged | None:
    """What the headers of a connector's task make of its answer (JSON), or of its failure. None: nothing."""
    text = headers.get(HEADER, "")
    if not text:
        return None
    context: dict[str, object] = {"response": response, "error": error} if error else {"response": response}
    context |= {} if error else _results(headers, response, clock)
    found: Any = to_json(evaluate(_parsed(text), {**context, **_FUNCTIONS}, clock=clock))
    if not isinstance(found, dict):
        return None
    code, message, variables = (found.get(name) for name in ("code", "message", "variables"))
    if found.get("errorType") != _JOB_ERROR and code in (None, ""):
        return None
    given = variables if isinstance(variables, dict) else {}
    return Judged("" if found.get("errorType") == _JOB_ERROR else str(code), str(message or ""), given)


def unsupported(text: str) -> str:
    """Why an error expression cannot be kept to; empty: it can."""
    try:
        calls = [each for each in _walk(_parsed(text)) if isinstance(each, n.Call)]
    except FeelSyntaxError:
        return ""  # found where all expressions are read
    for each in calls:
        name = each.function.name if isinstance(each.function, n.Name) else ""
        count = len(each.arguments) + len(each.named)
        if name == _JOB_ERROR and count > 1:
            return "'jobError' takes a message alone here. Say at the task how often it is tried, and how long between."
        if name == "bpmnError" and count not in (2, 3):
            return "'bpmnError' takes a code, a message and, if need be, variables."
    return ""


def _results(headers: Mapping[str, str], response: object, clock: Callable[[], datetime] | None) -> dict[str, object]:
    """The result variables."""
    name, text = headers.get("resultVariable", ""), headers.get("resultExpression", "")
    found: dict[str, object] = {name: response} if name else {}
    if text.startswith("="):
        members = response if isinstance(response, dict) else {}
        mapped: Any = to_json(evaluate(_parsed(text), {**members, "response": response}, clock=clock))
        found |= mapped if isinstance(mapped, dict) else {}
    return found


@lru_cache(maxsize=256)
def _parsed(text: str) -> Node:
    return parse(text.removeprefix("=").strip())


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for each in n.children(node):
        yield from _walk(each)


def _function(name: str) -> Function:
    """A function that gives its arguments as a context."""
    parameters = _PARAMETERS[name]

    def invoke(run: object, arguments: list[Any]) -> Any:
        return {"errorType": name, **dict(zip(parameters, arguments, strict=False))}

    return Function(name, None, invoke)


_FUNCTIONS: Final[Mapping[str, Function]] = {name: _function(name) for name in _PARAMETERS}
