"""Fixtures for all tests."""

from collections.abc import Iterator

import pytest

from tests.platform import RunningPlatform, running_platform

ACCOUNT = "444455556666"
"""Other platforms that tests start beside this one clear their own account when they end."""


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """One platform for all tests of a run; tests keep apart by the processes and keys that they use."""
    with running_platform(log=tmp_path_factory.mktemp("platform") / "platform.log", account=ACCOUNT) as running:
        yield running
