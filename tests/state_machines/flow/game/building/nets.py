"""Nets of any shape: forks, joins with any sources before them, choices behind a task of their own, ways back."""

from dataclasses import dataclass, field
from typing import Final

from hypothesis import strategies as st

from tests.state_machines.flow.game.building.maker import Maker, Place
from tests.state_machines.flow.game.model import Node, Scope

KINDS: Final = ("task", "task", "and", "and", "merge", "or", "choice", "some")
CHOICES: Final = {"choice": "xor", "some": "or"}


@dataclass
class Net:
    """A net in the making. A choice is a task and the gateway behind it."""

    maker: Maker
    scope: Scope
    entries: list[str] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)

    def put(self, kind: str) -> None:
        node = Node(self.maker.id("n"), {"merge": "xor"}.get(kind, kind if kind in ("and", "or") else "user"))
        self.entries.append(self.scope.add(node))
        if kind in CHOICES:
            self.scope.connect(node.id, self.scope.add(Node(self.maker.id("g"), CHOICES[kind])))
        self.exits.append(list(self.scope.nodes)[-1])

    def lead(self, source: int, target: str) -> None:
        if not self.full(source):
            self.scope.connect(self.exits[source], target)

    def full(self, place: int) -> bool:
        """A gateway that has no task to choose for it leads to one node only."""
        chooses = self.scope.nodes[self.exits[place]].kind in ("xor", "or")
        return chooses and self.exits[place] == self.entries[place] and bool(self.scope.leaving(self.exits[place]))

    def tasks(self) -> list[str]:
        return [entry for entry in self.entries if self.scope.nodes[entry].kind == "user"]


def net(maker: Maker, place: Place, at: str, *, cycles: bool = True, events: bool = True) -> str:
    """A net behind a node; each of its nodes is reached. It has ends of its own.

    Ways back lead to tasks only, so that no token can run in circles without end.
    """
    found, size = Net(maker, place.scope), maker.pick(3, 4, 5, 6, 7)
    for i in range(size):
        found.put(maker.pick(*KINDS) if i else maker.pick("and", "some"))
    place.scope.connect(at, found.entries[0])
    for i in range(1, size):
        for source in maker.draw(st.lists(st.integers(0, i - 1), min_size=1, max_size=2)):
            found.lead(source, found.entries[i])
        if not place.scope.entering(found.entries[i]):
            found.lead(maker.pick(*(j for j in range(i) if not found.full(j))), found.entries[i])
    for source in maker.draw(st.lists(st.integers(0, size - 1), max_size=2)) if cycles and found.tasks() else []:
        found.lead(source, maker.pick(*found.tasks()))
    for i in range(size):
        if not place.scope.leaving(found.exits[i]) or maker.chance(2):
            found.lead(i, place.scope.add(Node(maker.id("e"), "end")))
    for task in maker.draw(st.lists(st.sampled_from(found.tasks()), max_size=2)) if events and found.tasks() else []:
        name = maker.id("b")
        event = place.scope.add(Node(name, "boundary", "message", f"M_{name}", host=task, stays=True))
        # A gateway that chooses reads what the task before it says.
        place.scope.connect(event, maker.pick(*found.entries))
    return ""


@st.composite
def nets(draw: st.DrawFn, *, cycles: bool, events: bool) -> Scope:
    """A process that is such a net."""
    maker, scope = Maker(draw, {}, {}, {}), Scope()
    net(maker, Place(scope), scope.add(Node("Start", "start")), cycles=cycles, events=events)
    return scope
