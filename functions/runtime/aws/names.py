"""Physical names and ARNs of one tenant's resources, all from `contract.names`."""

import hashlib
import re
from dataclasses import dataclass

from contract import events, names
from contract.buckets import Bucket
from contract.tables import Table

_MACHINE_NAME_LENGTH = 80


@dataclass(frozen=True)
class Names:
    """Where a tenant lives."""

    tenant: str
    account: str
    region: str

    def table(self, table: Table) -> str:
        """A table's name."""
        return names.physical(self.tenant, table.name)

    def bucket(self, bucket: Bucket) -> str:
        """A bucket's name."""
        return names.bucket(self.tenant, bucket.name, self.account, self.region)

    @property
    def bus(self) -> str:
        """The event bus's name."""
        return names.physical(self.tenant, events.BUS)

    @property
    def timers(self) -> str:
        """The schedule group's name."""
        return names.timers(self.tenant)

    def queue_arn(self, name: str) -> str:
        """A queue's ARN."""
        return self._arn("sqs", names.physical(self.tenant, name))

    def function_arn(self, name: str) -> str:
        """A function's ARN."""
        return self._arn("lambda", f"function:{names.physical(self.tenant, name)}")

    def machine(self, name: str) -> str:
        """A state machine's name: at most 80 characters of `0-9A-Za-z-_`. A name that had to change stays unique.

        >>> Names("demo", "1", "eu-central-1").machine("cash-loan")
        'dpc-demo-p-cash-loan'
        >>> Names("demo", "1", "eu-central-1").machine("żółw.1")
        'dpc-demo-p--w-1-71bac31c'
        """
        plain = names.machine(self.tenant, name)
        if re.fullmatch(r"[0-9A-Za-z_-]+", plain) and len(plain) <= _MACHINE_NAME_LENGTH:
            return plain
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        return f"{re.sub(r'[^0-9A-Za-z_-]+', '-', plain)[: _MACHINE_NAME_LENGTH - 9]}-{digest}"

    def machine_arn(self, name: str) -> str:
        """A state machine's ARN."""
        return self._arn("states", f"stateMachine:{self.machine(name)}")

    @property
    def machine_logs_arn(self) -> str:
        """The log group of the machines, as Step Functions wants it: with `:*`."""
        return self._arn("logs", f"log-group:{names.machine_logs(self.tenant)}:*")

    def _arn(self, service: str, resource: str) -> str:
        return f"arn:{_partition(self.region)}:{service}:{self.region}:{self.account}:{resource}"


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
