"""How much random tests try.

`make test` tries the same examples each time, so that it fails for what was changed and for nothing else. `make fuzz`
(`DPC_FUZZ=20 pytest ...`) tries others each time, and twenty times as many.
"""

import os
from typing import Any, Final

from hypothesis import HealthCheck, settings

TIMES: Final = int(os.environ.get("DPC_FUZZ", "1"))


def effort(examples: int, **more: Any) -> settings:
    """Settings for a test that tries this many examples in `make test`; `more` goes to Hypothesis as it is."""
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
