"""`dpc check`: validates a product bundle with the code that publishes it, on an empty platform in memory."""

from __future__ import annotations

import argparse
import sys

from catalogue.bundle import read_folder
from contract.shapes.common import Finding
from functions.runtime.problems import ProblemError
from local.commands.reporting import UnusableInputError, complain
from local.logs import send_logs
from local.tenants import TenantFileError, read_tenant

_ACCOUNT = "111122220000"
"""Another than that of a platform that may run in the same process."""


def run(options: argparse.Namespace) -> int:
    """0 could be published, 1 refused, 2 there is no such folder."""
    try:
        if not options.folder.is_dir():
            raise UnusableInputError(f"{options.folder} is not a folder.")
        findings, refused = _check(read_folder(options.folder), options.tenant)
    except (UnusableInputError, TenantFileError) as error:
        return complain(error)
    for finding in findings:
        where = f"{options.folder / (finding.file or '')}:{finding.line or 0}"
        element = f" [{finding.element_id}]" if finding.element_id else ""
        print(f"{where}: {finding.severity} {finding.code}{element} {finding.message}")
    print("refused" if refused else "can be published", file=sys.stderr if refused else sys.stdout)
    return 1 if refused else 0


def _check(files: dict[str, bytes], tenant: str) -> tuple[list[Finding], bool]:
    send_logs(None)
    from functions.deployments.checking import check
    from functions.deployments.spec import SPEC
    from local.platform import Options, Platform

    platform = Platform(Options(read_tenant(tenant), (SPEC,), "http://127.0.0.1", account=_ACCOUNT))
    try:
        return list(check(platform.functions.handler(SPEC.name).ports, files).findings), False
    except ProblemError as problem:
        return list(problem.findings), True
    finally:
        platform.stop()
