"""The rights that no business action uses but that the platform needs: event sources, tracing, logs, keys. All of them.

A function's role holds the rights of its spec (contract/rights.py) and what this table adds; nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from contract.buckets import ARCHIVE
from contract.functions import FunctionSpec
from contract.rights import DescribeExecution, Right, StartExecution


@dataclass(frozen=True)
class AddedRight:
    """Actions added to the roles for which `applies`. `resource` is a kind that the stack knows the ARNs of."""

    why: str
    actions: tuple[str, ...]
    resource: str
    applies: Callable[[FunctionSpec], bool]


def searched_buckets(spec: FunctionSpec) -> tuple[str, ...]:
    """Where the function reads keys that may be missing, which S3 tells only to those who may list the bucket.

    The archive is not among them: its objects are known to be there, and are handed out as links.
    """
    read = (right for right in spec.rights if right.kind == "bucket" and "s3:GetObject" in right.actions)
    return tuple(dict.fromkeys(right.resource for right in read if right.resource != ARCHIVE.name))


def _always(_spec: FunctionSpec) -> bool:
    return True


TABLE: Final = (
    AddedRight("writes its own logs", ("logs:CreateLogStream", "logs:PutLogEvents"), "own-log-group", _always),
    AddedRight(
        "sends traces; X-Ray knows no resources", ("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "any", _always
    ),
    AddedRight("reads its environment, which the tenant's key encrypts", ("kms:Decrypt",), "tenant-key", _always),
    AddedRight(
        "reads and writes what the tenant's key encrypts",
        ("kms:Decrypt", "kms:GenerateDataKey"),
        "tenant-key",
        lambda spec: any(right.kind in ("table", "bucket") for right in spec.rights),
    ),
    AddedRight(
        "is told that an object is missing: others are refused, as if they had no right to it",
        ("s3:ListBucket",),
        "searched-buckets",
        lambda spec: bool(searched_buckets(spec)),
    ),
    AddedRight(
        "reads its queues",
        ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        "own-queues",
        lambda spec: bool(spec.queues),
    ),
    AddedRight(
        "reads its tables' streams",
        ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        "own-streams",
        lambda spec: bool(spec.streams),
    ),
    AddedRight(
        "lists streams; that knows no resources", ("dynamodb:ListStreams",), "any", lambda spec: bool(spec.streams)
    ),
    AddedRight(
        "hands over stream batches that failed",
        ("sqs:SendMessage",),
        "stream-failures",
        lambda spec: bool(spec.streams),
    ),
)

CALLS: Final[Mapping[str, Right]] = {"machines": StartExecution(), "executions": DescribeExecution()}
"""What Step Functions does for a machine that calls a process, by the kind of resource."""

MACHINE_ROLE: Final = (
    *(AddedRight("runs called processes", call.actions, kind, _always) for kind, call in CALLS.items()),
    AddedRight(
        "hears of the end of called processes, by the rule that Step Functions makes",
        ("events:PutTargets", "events:PutRule", "events:DescribeRule"),
        "sync-rule",
        _always,
    ),
    AddedRight(
        "delivers the machines' logs; log delivery knows no resources",
        (
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ),
        "any",
        _always,
    ),
    AddedRight(
        "sends traces; X-Ray knows no resources",
        ("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"),
        "any",
        _always,
    ),
    AddedRight("writes what the tenant's key encrypts", ("kms:Decrypt", "kms:GenerateDataKey"), "tenant-key", _always),
)
