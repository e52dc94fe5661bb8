"""What tokens know: of each variable the values that it may have, since those who wrote it could not see each other."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Value = int | tuple[int | None, ...] | None
"""None: it is not there."""
Values = dict[str, frozenset[Value]]


@dataclass(frozen=True)
class Knowledge:
    """`now`: the values that nobody who is known has overwritten. `before`: all that were ever known."""

    now: Values = field(default_factory=dict)
    before: Values = field(default_factory=dict)

    def write(self, name: str, *values: Value) -> "Knowledge":
        """One of the values is written."""
        before = self.before.get(name, frozenset()) | {None, *values}
        return Knowledge({**self.now, name: frozenset(values)}, {**self.before, name: before})

    def own(self, name: str, value: Value) -> "Knowledge":
        """A variable of its own hides another: nobody knows here what that was or becomes."""
        before = frozenset({None, value})
        return Knowledge({**self.now, name: frozenset({value})}, {**self.before, name: before})

    def outside(self, names: Iterable[str], around: "Knowledge") -> "Knowledge":
        """What is known where these names mean the variables that were known `around`."""
        found = self
        for name in names:
            now = {**found.now, name: around.now.get(name, frozenset({None}))}
            found = Knowledge(now, {**found.before, name: around.before.get(name, frozenset()) | now[name]})
        return found


def merged(parts: Iterable[Knowledge]) -> Knowledge:
    """What several tokens know together: a value counts unless one of them has seen it overwritten."""
    every = list(parts)
    names = sorted({name for part in every for name in part.before})
    none: frozenset[Value] = frozenset()
    before = {name: none.union(*(part.before.get(name, none) for part in every)) for name in names}
    gone = {
        name: none.union(*(part.before.get(name, none) - part.now.get(name, none) for part in every)) for name in names
    }
    now = {name: none.union(*(part.now.get(name, none) for part in every)) - gone[name] for name in names}
    return Knowledge(now, before)


def overtaken(given: Knowledge, result: Knowledge, ended: Iterable[Knowledge]) -> set[str]:
    """What a handler has written, but one that has ended before it has overwritten: it counts in the order of the ends
    (docs/records.md, "Handlers aside"), not of the writing."""
    written = {name: values for name, values in result.now.items() if values != given.now.get(name)}
    none: frozenset[Value] = frozenset()
    lost = [{name: each.before.get(name, none) - each.now.get(name, none) for name in written} for each in ended]
    return {name for each in lost for name in written if written[name] & each[name]}
