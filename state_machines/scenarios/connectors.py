"""What answers the functions that a machine calls: mocks for connectors; decisions and FEEL are evaluated for real."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from state_machines.bindings import Bound
from state_machines.connector_errors import judge
from state_machines.dmn import Definitions, evaluate
from state_machines.dmn.results import ResultError, results
from state_machines.feel import evaluate as evaluate_feel
from state_machines.feel import from_json, to_json
from state_machines.library import meant
from state_machines.scenarios.model import Answer, Mock
from state_machines.scenarios.result import StoppedError
from state_machines.simulator import Completed, Failed, TaskOutcome

BPMN_ERROR, UNAVAILABLE = "BpmnError", "ConnectorUnavailable"


class Connectors:
    """The answers of one run, and how often each connector and element was called."""

    def __init__(
        self, mocks: Mapping[str, Mock], decisions: Mapping[str, Definitions], now: Callable[[], datetime]
    ) -> None:
        self._mocks, self._decisions, self._now = mocks, decisions, now
        self._used: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def invoke(self, payload: Mapping[str, Any]) -> TaskOutcome:
        """One call as docs/records.md has it. Raises `StoppedError` where nothing says what is answered."""
        connector, element = payload["connector"], payload["context"]["elementId"]
        given = payload["input"]
        if connector == "dpc:decision":
            return self._decide(given)
        if connector == "dpc:feel":
            return _done(self._feel(given))
        return _outcome(self._judged(self.answer(connector, element), payload.get("headers", {})))

    def _judged(self, answer: Answer, headers: Mapping[str, str]) -> Answer:
        """What the task's error expression makes of an answer."""
        if answer.error == BPMN_ERROR:
            return answer
        failure = {"code": answer.code or None, "message": answer.message} if answer.error else None
        found = judge(headers, answer.result, failure, self._now)
        if found is None:
            return answer
        error = BPMN_ERROR if found.code else "ConnectorRejected"
        return replace(answer, error=error, code=found.code, message=found.message, variables=found.variables)

    def mocked(self, connector: str, element: str) -> bool:
        """Whether there are answers for it."""
        return element in self._mocks or connector in self._mocks

    def answer(self, connector: str, element: str) -> Answer:
        """The next answer; those of the element come before those of the connector."""
        self.calls.update({connector, element})
        name = element if element in self._mocks else connector
        mock = self._mocks.get(name)
        if mock is None:
            words = (
                f"{element} calls the connector {connector}, and the scenario does not say what it answers. "
                f"Add {element} or {connector} under 'connectors'."
            )
            raise StoppedError("connector", words)
        at = self._used[name]
        self._used[name] += 1
        if at >= len(mock.answers) and not mock.repeats:
            count = len(mock.answers)
            words = f"{element} calls {connector} once more; {name} has only {count} answer{'s' * (count != 1)}."
            raise StoppedError("connector", words)
        return mock.answers[min(at, len(mock.answers) - 1)]

    def _decide(self, given: Mapping[str, Any]) -> TaskOutcome:
        """`{"value", "matchedRules"}` of `{"decisionId", "binding", "version", "variables", "results"}`."""
        id_ = given["decisionId"]
        definitions = meant(self._decisions, Bound(id_, given["binding"], given["version"]))
        if definitions is None:
            raise StoppedError("connector", f"There is no decision {id_!r} beside the process.")
        result = evaluate(definitions, id_, given["variables"], clock=self._now)
        try:
            wanted = given.get("results")
            value = results(definitions, id_, result, wanted) if wanted else to_json(result.value)
        except ResultError as error:
            return _outcome(Answer(error="ConnectorRejected", message=str(error)))
        return _done({"value": value, "matchedRules": list(result.matched_rules)})

    def _feel(self, given: Mapping[str, Any]) -> Any:
        """`{"values"}` of `{"expressions", "context"}`."""
        context: Any = from_json({name: value for name, value in given["context"].items() if name != "_dpc"})
        return {"values": [to_json(evaluate_feel(e, context, clock=self._now)) for e in given["expressions"]]}


def bpmn_error(answer: Answer) -> str:
    """The `errorMessage` of a BPMN error."""
    return json.dumps({"code": answer.code, "message": answer.message, "variables": dict(answer.variables)})


def _outcome(answer: Answer) -> TaskOutcome:
    if not answer.error:
        return _done(answer.result, answer)
    message = bpmn_error(answer) if answer.error == BPMN_ERROR else answer.message
    return Failed(answer.error, json.dumps({"errorType": answer.error, "errorMessage": message}), answer.after)


def _done(result: Any, answer: Answer | None = None) -> TaskOutcome:
    wrapped = {"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200}
    return Completed(wrapped, answer.after) if answer else Completed(wrapped)
