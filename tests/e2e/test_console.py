"""The console's own checks, as npm runs them: types, lint, logic, and pages in a real browser where there is one."""

import pytest

from tests.e2e.console import run_script

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", ["typecheck", "lint", "test", "test:page"])
def test_script(built: None, script: str) -> None:
    run_script(script)
