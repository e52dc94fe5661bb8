"""Names of states and of machine variables: unique in a machine, readable, within the limits. Handed out in order."""

import hashlib
import re
from collections.abc import Iterable

from state_machines.asl.limits import STATE_NAME_LENGTH, VARIABLE_NAME_LENGTH

LENGTH = STATE_NAME_LENGTH - len("~~999999")
"""Of a state's name: its copies in machines that tokens are moved to have room for their numbers."""


class Names:
    """Gives out names. Element ids are kept for their elements: no helper takes one."""

    def __init__(self, element_ids: Iterable[str]) -> None:
        self._elements = {fit(element_id, LENGTH) for element_id in element_ids}
        self._taken: set[str] = set()
        self._copies: dict[str, int] = {}
        self._variables: set[str] = set()

    def of_element(self, element_id: str) -> str:
        """The element's id; a copy gets a number."""
        name = fit(element_id, LENGTH)
        if name not in self._taken:
            self._taken.add(name)
            return name
        return self._numbered(name)

    def of_helper(self, base: str, role: str) -> str:
        """A name for a state that serves another one, such as `Approve_incident`."""
        name = fit(f"{base}_{role}", LENGTH)
        if name not in self._taken and name not in self._elements:
            self._taken.add(name)
            return name
        return self._numbered(name)

    def release(self, name: str) -> None:
        """Gives back the name of a step that was folded away."""
        self._taken.discard(name)

    def variable(self, purpose: str, state: str) -> str:
        """A variable that one state alone assigns, without its `$`: branches may not assign what others do."""
        name = fit(re.sub(r"[^A-Za-z0-9_]", "_", f"{purpose}_{state}"), VARIABLE_NAME_LENGTH)
        number = 1
        candidate = name
        while candidate in self._variables:
            number += 1
            candidate = fit(f"{name}_{number}", VARIABLE_NAME_LENGTH)
        self._variables.add(candidate)
        return candidate

    def _numbered(self, name: str) -> str:
        # The count goes on where it stood: copies may be thousands.
        number = self._copies.get(name, 1) + 1
        while (candidate := fit(f"{name}_{number}", LENGTH)) in self._taken or candidate in self._elements:
            number += 1
        self._copies[name] = number
        self._taken.add(candidate)
        return candidate


def fit(name: str, length: int) -> str:
    """A name cut to a length; what is cut off leaves a fingerprint, so that two names never become one."""
    if len(name) <= length:
        return name
    return f"{name[: length - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
