"""The console's npm scripts, for tests."""

import subprocess
from collections.abc import Mapping

import pytest

from local.console_build import CONSOLE
from toolchain.node import node_environment


def run_script(script: str, more: Mapping[str, str] | None = None) -> None:
    """Run an npm script with `more` in its environment. Skips where the script says that it was SKIPPED."""
    done = subprocess.run(
        ["npm", "run", "--silent", script],
        cwd=CONSOLE,
        env={**node_environment(), **(more or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    if "SKIPPED" in done.stderr:
        pytest.skip(done.stderr.strip())
