"""CloudFormation's custom resource protocol: whatever happens, the stack gets its answer, or it waits for an hour."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from contract import machines, names
from functions.cleanup.removing import remove_machines
from functions.runtime.observability import logger
from functions.runtime.ports import Ports

_ANSWER_WITHIN: Final = timedelta(seconds=10)
_REASON_LENGTH: Final = 1_000
"""CloudFormation takes answers up to 4,096 bytes."""


class AnswerRefusedError(Exception):
    """CloudFormation did not take the answer. Lambda then repeats the invocation, and with it the answer."""


def answer_stack(ports: Ports, event: Mapping[str, Any]) -> None:
    """Remove the machines if the resource is deleted; nothing is done when it is created or updated.

    Raises `AnswerRefusedError` or `WebUnavailableError`: both are worth a repetition.
    """
    try:
        reason = remove_machines(ports) if event["RequestType"] == "Delete" else "Nothing to do."
    except Exception as error:
        logger.exception("the machines could not be removed")
        _answer(ports, event, "FAILED", f"{type(error).__name__}: {error}")
    else:
        _answer(ports, event, "SUCCESS", reason)


def _answer(ports: Ports, event: Mapping[str, Any], status: str, reason: str) -> None:
    body = {
        "Status": status,
        "Reason": reason[:_REASON_LENGTH],
        # The same for ever: with another one, CloudFormation would have "the old one" deleted after an update.
        "PhysicalResourceId": names.physical(ports.settings.tenant, machines.ROLE),
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    # The URL was signed for an empty content type.
    answer = ports.web.send(
        "PUT", event["ResponseURL"], {"content-type": ""}, json.dumps(body).encode(), _ANSWER_WITHIN
    )
    if answer.status >= 300:
        raise AnswerRefusedError(f"status {answer.status}")
