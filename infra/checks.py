"""What a synthesised stack must pass: cdk-nag's AwsSolutions pack. Each finding that stays has its reason here."""

from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks


@dataclass(frozen=True)
class Acknowledged:
    """A finding that stays: where (a part of the construct's path), which, and why."""

    path: str
    rule: str
    reason: str


ACKNOWLEDGED: Final[tuple[Acknowledged, ...]] = ()


def add_checks(app: cdk.App) -> None:
    """Findings make synth fail."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    for construct in app.node.find_all():
        for known in ACKNOWLEDGED:
            if known.path in construct.node.path:
                Validations.of(construct).acknowledge(id=known.rule, reason=known.reason)
