"""FEEL's builtin functions (DMN 1.5, 10.3.4) as one table. Each group has its module; calling is in signature.py."""

from __future__ import annotations

from typing import Final

from state_machines.feel.builtins import contexts, conversion, lists, numbers, ranges, strings, temporals
from state_machines.feel.builtins.signature import Builtin

BUILTINS: Final[dict[str, Builtin]] = {
    **conversion.TABLE,
    **numbers.TABLE,
    **strings.TABLE,
    **lists.TABLE,
    **contexts.TABLE,
    **temporals.TABLE,
    **ranges.TABLE,
}
NAMES: Final = frozenset(BUILTINS)
