"""The demo tenant's other systems, answering in this process: a credit bureau and a core banking system.

The answers follow from the request alone, so that a repeated call gets the same one. A partner can be taken down.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract import errors
from local.api.messages import HttpAnswer, HttpRequest, RefusedRequestError, json_answer

CALLS_KEPT = 500
Respond = Callable[[Mapping[str, Any]], dict[str, Any]]


def credit_report(applicant: Mapping[str, Any]) -> dict[str, Any]:
    """A score of 300 to 850: higher with age, lower with the monthly burden, and a little by name.

    >>> credit_report({"age": 40, "amount": 20000, "termMonths": 24})["score"] > 600
    True
    """
    age, amount = _number(applicant.get("age"), 30), _number(applicant.get("amount"), 0)
    months = max(1.0, _number(applicant.get("termMonths"), 12))
    burden = amount / months
    personal = _digest(applicant.get("firstName"), applicant.get("lastName")) % 41 - 20
    score = 560 + 3 * min(age, 65) - burden / 25 + personal
    return {"score": round(min(850, max(300, score))), "reference": _reference("CB", applicant)}


def open_loan(contract: Mapping[str, Any]) -> dict[str, Any]:
    """The number of the loan."""
    return {"loanNumber": _reference("LN", contract), "status": "active"}


def pay_refund(refund: Mapping[str, Any]) -> dict[str, Any]:
    """The number of the refund."""
    return {"refundNumber": _reference("RF", refund), "status": "paid", "amount": refund.get("amount")}


def open_policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    """The number of the insurance policy."""
    return {"policyNumber": _reference("PO", policy), "status": "active"}


PARTNERS: Mapping[str, Mapping[str, Respond]] = {
    "credit-bureau": {"/reports": credit_report},
    "core-banking": {"/loans": open_loan, "/refunds": pay_refund, "/policies": open_policy},
}


@dataclass
class _State:
    available: bool = True
    calls: list[dict[str, Any]] = field(default_factory=list)


class Partners:
    """All partners, whether they are up, and what they were asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states = {name: _State() for name in PARTNERS}

    def answer(self, name: str, path: str, request: HttpRequest) -> HttpAnswer:
        """`GET` and `POST` on the partner itself read and switch it; everything below is its own API."""
        if name not in PARTNERS:
            raise RefusedRequestError(errors.NOT_FOUND, f"There is no partner {name!r}; known: {', '.join(PARTNERS)}.")
        if not path:
            return self._control(name, request)
        body = _json(request.body)
        with self._lock:
            state = self._states[name]
            call = {"method": request.method, "path": path, "body": body, "answered": state.available}
            state.calls = [*state.calls, call][-CALLS_KEPT:]
            available = state.available
        if not available:
            return json_answer({"message": f"{name} is down for maintenance"}, 503)
        respond = PARTNERS[name].get(path)
        if respond is None or request.method != "POST":
            return json_answer({"message": f"{name} does not know {request.method} {path}"}, 404)
        return json_answer(respond(body), 201)

    def _control(self, name: str, request: HttpRequest) -> HttpAnswer:
        with self._lock:
            state = self._states[name]
            if request.method == "POST":
                available = _json(request.body).get("available")
                if not isinstance(available, bool):
                    raise RefusedRequestError(errors.VALIDATION_FAILED, '"available" must be true or false.')
                state.available = available
            return json_answer({"name": name, "available": state.available, "calls": list(state.calls)})


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError as error:
        raise RefusedRequestError(errors.INVALID_REQUEST, f"The body is not JSON: {error}.") from error
    return value if isinstance(value, dict) else {"value": value}


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def _digest(*values: Any) -> int:
    return int.from_bytes(hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).digest()[:6])


def _reference(prefix: str, body: Mapping[str, Any]) -> str:
    return f"{prefix}-{_digest(dict(body)) % 10**10:010d}"
