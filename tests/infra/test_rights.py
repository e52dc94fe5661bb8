"""Roles hold the rights of their spec and what the listed table adds, on the names that the adapters use: no more."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from contract import buckets, machines, names, queues
from contract.buckets import ALL as BUCKETS
from contract.functions import FunctionSpec
from contract.rights import GetObject, Right
from contract.tables import ALL as TABLES
from functions.runtime.aws.names import Names
from functions.specs import ALL
from infra.added_rights import MACHINE_ROLE, TABLE, AddedRight
from tests.infra.template import ACCOUNT, REGION, Template

WHERE = Names("demo", ACCOUNT, REGION)
Granted = set[tuple[str, str]]
SEARCHED = (buckets.ARTIFACTS, buckets.BUNDLES, buckets.EXCHANGE, buckets.MEDIA, buckets.VALUES)
"""The buckets that hold what may be missing."""


def granted(template: Template, role: str) -> Granted:
    """All (action, resource) pairs of a role."""
    properties = template.named("AWS::IAM::Role", "RoleName")[role]
    assert set(properties) <= {"AssumeRolePolicyDocument", "Policies", "RoleName", "Tags"}
    statements = [s for policy in properties["Policies"] for s in policy["PolicyDocument"]["Statement"]]
    assert {s["Effect"] for s in statements} == {"Allow"}
    return {
        (action, template.text(resource))
        for s in statements
        for action in _list(s["Action"])
        for resource in _list(s["Resource"])
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def resource_of(right: Right, template: Template) -> str:
    match right.kind:
        case "table":
            (table,) = (t for t in TABLES if t.name == right.resource)
            return _arn("dynamodb", f"table/{WHERE.table(table)}" + (f"/index/{right.part}" if right.part else ""))
        case "bucket":
            (bucket,) = (b for b in BUCKETS if b.name == right.resource)
            return f"arn:aws:s3:::{WHERE.bucket(bucket)}/{right.part}*"
        case "machines":
            return WHERE.machine_arn("") + "*"
        case "executions":
            return WHERE.machine_arn("").replace(":stateMachine:", ":execution:") + "*:*"
        case "machine-role" | "timer-role":
            return f"arn:aws:iam::{ACCOUNT}:role/{names.physical('demo', right.resource)}"
        case "timers":
            return _arn("scheduler", f"schedule/{WHERE.timers}/*")
        case "bus":
            return _arn("events", f"event-bus/{WHERE.bus}")
        case "key":
            return key(template, "HMAC_256")
        case "any":
            return "*"
    raise AssertionError(right.kind)


def key(template: Template, spec: str = "") -> str:
    (found,) = (id_ for id_, p in template.of("AWS::KMS::Key").items() if p.get("KeySpec", "") == spec)
    return f"key:{found}"


def added(rights: Iterable[AddedRight], spec: FunctionSpec, template: Template) -> Granted:
    physical = names.physical("demo", spec.name)
    resources: Mapping[str, list[str]] = {
        "any": ["*"],
        "own-log-group": [_arn("logs", f"log-group:/aws/lambda/{physical}:*")],
        "tenant-key": [key(template)],
        "searched-buckets": [
            f"arn:aws:s3:::{WHERE.bucket(b)}" for b in BUCKETS if b in SEARCHED and GetObject(b) in spec.rights
        ],
        "own-queues": [_arn("sqs", names.physical("demo", q.name)) for q in spec.queues],
        "own-streams": [_arn("dynamodb", f"table/{WHERE.table(t)}/stream/*") for t in spec.streams],
        "machines": [WHERE.machine_arn("") + "*"],
        "executions": [WHERE.machine_arn("").replace(":stateMachine:", ":execution:") + "*:*"],
        "sync-rule": [_arn("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")],
        "stream-failures": [_arn("sqs", "dpc-demo-stream-failures")],
    }
    return {(a, r) for right in rights if right.applies(spec) for a in right.actions for r in resources[right.resource]}


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.name)
def test_a_function_may_do_what_its_spec_and_the_table_say(spec: FunctionSpec, template: Template) -> None:
    own = {(action, resource_of(right, template)) for right in spec.rights for action in right.actions}
    assert granted(template, names.physical("demo", spec.name)) == own | added(TABLE, spec, template)


def test_who_looks_for_an_object_is_told_that_it_is_missing(template: Template) -> None:
    artifacts = f"arn:aws:s3:::{WHERE.bucket(buckets.ARTIFACTS)}"
    for name in ("tasks", "telemetry", "documents", "decisions", "deployments", "analytics"):
        assert ("s3:ListBucket", artifacts) in granted(template, names.physical("demo", name))
    everywhere = {pair for name in template.named("AWS::IAM::Role", "RoleName") for pair in granted(template, name)}
    assert ("s3:ListBucket", f"arn:aws:s3:::{WHERE.bucket(buckets.ARCHIVE)}") not in everywhere


def test_machines_may_write_wait_points_and_call_the_functions_that_serve_them(template: Template) -> None:
    own = {(action, resource_of(right, template)) for right in machines.RIGHTS for action in right.actions}
    calls = {("lambda:InvokeFunction", WHERE.function_arn(spec.name)) for spec in ALL if spec.machines}
    assert calls
    nobody = FunctionSpec("machines", "")
    assert granted(template, names.physical("demo", machines.ROLE)) == own | calls | added(
        MACHINE_ROLE, nobody, template
    )


def test_there_are_no_other_roles(template: Template) -> None:
    expected = {names.physical("demo", name) for name in (*(spec.name for spec in ALL), machines.ROLE, "timers")}
    assert set(template.named("AWS::IAM::Role", "RoleName")) == expected


def test_timers_may_send_to_their_queues_and_to_their_dead_letters_alone(template: Template) -> None:
    queues_ = [WHERE.queue_arn(name) for timed in queues.TIMED for name in (timed.name, timed.dead)]
    assert granted(template, WHERE.timers) == {("sqs:SendMessage", queue) for queue in queues_}


def test_roles_are_passed_to_their_service_alone(template: Template) -> None:
    passed = {
        role["RoleName"]: statement["Condition"]["StringEquals"]["iam:PassedToService"]
        for role in template.of("AWS::IAM::Role").values()
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "iam:PassRole" in _list(statement["Action"])
    }
    assert passed == {
        "dpc-demo-deployments": "states.amazonaws.com",
        "dpc-demo-correlation": "scheduler.amazonaws.com",
        "dpc-demo-catalogue": "scheduler.amazonaws.com",
    }


def test_machines_are_made_and_removed_by_one_function_each(template: Template) -> None:
    holders: dict[str, set[str]] = {}
    for name in template.named("AWS::IAM::Role", "RoleName"):
        for action, _ in granted(template, name):
            holders.setdefault(action, set()).add(name)
    for action in ("CreateStateMachine", "UpdateStateMachine", "PublishStateMachineVersion", "TagResource"):
        assert holders[f"states:{action}"] == {"dpc-demo-deployments"}
    assert holders["states:DeleteStateMachine"] == {"dpc-demo-cleanup"}


def test_roles_are_assumed_by_their_service_alone(template: Template) -> None:
    for role in template.of("AWS::IAM::Role").values():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        service = {"dpc-demo-machines": "states", "dpc-demo-timers": "scheduler"}.get(role["RoleName"], "lambda")
        assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
