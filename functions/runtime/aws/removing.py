"""Finding and removing the tenant's state machines, which are known by their names, and versions of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

from botocore.exceptions import ClientError

from contract import names
from functions.runtime.aws.clients import Clients
from functions.runtime.aws.names import Names
from functions.runtime.ports import MachineVersion


class MachineRemover:
    """Removes what `MachineDeployer` made."""

    def __init__(self, clients: Clients, names_: Names) -> None:
        self._clients, self._prefix = clients, names.machine(names_.tenant, "")

    def machines(self) -> Sequence[str]:
        """The ARNs of all machines of the tenant."""
        pages = self._clients.stepfunctions.get_paginator("list_state_machines").paginate()
        return [
            machine["stateMachineArn"]
            for page in pages
            for machine in page["stateMachines"]
            if machine["name"].startswith(self._prefix)
        ]

    def running(self, machine_arn: str) -> Sequence[str]:
        """The ARNs of the machine's running executions; none if there is no such machine."""
        return [arn for arn, _ in self._executions(machine_arn, statusFilter="RUNNING")]

    def started(self, machine_arn: str, since: datetime) -> Sequence[tuple[str, datetime]]:
        """The ARNs of the machine's executions that began at a moment or later, newest first, as they are listed."""
        return list(takewhile(lambda each: each[1] >= since, self._executions(machine_arn)))

    def _executions(self, machine_arn: str, **only: Any) -> Iterator[tuple[str, datetime]]:
        listing = self._clients.stepfunctions.get_paginator("list_executions")
        try:
            for page in listing.paginate(stateMachineArn=machine_arn, **only):
                yield from ((each["executionArn"], each["startDate"]) for each in page["executions"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "StateMachineDoesNotExist":
                raise

    def remove(self, machine_arn: str) -> None:
        """Delete the machine and with it its versions; one that is gone is no error for Step Functions."""
        self._clients.stepfunctions.delete_state_machine(stateMachineArn=machine_arn)

    def versions(self, version_arn: str) -> Sequence[MachineVersion]:
        """All versions of the machine of a version."""
        asked: dict[str, Any] = {"stateMachineArn": version_arn.rpartition(":")[0], "maxResults": 1000}
        found: list[MachineVersion] = []
        while True:
            page = self._clients.stepfunctions.list_state_machine_versions(**asked)
            versions = page["stateMachineVersions"]
            found += (MachineVersion(v["stateMachineVersionArn"], v["creationDate"]) for v in versions)
            if not page.get("nextToken"):
                return found
            asked["nextToken"] = page["nextToken"]

    def is_running(self, version_arn: str) -> bool:
        """Whether an execution of the version runs."""
        asked: dict[str, Any] = {"stateMachineArn": version_arn, "statusFilter": "RUNNING", "maxResults": 1}
        try:
            return bool(self._clients.stepfunctions.list_executions(**asked)["executions"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "StateMachineDoesNotExist":
                return False
            raise

    def remove_version(self, version_arn: str) -> None:
        """Delete the version; one that is gone is no error for Step Functions."""
        self._clients.stepfunctions.delete_state_machine_version(stateMachineVersionArn=version_arn)
