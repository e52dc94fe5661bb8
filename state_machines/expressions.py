"""Reading the expressions of models: the text, of either language, to the tree that is evaluated or translated."""

import re
from functools import lru_cache
from typing import Final

from state_machines.feel import Node, parse
from state_machines.feel.juel import parse_juel

RESERVED: Final = "_dpc"
"""The variable by which instances know about themselves (docs/records.md)."""
_BUSINESS_KEY = re.compile(r"\bexecution\.(?:(?:processB|b)usinessKey\b|get(?:Process)?BusinessKey\(\))")
"""How JUEL names the instance's business key, which travels with the variables."""


@lru_cache(maxsize=4_096)
def parsed(language: str, text: str) -> Node:
    """The tree of an expression (`feel` or `juel`). Raises `ValueError` where it is not one."""
    return parse_juel(_BUSINESS_KEY.sub(f"{RESERVED}.businessKey", text)) if language == "juel" else parse(text)
