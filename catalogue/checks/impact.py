"""What a change would break: entries that are sound beside what is published, and not beside what shall be."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalogue.checks.check import problems_of
from catalogue.checks.setting import Others, Setting
from catalogue.checks.together import Named, Together
from catalogue.kinds.parts import Entry, Key
from catalogue.problems import Problem


@dataclass(frozen=True)
class Broken:
    """An entry that a change breaks, and all that would be wrong with it."""

    kind: str
    id: Key
    problems: tuple[Problem, ...]


def impact(
    changed: Mapping[Named, Entry | None], others: Others, *, at: datetime | None, mended: Collection[Named] = ()
) -> Iterator[Broken]:
    """The published entries that these changes (None: retired) break: errors that they have not got already. Those in
    `mended` are about to change, and not looked at.

    Looks at those that refer to what is changed; through models and dictionaries also at those that refer to them.
    """
    after = Together(changed, others)
    affected = (one for one in _affected(changed, others) if (one[0], one[1].id) not in mended)
    found = (_broken(kind, entry, others, after, at) for kind, entry in affected)
    return (broken for broken in found if broken.problems)


def _affected(changed: Mapping[Named, Entry | None], others: Others) -> Iterator[tuple[str, Entry]]:
    pending, seen = list(changed), set(changed)
    while pending:
        kind_name, id_ = pending.pop()
        for kind, entry in others.users(kind_name, id_):
            if (kind, entry.id) not in seen:
                seen.add((kind, entry.id))
                yield kind, entry
                if kind in ("model", "dictionary"):
                    pending.append((kind, entry.id))


def _broken(kind: str, entry: Entry, before: Others, after: Others, at: datetime | None) -> Broken:
    found = list(_errors(kind, entry, after, at))
    known = {(p.code, p.path) for p in _errors(kind, entry, before, at)} if found else set()
    return Broken(kind, entry.id, tuple(p for p in found if (p.code, p.path) not in known))


def _errors(kind: str, entry: Entry, others: Others, at: datetime | None) -> Iterator[Problem]:
    problems = problems_of(entry, Setting(kind, others, at, publishing=True), beside=True)
    return (problem for problem in problems if problem.severity == "error")
