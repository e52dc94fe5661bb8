"""What a check is told beside the entry itself, and what it says: a number of the table below, a place, and words.

Numbers mean the same of every kind; a code is the kind's name with the number (PRODUCT-003, PACKAGE-003).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from catalogue.checks.walk import Place, places
from catalogue.kinds.parts import Entry
from catalogue.problems import Path, Problem
from state_machines.diagnostics import Severity

UNREADABLE: Final = 1
SHAPE: Final = 2
EXPRESSION: Final = 3
DOUBLED: Final = 4
TRANSLATION: Final = 5
VALUE: Final = 6
PRICE: Final = 7
WINDOW: Final = 8
REFERENCE: Final = 9
"""Something of that name is not published, or not there."""
TREE: Final = 10
"""A tree or a chain that leads nowhere, or back to itself."""
REQUIRED: Final = 11
"""What must be stated is not, or too often, or not enough."""
RULE: Final = 12
"""A rule of the domain model does not hold."""
WITHOUT_EFFECT: Final = 13
CONTRADICTION: Final = 14
VANISHED: Final = 15
"""Something that others use would be gone."""


class Others(Protocol):
    """The catalogue around an entry: what is published and, within an import or a release, what comes with it."""

    def find(self, kind_name: str, id_: str, /) -> Entry | None: ...

    def users(self, kind_name: str, id_: str, /) -> Iterable[tuple[str, Entry]]:
        """The entries that refer to it, with the names of their kinds."""
        ...


class _Empty:
    """A catalogue without anything in it."""

    def find(self, kind_name: str, id_: str, /) -> Entry | None:
        return None

    def users(self, kind_name: str, id_: str, /) -> Iterable[tuple[str, Entry]]:
        return ()


EMPTY: Final[Others] = _Empty()
"""For whoever checks an entry without a catalogue around it."""


@dataclass(frozen=True)
class Setting:
    """`at`: the time for which windows are read; None: none is. `publishing`: what is not published is an error."""

    kind: str
    others: Others
    at: datetime | None
    publishing: bool = False
    _walked: dict[int, tuple[Entry, list[Place]]] = field(default_factory=dict, compare=False, repr=False)

    def places(self, entry: Entry) -> list[Place]:
        """Everything below the entry, gone through once for all checks."""
        if id(entry) not in self._walked:
            self._walked[id(entry)] = (entry, places(entry))
        return self._walked[id(entry)][1]


class Said(NamedTuple):
    """One problem; the code is made of the kind and the number."""

    number: int
    path: Path
    message: str
    severity: Severity = "error"


Check = Callable[[Any, Setting], Iterator[Said] | Iterator[Problem] | Iterator[Said | Problem]]
