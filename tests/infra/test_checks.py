"""cdk-nag's findings: each that stays is acknowledged for a reason, and nothing is acknowledged that is not found."""

import json
from pathlib import Path

import pytest

from infra.app import TENANTS, prepare_node


@pytest.mark.slow
def test_the_acknowledged_findings_are_exactly_the_findings(tmp_path: Path, stand_in: Path) -> None:
    prepare_node()
    from aws_cdk import Validations
    from cdk_nag import AwsSolutionsChecks

    from infra.checks import acknowledged
    from infra.stacks import build_app, load_tenant
    from infra.tenant_stack import TenantStack

    tenant = load_tenant(TENANTS / "demo.yaml")
    app = build_app(tenant, folder=tmp_path, bundle=lambda _: str(stand_in), checked=False)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    found = {
        (construct["constructPath"].removeprefix("dpc-demo/"), violation["ruleName"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }
    stack = app.node.find_child("dpc-demo")
    assert isinstance(stack, TenantStack)
    known = acknowledged(stack)
    assert {(a.path, a.rule) for a in known} == found
    assert all(len(a.reason) > 40 for a in known)
