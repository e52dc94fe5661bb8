"""The console's own checks, as npm runs them: types, lint, logic, and pages in a real browser where there is one."""

import subprocess

import pytest

from local.console_build import CONSOLE, build_console
from toolchain.node import node_environment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build_console()


@pytest.mark.parametrize("script", ["typecheck", "lint", "test", "test:page"])
def test_script(script: str) -> None:
    done = subprocess.run(
        ["npm", "run", "--silent", script],
        cwd=CONSOLE,
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    if "SKIPPED" in done.stderr:
        pytest.skip(done.stderr.strip())
