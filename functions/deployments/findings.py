"""Diagnostics of the language layer and the catalogue as findings of the API, and the refusal that holds them all."""

from collections import Counter
from collections.abc import Iterable

from contract import errors
from contract.errors import ErrorCode
from contract.shapes.common import Finding
from functions.runtime.problems import ProblemError
from state_machines.diagnostics import Diagnostic

MAX_FINDINGS = 500


def finding(diagnostic: Diagnostic, file: str) -> Finding:
    """One diagnostic, with the file that it concerns."""
    return Finding(
        code=diagnostic.code,
        severity=diagnostic.severity,
        message=diagnostic.message,
        element_id=diagnostic.element_id or None,
        line=diagnostic.line or None,
        file=file,
    )


def error(code: str, message: str, *, file: str = "", element_id: str = "", line: int = 0) -> Finding:
    """An error that publishing itself found (DEPLOY-nnn)."""
    return Finding(
        code=code, message=message, element_id=element_id or None, line=line or None, file=file or None
    )  # fmt: skip


def refuse_errors(
    findings: Iterable[Finding], code: ErrorCode = errors.PROCESS_REFUSED, *, strict: bool = False
) -> None:
    """Raises `ProblemError` with all findings, errors first, if any of them is an error, or a warning if `strict`."""
    ordered = sorted(findings, key=lambda f: ("error", "warning", "info").index(f.severity))
    counts: Counter[str] = Counter(f.severity for f in ordered)
    if counts["error"] or (strict and counts["warning"]):
        kinds = ("error", "warning") if strict else ("error",)
        words = ", ".join(f"{counts[kind]} {kind}{'s' * (counts[kind] > 1)}" for kind in kinds if counts[kind])
        raise ProblemError(code, f"{words}; nothing is deployed. See errors.", ordered[:MAX_FINDINGS])
