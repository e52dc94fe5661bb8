"""The app as people start it: unknown tenants and wrong files are refused, two tenants stand side by side."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.app import TENANTS, prepare_node, synth

ACME = "name: acme\ntitle: Acme\nregion: eu-west-1\n"


def test_a_tenant_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nobody"):
        synth("nobody", tmp_path)


@pytest.mark.parametrize(
    "text", [ACME + "colour: red\n", ACME.replace("acme", "acme-bank"), ACME.replace("eu-west-1", "mars")]
)
def test_a_wrong_file_is_refused(text: str, tmp_path: Path) -> None:
    prepare_node()
    from infra.stacks import load_tenant

    file = tmp_path / "acme.yaml"
    file.write_text(text)
    with pytest.raises(ValidationError):
        load_tenant(file)


def test_a_file_under_another_name_is_refused(tmp_path: Path) -> None:
    prepare_node()
    from infra.stacks import load_tenant

    file = tmp_path / "other.yaml"
    file.write_text(ACME)
    with pytest.raises(ValueError, match="acme"):
        load_tenant(file)


@pytest.mark.slow
def test_tenants_share_nothing(tmp_path: Path, stand_in: Path) -> None:
    prepare_node()
    from infra.stacks import build_app, load_tenant

    file = tmp_path / "acme.yaml"
    file.write_text(ACME)
    demo, acme = load_tenant(TENANTS / "demo.yaml"), load_tenant(file)
    assembly = build_app(demo, acme, folder=tmp_path / "cdk", bundle=lambda _: str(stand_in), checked=False).synth()
    texts = {s.stack_name: json.dumps(s.template) for s in assembly.stacks}
    assert set(texts) == {"dpc-demo", "dpc-acme"}
    assert {s.stack_name: s.environment.region for s in assembly.stacks} == {
        "dpc-demo": "eu-central-1",
        "dpc-acme": "eu-west-1",
    }
    assert "dpc-demo" not in texts["dpc-acme"]
    assert "dpc-acme" not in texts["dpc-demo"]
