"""The one exception that ends a request with a problem (RFC 9457), and its body."""

from collections.abc import Iterable

from contract import errors
from contract.errors import ErrorCode
from contract.shapes.common import Finding, Problem


class ProblemError(Exception):
    """Ends a request. `detail` is for the caller; `findings` are all the things that are wrong, at once."""

    def __init__(self, code: ErrorCode, detail: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(f"{code.code}: {detail}")
        self.code = code
        self.detail = detail
        self.findings = tuple(findings)

    def body(self) -> Problem:
        """The problem as it travels."""
        return Problem(
            type=f"about:blank#{self.code.code}",
            title=self.code.title,
            status=self.code.status,
            detail=self.detail,
            code=self.code.code,
            errors=list(self.findings) or None,
        )


def not_found(what: str, id_: str) -> ProblemError:
    """There is no such thing."""
    return ProblemError(errors.NOT_FOUND, f"There is no {what} {id_!r}.")
