"""On a machine without Node, the one that is brought can do what the console's build asks of it."""

import subprocess
from pathlib import Path

import pytest

from toolchain.node import MINIMUM, bring_node


@pytest.mark.slow
def test_the_node_that_is_brought_comes_with_an_npm_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(_without_node(tmp_path / "bin")))
    try:
        environment = bring_node(tmp_path / "node")
    except subprocess.CalledProcessError:
        pytest.skip("the package registry does not answer, so there is no Node to try")
    (tmp_path / "package.json").write_text('{"scripts": {"which": "node --version"}}')
    command = ["npm", "run", "--silent", "which"]
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert tuple(int(part) for part in said.stdout.strip().lstrip("v").split(".")[:2]) >= MINIMUM


def _without_node(folder: Path) -> Path:
    """What a small machine has on its path."""
    folder.mkdir()
    for name in ("sh", "bash", "env", "dirname", "basename", "uname", "sed", "cat"):
        found = next((p for p in (Path("/bin") / name, Path("/usr/bin") / name) if p.exists()), None)
        if found:
            (folder / name).symlink_to(found)
    return folder
