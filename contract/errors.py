"""The problem codes of the API (RFC 9457 `code`): one per reason, with the status it travels under and its title."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ErrorCode:
    """A reason for refusing a request."""

    code: str
    status: int
    title: str


INVALID_REQUEST: Final = ErrorCode("invalid-request", 400, "The request cannot be read")
UNAUTHENTICATED: Final = ErrorCode("unauthenticated", 401, "A valid token is needed")
FORBIDDEN: Final = ErrorCode("forbidden", 403, "The token does not allow this")
NOT_FOUND: Final = ErrorCode("not-found", 404, "There is no such thing")
METHOD_NOT_ALLOWED: Final = ErrorCode("method-not-allowed", 405, "This route does not know the method")
CONFLICT: Final = ErrorCode("conflict", 409, "The state does not allow this")
TASK_NOT_OPEN: Final = ErrorCode("task-not-open", 409, "The task is not open any more")
TASK_CLAIMED_BY_OTHER: Final = ErrorCode("task-claimed-by-other", 409, "Somebody else has claimed the task")
JOB_NOT_LOCKED: Final = ErrorCode("job-not-locked", 409, "The worker does not hold the job")
IDEMPOTENCY_REUSED: Final = ErrorCode("idempotency-key-reused", 409, "The idempotency key was used for another request")
FOUR_EYES: Final = ErrorCode("four-eyes", 409, "Somebody else has to approve this")
STALE: Final = ErrorCode("stale", 412, "The thing has changed meanwhile")
TOO_LARGE: Final = ErrorCode("too-large", 413, "The request is too large; use /uploads")
UNSUPPORTED_MEDIA_TYPE: Final = ErrorCode("unsupported-media-type", 415, "The content type is not supported")
VALIDATION_FAILED: Final = ErrorCode("validation-failed", 422, "Some fields are wrong")
PROCESS_REFUSED: Final = ErrorCode("process-refused", 422, "The process cannot be deployed")
BUNDLE_REFUSED: Final = ErrorCode("bundle-refused", 422, "The bundle cannot be published")
DECISION_REFUSED: Final = ErrorCode("decision-refused", 422, "The decision cannot be deployed")
EVALUATION_REFUSED: Final = ErrorCode("evaluation-refused", 422, "The strict evaluation met what it warns of")
MOVE_REFUSED: Final = ErrorCode("move-refused", 422, "The instance cannot be moved like this")
TOO_MANY_REQUESTS: Final = ErrorCode("too-many-requests", 429, "Too many requests; try again later")
INTERNAL: Final = ErrorCode("internal", 500, "Something went wrong on our side")
UNAVAILABLE: Final = ErrorCode("unavailable", 503, "A needed service does not answer; try again")

ALL: Final = (
    INVALID_REQUEST,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    CONFLICT,
    TASK_NOT_OPEN,
    TASK_CLAIMED_BY_OTHER,
    JOB_NOT_LOCKED,
    IDEMPOTENCY_REUSED,
    FOUR_EYES,
    STALE,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    VALIDATION_FAILED,
    PROCESS_REFUSED,
    BUNDLE_REFUSED,
    DECISION_REFUSED,
    EVALUATION_REFUSED,
    MOVE_REFUSED,
    TOO_MANY_REQUESTS,
    INTERNAL,
    UNAVAILABLE,
)
