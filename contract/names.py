"""How a logical name becomes a physical one. Every host and every adapter uses these, none builds its own."""

from typing import Final

PREFIX: Final = "dpc"
TENANT_PATTERN: Final = r"^[a-z][a-z0-9]{0,19}$"
"""At most 20 characters, so that the longest physical name stays under AWS's limits (S3 63, Lambda 64, machines 80).

No hyphen: `dpc-<tenant>-` is never the beginning of another tenant's names, which roles rely on.
"""


def physical(tenant: str, name: str) -> str:
    """`dpc-<tenant>-<name>`: tables, queues, functions, the bus, the user pool.

    >>> physical("demo", "waits")
    'dpc-demo-waits'
    """
    return f"{PREFIX}-{tenant}-{name}"


def stack(tenant: str) -> str:
    """The CloudFormation stack.

    >>> stack("demo")
    'dpc-demo'
    """
    return f"{PREFIX}-{tenant}"


def bucket(tenant: str, name: str, account: str, region: str) -> str:
    """Bucket names are global, so they carry account and region.

    >>> bucket("demo", "archive", "123456789012", "eu-central-1")
    'dpc-demo-archive-123456789012-eu-central-1'
    """
    return f"{physical(tenant, name)}-{account}-{region}"


def machine(tenant: str, process_id: str) -> str:
    """The state machine of a process; with no id, how the names of all of them begin. Step Functions allows 80
    characters of `0-9A-Za-z-_`: the adapter that makes machines fits the id into that."""
    return physical(tenant, f"p-{process_id}")


def timers(tenant: str) -> str:
    """The schedule group of the timers that start processes, and the role with which they send.

    >>> timers("demo")
    'dpc-demo-timers'
    """
    return physical(tenant, "timers")


def machine_logs(tenant: str) -> str:
    """The log group of the tenant's state machines. AWS writes logs cheaper under this prefix, and without asking the
    group's policy to name each machine.

    >>> machine_logs("demo")
    '/aws/vendedlogs/states/dpc-demo'
    """
    return f"/aws/vendedlogs/states/{PREFIX}-{tenant}"
