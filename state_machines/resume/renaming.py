"""What is called otherwise in another version: elements, the states after them, and what tokens know by their names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from state_machines.history import RESERVED
from state_machines.resume.chart import Chart, assigned
from state_machines.resume.token import Token

_BY_STATES = ("entered", "forks", "handlers")
_BY_ELEMENTS = ("runs",)
"""Members of the reserved variable that hold values by the names of states, and by those of elements."""


@dataclass(frozen=True)
class Names:
    """Names of one version in another. `mapping`: elements that are called otherwise there."""

    old: Chart
    new: Chart
    mapping: Mapping[str, str]

    def element(self, element: str) -> str:
        """What an element is called."""
        return self.mapping.get(element, element)

    def state(self, state: str) -> str:
        """What a state is called: after its element."""
        element = self.old.element(state)
        called = self.element(element)
        return called + state.removeprefix(element) if state.startswith(element) and element else state

    def token(self, token: Token) -> Token:
        """A token as it is there; those within it are left as they are."""
        known = {self._variable(name): self._value(value) for name, value in token.known.items()}
        return replace(token, state=self.state(token.state), given=self._value(token.given), known=known)

    @cached_property
    def _variables(self) -> Mapping[str, str]:
        """The machine's variables that are called after states that are called otherwise."""
        if not self.mapping:
            return {}
        old, new = (assigned(chart.states.values()) for chart in (self.old, self.new))
        return {name: found for name in old for found in self._called(name) if found in new}

    def _called(self, variable: str) -> Iterator[str]:
        for state in self.old.states:
            before, now = (re.sub(r"\W", "_", each, flags=re.ASCII) for each in (state, self.state(state)))
            if before != now and variable.endswith(f"_{before}"):
                yield variable.removesuffix(before) + now

    def _variable(self, name: str) -> str:
        return self._variables.get(name, name)

    def _value(self, value: Any) -> Any:
        """Variables with what the reserved one holds by names."""
        if not self.mapping or not isinstance(value, dict) or not isinstance(value.get(RESERVED), dict):
            return value
        reserved = dict(value[RESERVED])
        for members, named in ((_BY_STATES, self.state), (_BY_ELEMENTS, self.element)):
            for member in members:
                if member in reserved:
                    reserved[member] = {named(name): each for name, each in reserved[member].items()}
        if forks := reserved.get("forks"):
            reserved["forks"] = {key: {**fork, "state": self.state(fork["state"])} for key, fork in forks.items()}
        return {**value, RESERVED: reserved}
