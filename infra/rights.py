"""From rights (values) to IAM statements: the exact actions, the exact resources, never a grant."""

from collections.abc import Callable, Mapping
from typing import TypedDict

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from contract import buckets, events, machines, names
from contract.rights import Right


class Place(TypedDict):
    """Where ARNs point: the tenant's name and the key that signs case links."""

    tenant: str
    case_link_key: str


def statement(right: Right, place: Place) -> iam.PolicyStatement:
    """The statement of one right."""
    return iam.PolicyStatement(actions=list(right.actions), resources=[arn(right, place)], **_condition(right))


def arn(right: Right, place: Place) -> str:
    """The ARN of the right's resource; unresolved tokens stand for partition, region and account."""
    return _ARNS[right.kind](right, place)


def _table(right: Right, place: Place) -> str:
    table = names.physical(place["tenant"], right.resource)
    return _arn("dynamodb", f"table/{table}/index/{right.part}" if right.part else f"table/{table}")


def _bucket(right: Right, place: Place) -> str:
    bucket = next(b for b in buckets.ALL if b.name == right.resource)
    return f"{bucket_arn(place['tenant'], bucket.name)}/{right.part}*"


def bucket_name(tenant: str, name: str) -> str:
    """The bucket's name with the stack's account and region in it."""
    return names.bucket(tenant, name, cdk.Aws.ACCOUNT_ID, cdk.Aws.REGION)


def bucket_arn(tenant: str, name: str) -> str:
    """The ARN of the bucket itself, not of what is in it."""
    return f"arn:{cdk.Aws.PARTITION}:s3:::{bucket_name(tenant, name)}"


def _machines(_right: Right, place: Place) -> str:
    return _arn("states", f"stateMachine:{names.machine(place['tenant'], '*')}")


def _executions(_right: Right, place: Place) -> str:
    return _arn("states", f"execution:{names.machine(place['tenant'], '*')}:*")


def _machine_role(_right: Right, place: Place) -> str:
    return f"arn:{cdk.Aws.PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:role/{names.physical(place['tenant'], machines.ROLE)}"


def _timers(_right: Right, place: Place) -> str:
    return _arn("scheduler", f"schedule/{names.timers(place['tenant'])}/*")


def _timer_role(_right: Right, place: Place) -> str:
    return f"arn:{cdk.Aws.PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:role/{names.timers(place['tenant'])}"


def _bus(_right: Right, place: Place) -> str:
    return _arn("events", f"event-bus/{names.physical(place['tenant'], events.BUS)}")


def _function(right: Right, place: Place) -> str:
    return _arn("lambda", f"function:{names.physical(place['tenant'], right.resource)}")


def _arn(service: str, resource: str) -> str:
    return f"arn:{cdk.Aws.PARTITION}:{service}:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:{resource}"


_ARNS: Mapping[str, Callable[[Right, Place], str]] = {
    "table": _table,
    "bucket": _bucket,
    "machines": _machines,
    "executions": _executions,
    "machine-role": _machine_role,
    "timers": _timers,
    "timer-role": _timer_role,
    "bus": _bus,
    "key": lambda _right, place: place["case_link_key"],
    "function": _function,
    "any": lambda _right, _place: "*",
}


_PASSED_TO: Mapping[str, str] = {"machine-role": "states.amazonaws.com", "timer-role": "scheduler.amazonaws.com"}


class _Condition(TypedDict, total=False):
    conditions: dict[str, dict[str, str]]


def _condition(right: Right) -> _Condition:
    if right.actions == ("iam:PassRole",):
        return {"conditions": {"StringEquals": {"iam:PassedToService": _PASSED_TO[right.kind]}}}
    return {}
