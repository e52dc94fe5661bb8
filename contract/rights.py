"""What a function may do, as values: the exact AWS actions on one resource. Roles are made from these alone.

A test runs the journeys, records which actions each function used on which resource, and compares: no more, no less.
"""

from dataclasses import dataclass
from typing import Final, Literal

from contract import tables
from contract.buckets import Bucket
from contract.events import Event
from contract.tables import Table

ResourceKind = Literal[
    "table", "bucket", "machines", "executions", "machine-role", "timers", "timer-role", "bus", "key", "function", "any"
]


@dataclass(frozen=True)
class Right:
    """Actions on one resource. `resource` is the logical name; `part` an index of a table or a prefix in a bucket."""

    actions: tuple[str, ...]
    kind: ResourceKind
    resource: str
    part: str = ""


def Get(table: Table) -> Right:
    """Read one item by its key."""
    return Right(("dynamodb:GetItem",), "table", table.name)


def GetMany(table: Table) -> Right:
    """Read items by their keys, many in one call."""
    return Right(("dynamodb:BatchGetItem",), "table", table.name)


def Query(table: Table, index: str = "") -> Right:
    """Read the items of a partition, of the table or of one of its indexes."""
    return Right(("dynamodb:Query",), "table", table.name, table.index(index).name if index else "")


def Scan(table: Table) -> Right:
    """Read all items of a table."""
    return Right(("dynamodb:Scan",), "table", table.name)


def Put(table: Table) -> Right:
    """Write whole items."""
    return Right(("dynamodb:PutItem",), "table", table.name)


def Update(table: Table) -> Right:
    """Change items."""
    return Right(("dynamodb:UpdateItem",), "table", table.name)


def Delete(table: Table) -> Right:
    """Delete items."""
    return Right(("dynamodb:DeleteItem",), "table", table.name)


def GetObject(bucket: Bucket) -> Right:
    """Read objects, also by handing out presigned links."""
    return Right(("s3:GetObject",), "bucket", bucket.name)


def PutObject(bucket: Bucket) -> Right:
    """Write objects, also by handing out presigned forms."""
    return Right(("s3:PutObject",), "bucket", bucket.name)


def DeleteObject(bucket: Bucket) -> Right:
    """Delete objects."""
    return Right(("s3:DeleteObject",), "bucket", bucket.name)


def Emit(*_events: Event) -> Right:
    """Put these events into the outbox, within the transaction of their effect."""
    return Right(("dynamodb:PutItem",), "table", tables.OUTBOX.name)


def Remember() -> tuple[Right, ...]:
    """Keep and find idempotency records."""
    return (Get(tables.IDEMPOTENCY), Put(tables.IDEMPOTENCY))


def PutEvents() -> Right:
    """Put events on the tenant's bus: the relay's alone."""
    return Right(("events:PutEvents",), "bus", "platform")


def StartExecution() -> Right:
    """Start instances of the tenant's machines."""
    return Right(("states:StartExecution",), "machines", "*")


def StopExecution() -> Right:
    """Stop the tenant's executions."""
    return Right(("states:StopExecution",), "executions", "*")


def DescribeMachineOfExecution() -> Right:
    """Read the definition that an execution runs."""
    return Right(("states:DescribeStateMachineForExecution",), "executions", "*")


def GetExecutionHistory() -> Right:
    """Read the exact history of the tenant's executions."""
    return Right(("states:GetExecutionHistory",), "executions", "*")


def DescribeExecution() -> Right:
    """Read status, input and output of the tenant's executions."""
    return Right(("states:DescribeExecution",), "executions", "*")


def ListExecutions() -> tuple[Right, ...]:
    """Find the tenant's machines and their executions."""
    return (
        Right(("states:ListStateMachines",), "any", "*"),
        Right(("states:ListExecutions",), "machines", "*"),
    )


def SendTaskSuccess() -> Right:
    """Answer task tokens. Step Functions knows no resource for it but the machine."""
    return Right(("states:SendTaskSuccess",), "machines", "*")


def SendTaskFailure() -> Right:
    """Fail task tokens."""
    return Right(("states:SendTaskFailure",), "machines", "*")


def SendTaskHeartbeat() -> Right:
    """Ask whether somebody waits on a task token."""
    return Right(("states:SendTaskHeartbeat",), "machines", "*")


def ManageMachines() -> tuple[Right, ...]:
    """Make, version and remove the tenant's machines, and pass them their role: `deployments` alone."""
    return (
        Right(
            (
                "states:CreateStateMachine",
                "states:UpdateStateMachine",
                "states:PublishStateMachineVersion",
                "states:TagResource",
                "states:ListStateMachineVersions",
                "states:ListExecutions",
                "states:DeleteStateMachineVersion",
            ),
            "machines",
            "*",
        ),
        Right(("iam:PassRole",), "machine-role", "machines"),
    )


def RemoveMachines() -> tuple[Right, ...]:
    """Find and delete the tenant's machines: `cleanup` alone. Listing knows no resource."""
    return (
        Right(("states:ListStateMachines",), "any", "*"),
        Right(("states:ListExecutions", "states:DeleteStateMachine"), "machines", "*"),
        StopExecution(),
    )


def SetTimers() -> tuple[Right, ...]:
    """Make and remove schedules that send to the queue of start timers, and pass them their role."""
    return (
        Right(("scheduler:CreateSchedule", "scheduler:DeleteSchedule"), "timers", "timers"),
        Right(("iam:PassRole",), "timer-role", "timers"),
    )


def Sign(key: str) -> Right:
    """Make authentication codes with a key."""
    return Right(("kms:GenerateMac",), "key", key)


def Verify(key: str) -> Right:
    """Check authentication codes with a key."""
    return Right(("kms:VerifyMac",), "key", key)


CASE_LINK_KEY: Final = "case-links"
"""The HMAC_256 key that signs case links."""
