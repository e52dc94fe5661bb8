"""What a synthesised stack must pass: cdk-nag's AwsSolutions pack. Each finding that stays has its reason here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import Acknowledgment, Validations
from cdk_nag import AwsSolutionsChecks

from contract import machines, queues
from contract.auth import Public
from contract.rights import ResourceKind, Right
from infra import added_rights
from infra.added_rights import AddedRight
from infra.capabilities.api import route_id
from infra.rights import Place, arn
from infra.tenant_stack import TenantStack


@dataclass(frozen=True)
class Acknowledged:
    """A finding that stays: the construct's path below its stack, the rule with the finding's own id, and why."""

    path: str
    rule: str
    reason: str


FIXED: Final = (
    Acknowledged(
        f"Messaging/Queue-{queues.STREAM_FAILURES.name}",
        "AwsSolutions-SQS3",
        "It is where the batches end that functions could not read from streams: people read it, so nothing that it "
        "holds can fail again.",
    ),
    Acknowledged(
        "Delivery/Distribution",
        "AwsSolutions-CFR1",
        "What is published is for everybody, wherever they are; media hold nothing about people.",
    ),
    Acknowledged(
        "Delivery/Distribution",
        "AwsSolutions-CFR2",
        "It reads immutable files and takes no input: there is nothing behind it that a firewall would protect.",
    ),
    Acknowledged(
        "Delivery/Distribution",
        "AwsSolutions-CFR3",
        "Its files are public and the bucket's access log tells what it reads; visitors' addresses are not kept.",
    ),
    Acknowledged(
        "Delivery/Distribution",
        "AwsSolutions-CFR4",
        "The address is CloudFront's own, whose certificate admits no other policy; a tenant's domain brings one.",
    ),
)

_PUBLIC: Final = "Public by its definition in contract/routes.py, and throttled by a limit of its own."

_WILDCARDS: Final[Mapping[ResourceKind, str]] = {
    "bucket": "Objects get their names at run time. The bucket is named exactly.",
    "machines": "State machines come into being when processes are published. No other tenant's names begin like this.",
    "executions": "Executions come into being when instances start. No other tenant's names begin like this.",
    "timers": "Timers get their names at run time. Their schedule group is named exactly.",
    "any": "states:ListStateMachines knows no resource; what it lists is filtered by the tenant's prefix.",
}
"""Why a right on this kind of resource ends in a wildcard."""


def add_checks(app: cdk.App) -> None:
    """Findings make synth fail, but for those that are acknowledged."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    for stack in app.node.find_all():
        if isinstance(stack, TenantStack):
            for known in acknowledged(stack):
                construct = stack.node.find_child(known.path.split("/")[0])
                for name in known.path.split("/")[1:]:
                    construct = construct.node.find_child(name)
                Validations.of(construct).acknowledge(
                    Acknowledgment(id=f"AwsSolutions::{known.rule}", reason=known.reason)
                )


def acknowledged(stack: TenantStack) -> tuple[Acknowledged, ...]:
    """All findings that stay, each once."""
    routes = (route for spec in stack.specs for route in spec.routes)
    public = (
        Acknowledged(f"Http/{route_id(r)}", "AwsSolutions-APIG4", _PUBLIC) for r in routes if _is_public(r.access)
    )
    return (*FIXED, *public, *_wildcards(stack))


def _is_public(access: object) -> bool:
    return isinstance(access, Public)


def _wildcards(stack: TenantStack) -> Iterator[Acknowledged]:
    place = Place(tenant=stack.tenant.name, case_link_key="")
    for spec in stack.specs:
        added = tuple(right for right in added_rights.TABLE if right.applies(spec))
        yield from _of_role(stack, f"Function-{spec.name}/Role", spec.rights, added, place)
    yield from _of_role(stack, "Machines/Role", machines.RIGHTS, added_rights.MACHINE_ROLE, place)


def _of_role(
    stack: TenantStack, path: str, rights: tuple[Right, ...], added: tuple[AddedRight, ...], place: Place
) -> Iterator[Acknowledged]:
    """One finding per wildcard of a role, with the reasons of all rights that bring it."""
    reasons: dict[str, list[str]] = {}
    for right in rights:
        if right.kind in _WILDCARDS:
            reasons.setdefault(_as_text(stack.resolve(arn(right, place))), []).append(_WILDCARDS[right.kind])
    for extra in added:
        if (call := added_rights.CALLS.get(extra.resource)) is not None:
            reasons.setdefault(_as_text(stack.resolve(arn(call, place))), []).append(_WILDCARDS[call.kind])
        if extra.resource == "any":
            reasons.setdefault("*", []).append(f"It {extra.why} ({', '.join(extra.actions)}).")
    for resource, why in reasons.items():
        yield Acknowledged(path, f"AwsSolutions-IAM5[Resource::{resource}]", " ".join(dict.fromkeys(why)))


def _as_text(resolved: Any) -> str:
    """A resolved ARN as cdk-nag writes it: references in angle brackets."""
    match resolved:
        case str():
            return resolved
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_as_text(part) for part in parts)
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            raise ValueError(f"not the ARN of a right: {resolved}")
