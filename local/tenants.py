"""Tenants' files: found by name, parsed, validated."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from contract.tenant import Tenant

ROOT = Path(__file__).resolve().parent.parent
"""The repository, where `tenants/`, `catalogue/products/` and `console/dist/` are."""


class TenantFileError(Exception):
    """There is no such tenant, or its file is wrong; the text says what."""


def read_tenant(name: str) -> Tenant:
    """The tenant of `tenants/<name>.yaml`. Raises `TenantFileError`."""
    path = ROOT / "tenants" / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.yaml")))
        raise TenantFileError(f"There is no tenant {name!r}; there are: {known}.")
    try:
        tenant = Tenant.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise TenantFileError(f"{path}: {error}") from error
    if tenant.name != name:
        raise TenantFileError(f"{path}: the name in it is {tenant.name!r}.")
    return tenant
