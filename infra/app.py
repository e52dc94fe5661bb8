"""The CDK app: one stack per tenant file. cdk.json names `python -m infra.app`; `dpc synth` runs `synth`.

CDK runs in Node, and starts it when it is imported: so that is done here, once Node is found.
"""

import os
import sys
from pathlib import Path
from typing import Final

from toolchain.node import node_environment

ROOT: Final = Path(__file__).resolve().parent.parent
TENANTS: Final = ROOT / "tenants"
_SILENCED: Final = {
    # CDK warns of a Node that is out of support. It works, it only runs here, and who has one may have no other.
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20,21,23",
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
}


def prepare_node() -> None:
    """Let CDK find Node in this process. Installs Node into the environment if the machine has none that fits."""
    os.environ |= {"PATH": node_environment()["PATH"]} | _SILENCED


def synth(tenant: str, folder: Path | None = None) -> Path:
    """Write the tenant's CloudFormation into `folder` (cdk.out); answers the template's path.

    Builds the Lambda bundles that are not there yet. Raises `FileNotFoundError` for a tenant without a file,
    `pydantic.ValidationError` for a file that is wrong, `RuntimeError` if a check finds anything.
    """
    prepare_node()
    from infra.stacks import build_app, load_tenant

    assembly = build_app(load_tenant(TENANTS / f"{tenant}.yaml"), folder=folder or ROOT / "cdk.out").synth()
    return Path(assembly.get_stack_by_name(f"dpc-{tenant}").template_full_path)


def main(tenants: list[str]) -> None:
    """Synthesise these tenants, or all, for the CDK command line, which says where in its environment."""
    prepare_node()
    from infra.stacks import build_app, load_tenant

    files = [TENANTS / f"{name}.yaml" for name in tenants] or sorted(TENANTS.glob("*.yaml"))
    build_app(*(load_tenant(file) for file in files)).synth()


if __name__ == "__main__":
    main(sys.argv[1:])
