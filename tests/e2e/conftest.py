"""Fixtures of the tests in a browser."""

import pytest

from local.console_build import build_console


@pytest.fixture(scope="session")
def built() -> None:
    """The console in console/dist, with its packages."""
    build_console()
