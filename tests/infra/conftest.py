"""One synthesised template for all tests here. The code in it is a stand-in: test_bundles.py builds the real one."""

from pathlib import Path

import pytest

from infra.app import TENANTS, prepare_node
from tests.infra.template import Template


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in place of a bundle."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "code.py").write_text("")
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, stand_in: Path) -> Template:
    """The demo tenant's, with all checks passed."""
    prepare_node()
    from infra.stacks import build_app, load_tenant

    tenant, folder = load_tenant(TENANTS / "demo.yaml"), tmp_path_factory.mktemp("cdk")
    assembly = build_app(tenant, folder=folder, bundle=lambda _: str(stand_in)).synth()
    return Template.read(Path(assembly.get_stack_by_name("dpc-demo").template_full_path))
