"""`dpc rebuild`: has a tenant's read model on AWS made anew from the histories of its executions, page by page."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from contract import names
from local.tenants import TenantFileError, read_tenant

_FUNCTION = "telemetry"


def run(options: argparse.Namespace) -> int:
    """0 all rebuilt, 1 the function has failed, 2 there is no such tenant."""
    import boto3
    from botocore.config import Config

    try:
        tenant = read_tenant(options.tenant)
    except TenantFileError as error:
        print(error, file=sys.stderr)
        return 2
    patient = Config(read_timeout=900, retries={"total_max_attempts": 1})
    return rebuild(boto3.client("lambda", region_name=tenant.region, config=patient), tenant.name, options.execution)


def rebuild(client: Any, tenant: str, execution: str) -> int:
    """Of one instance, by the ARN of its main execution, or of all (`*`), as long as the function says that there is
    more. It may be repeated, and stopped at any time."""
    asked = {"rebuild": execution}
    while True:
        answer = client.invoke(FunctionName=names.physical(tenant, _FUNCTION), Payload=json.dumps(asked).encode())
        told = json.loads(answer["Payload"].read() or "null") or {}
        if "FunctionError" in answer:
            print(told.get("errorMessage", answer["FunctionError"]), file=sys.stderr)
            return 1
        if "rebuilt" in told:
            print(f"{told['rebuilt']} instances rebuilt", flush=True)
        if not told.get("after"):
            return 0
        asked["after"] = told["after"]
