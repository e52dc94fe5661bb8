"""The CDK app: one stack per tenant file. `python -m infra.app` is what cdk.json names; `synth` is what `dpc synth` runs."""

import os
import sys
from pathlib import Path

import aws_cdk as cdk
import yaml

from contract.functions import FunctionSpec
from contract.tenant import Tenant
from functions.specs import ALL
from infra.bundles import ROOT, bundle
from infra.checks import add_checks
from infra.tenant_stack import TenantStack

TENANTS = ROOT / "tenants"
BUILD = ROOT / "build"


def load_tenant(name: str) -> Tenant:
    """The tenant of `tenants/<name>.yaml`. Raises `FileNotFoundError`, `pydantic.ValidationError`."""
    tenant = Tenant.model_validate(yaml.safe_load((TENANTS / f"{name}.yaml").read_text()))
    if tenant.name != name:
        raise ValueError(f"tenants/{name}.yaml calls itself {tenant.name!r}")
    return tenant


def build_app(*tenants: str, folder: Path | None = None) -> cdk.App:
    """The app with the stacks of these tenants, checked."""
    app = cdk.App(outdir=str(folder) if folder else None)
    for name in tenants:
        TenantStack(app, load_tenant(name), ALL, _bundle)
    add_checks(app)
    return app


def synth(tenant: str, folder: Path | None = None) -> Path:
    """Write the tenant's CloudFormation; answers the template's path. Raises if a check finds anything."""
    assembly = build_app(tenant, folder=folder or ROOT / "cdk.out").synth()
    return Path(assembly.get_stack_by_name(f"dpc-{tenant}").template_full_path)


def _bundle(spec: FunctionSpec) -> str:
    return str(bundle(spec, BUILD))


if __name__ == "__main__":
    names = sys.argv[1:] or sorted(path.stem for path in TENANTS.glob("*.yaml"))
    build_app(*names, folder=Path(os.environ["CDK_OUTDIR"]) if "CDK_OUTDIR" in os.environ else None).synth()
