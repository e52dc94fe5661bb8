"""`dpc synth`: writes a tenant's CloudFormation. What it writes is infra's business; this only calls it."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from local.tenants import TenantFileError, read_tenant


def run(options: argparse.Namespace) -> int:
    """0 written, 1 a check has found something, 2 there is no such tenant."""
    try:
        read_tenant(options.tenant)
    except TenantFileError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Synthesising the stack of {options.tenant} ...", flush=True)
    try:
        print(import_module("infra.app").synth(options.tenant))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
