"""How much random tests try: `DPC_FUZZ=20 pytest ...` tries twenty times as much as `make test` does."""

import os

from hypothesis import HealthCheck, settings


def effort(examples: int) -> settings:
    """Settings for a test that tries this many examples in `make test`."""
    times = int(os.environ.get("DPC_FUZZ", "1"))
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples * times, deadline=None, suppress_health_check=slow)
