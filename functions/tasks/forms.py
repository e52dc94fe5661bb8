"""The form of a task's process version, and what of a submission is taken over."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from catalogue.forms import Form, names_shown, validate_values
from contract import buckets, errors
from contract.shapes.common import Finding
from functions.runtime.calls import Call, Caller
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item
from functions.runtime.variables import RESERVED, of_wait

_KEY: Final = re.compile(r"[^/\\\x00-\x1f]{1,200}")


def read_form(ports: Ports, wait: Item) -> dict[str, Any] | None:
    """The form's JSON as it was published with the process version; None if the task has none.

    Keys of forms that live elsewhere (`embedded:app:...`, a custom application's page) have no artifact either.
    """
    key = wait.get("formKey") or ""
    if not _KEY.fullmatch(key) or key.startswith("."):
        return None
    stored = ports.objects.get(buckets.ARTIFACTS, f"processes/{wait['processId']}/{wait['version']}/forms/{key}.json")
    form: dict[str, Any] | None = json.loads(stored) if stored else None
    return form


def shown_to(caller: Caller, form: dict[str, Any] | None, variables: dict[str, Any]) -> dict[str, Any]:
    """The variables that the caller sees: the holder of a case link those that the form fills, shows or reads."""
    if caller.link is None:
        return variables
    names = names_shown(Form.model_validate(form)) if form else frozenset()
    return {name: value for name, value in variables.items() if name in names}


def accepted(ports: Ports, call: Call, wait: Item) -> dict[str, Any]:
    """The values to take over from a completion. Raises `ProblemError` naming every field that is wrong."""
    form = read_form(ports, wait)
    if form is None:
        return _unchecked(call)
    clean, findings = _checked(ports, call, wait, form)
    _refuse(findings)
    return clean


def require_known(ports: Ports, call: Call, wait: Item) -> None:
    """Raises `ProblemError` if a draft holds what no completion of the task could: other rules wait for completion."""
    form = read_form(ports, wait)
    if form is None:
        _unchecked(call)
    else:
        _refuse([f for f in _checked(ports, call, wait, form)[1] if f.code in ("unknown", "read-only")])


def language_of(headers: Mapping[str, str], languages: tuple[str, ...]) -> str:
    """The first language of `Accept-Language` that the tenant has, else the tenant's first."""
    wanted = [part.split(";", 1)[0].strip().split("-", 1)[0] for part in headers.get("accept-language", "").split(",")]
    return next((language for language in wanted if language in languages), languages[0])


def _checked(ports: Ports, call: Call, wait: Item, form: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    clean, errors_ = validate_values(
        Form.model_validate(form),
        call.body.variables,
        of_wait(ports, wait),
        language=language_of(call.headers, ports.settings.languages),
        clock=ports.clock.now,
    )
    return clean, [Finding(code=e.code, message=e.message, field=e.field) for e in errors_]


def _unchecked(call: Call) -> dict[str, Any]:
    """Without a form any variables are taken, but not from the holder of a link: nothing would bound what they set."""
    variables: dict[str, Any] = call.body.variables
    refused = list(variables) if call.caller.link else [name for name in variables if name == RESERVED]
    _refuse([Finding(code="unknown", message="The task has no such field.", field=name) for name in refused])
    return variables


def _refuse(findings: list[Finding]) -> None:
    if findings:
        raise ProblemError(errors.VALIDATION_FAILED, "Some fields are wrong; see errors.", findings)
