"""Where segments end, and the regions and loops that they lie in."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from state_machines.flow.ledgers import Ledger


class Point(NamedTuple):
    """Where a token can go on in an execution of its own: past a join, over a flow, with a fork, or at any node."""

    kind: Literal["past", "over", "fork", "into"]
    id: str


@dataclass
class Points:
    """The points of a region at which tokens go on in executions of their own, by the name that executions are told."""

    names: dict[Point, str] = field(default_factory=dict)
    pending: list[Point] = field(default_factory=list)


@dataclass(frozen=True)
class Open:
    """A region whose tokens meet in records: its scope, and the variables that hold its input and its records' name.

    `stop`: the node in front of which all its tokens have become one again, if there is one.
    """

    scope: str
    stop: str
    base: str
    entered: str
    ledger: Ledger
    points: Points = field(default_factory=Points)
    whole: bool = False
    """Its scope is the region: what runs aside has tokens in it."""


@dataclass(frozen=True)
class Own:
    """The variables that a loop gives to its activity alone; `saved` is the machine's variable with what they hide."""

    names: tuple[str, ...]
    saved: str = ""


@dataclass(frozen=True)
class Bounds:
    """Where a segment ends: before the gateway `stop`, or at the end of the scope `ending`."""

    stop: str = ""
    ending: str = ""
    fork: str = ""
    depth: int = 0
    level: int = 0
    """How deep the segment lies, as `leaving` counts; 0: the machine's body."""
    region: Open | None = None
    within: frozenset[str] = frozenset()
    """The forks of the region whose branches stand around the segment."""
    items: int = 0
    """Inside so many Maps: the same state runs for several items, which `_dpc.at` tells apart."""
