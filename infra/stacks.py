"""The app's tree: the stacks of the given tenants, over the specs of all functions, checked."""

import json
from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
import yaml

from contract import names
from contract.functions import FunctionSpec
from contract.tenant import Tenant
from functions.specs import ALL
from infra.bundles import BUILD, ROOT, bundle
from infra.capabilities.compute import Bundle
from infra.checks import add_checks
from infra.tenant_stack import TenantStack


def load_tenant(file: Path) -> Tenant:
    """The tenant of `tenants/<name>.yaml`. Raises `FileNotFoundError`, `pydantic.ValidationError`."""
    tenant = Tenant.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    if tenant.name != file.stem:
        raise ValueError(f"{file.name} calls itself {tenant.name!r}")
    return tenant


def real_bundle(spec: FunctionSpec) -> str:
    """The folder of a function's bundle, built if it is not there."""
    return str(bundle(spec, BUILD))


def build_app(
    *tenants: Tenant,
    folder: Path | None = None,
    specs: Sequence[FunctionSpec] = ALL,
    bundle: Bundle = real_bundle,
    checked: bool = True,
) -> cdk.App:
    """The app. Without `folder`, CDK's command line says where it is written."""
    app = cdk.App(outdir=str(folder) if folder else None, context=_context(), analytics_reporting=False)
    for tenant in tenants:
        TenantStack(app, names.stack(tenant.name), tenant, specs, bundle)
    if checked:
        add_checks(app)
    return app


def _context() -> dict[str, object]:
    """The feature flags of cdk.json, so that the template is the same with and without CDK's command line."""
    context: dict[str, object] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return context
