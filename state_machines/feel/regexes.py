"""Regular expressions of this package's own, compiled when first used: every cold start would pay for those it needs
not. Patterns that users write are another matter: builtins/patterns."""

import re
from functools import cache


@cache
def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled pattern, of which there are as many as stand in this package's modules."""
    return re.compile(pattern, flags)
