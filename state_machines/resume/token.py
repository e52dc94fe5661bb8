"""The tokens of an execution with all that they know, and their form in the input of the execution that goes on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOVED = "moved"
"""The member of `_dpc` in the input of an execution that goes on: its tokens."""
_COPY = re.compile(r"(~+\d+)+\Z")


@dataclass(frozen=True)
class Token:
    """A token in a state, by its name in the process's own machine. An empty state: it has ended, and gives `given`.

    `since`: when the state was entered (ISO 8601, UTC; empty: it is yet to be entered), in the execution with the ARN
    `execution`, or when the token ended; `known`: the machine's variables of its branch.
    """

    state: str
    given: Any
    known: Mapping[str, Any]
    since: str = ""
    execution: str = ""
    branches: tuple["Branch", ...] = ()
    """Of a fork that was entered: what its branches, or the items that have begun, have come to."""
    runs: str = ""
    """The ARN of the execution that the state has started and waits for."""
    child: Mapping[str, Any] | None = None
    """What becomes of that: `{"machine", "name", "input"}` of what goes on in its place, or its `{"result"}`; or the
    `{"result"}` of any other task, stopped before it left its state."""
    inside: bool = False
    """Whether a fork around it was entered for it, which it had not been in."""
    record: str = ""
    """What the key of its wait record holds, `<scope path/><state name>`: elements may have been called otherwise."""
    before: Any = None
    """Of one that has ended and gives a list of what it has left behind: the variables that it knew last."""

    def walk(self) -> Iterator["Token"]:
        """The token, and those within it."""
        yield self
        for branch in self.branches:
            for token in branch.tokens:
                yield from token.walk()


@dataclass(frozen=True)
class Branch:
    """What a branch of a fork, or an item of a Map, has come to. `place`: among all, from 0."""

    place: int
    tokens: tuple[Token, ...]


def original(name: str) -> str:
    """The name of the state that a state of a resumed machine is a copy of; empty: a fork around several tokens.

    >>> original("Approve~12"), original("Approve~~12"), original("~3")
    ('Approve', 'Approve', '')
    """
    return _COPY.sub("", name)


def is_copy(name: str) -> bool:
    """Whether a state is a copy of another in a resumed machine."""
    return original(name) != name


def copy_of(name: str, number: int) -> str:
    """The name of a copy of a state."""
    return f"{name}~{number}"


def begin_of(name: str, number: int) -> str:
    """The name of the state that gives a token what it knew, before the copy of the state in which it stood."""
    return f"{name}~~{number}"


def begins(name: str) -> bool:
    """Whether a state gives a token what it knew."""
    return "~~" in name


def number_of(name: str) -> str:
    """The number of a copy."""
    return name.rpartition("~")[2]


def moved(number: int | str) -> str:
    """The machine's variable of a token that goes on in a copy: its form as `written` has it."""
    return f"moved_{number}"


def read_token(data: Mapping[str, Any]) -> Token:
    """One token of what an execution is given to go on with."""
    branches = tuple(
        Branch(int(key[1:]), tuple(read_token(each) for each in tokens.values()))
        for key, tokens in data["branches"].items()
    )
    return Token(
        **{name: value for name, value in data.items() if name not in ("branches", "number")}, branches=branches
    )


def numbered(data: Mapping[str, Any], place: int = -1) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """All tokens of what an execution is given to go on with; before each, the place of the branch that it is in."""
    for token in data.values():
        yield place, token
        for key, tokens in token["branches"].items():
            yield from numbered(tokens, int(key[1:]))
