"""Whether an entry may be submitted and published: its kind's checks, over what is published and what comes with it."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from catalogue.checks import Others, check_entry, impact
from catalogue.kinds import MEDIA, Kind
from catalogue.kinds.parts import Entry, body_of
from catalogue.problems import Problem
from contract import errors, tables
from contract.shapes.common import Finding, Severity
from functions.catalogue.changing import find_entry, find_version
from functions.catalogue.keys import BY_NAME, USERS, entry_key
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError

if TYPE_CHECKING:
    from catalogue.selling.shelf import Shelf

MAX_BODY_BYTES = 300_000
_MAX_FINDINGS = 500
_PARSED = 2_000
ONE_BY_ONE = 25
"""Entries that are read each by itself: two reads each, and the shelf of a process that begins is more."""


class Published:
    """The entries that are published now; what has been read once is not read again.

    Few are read one by one. Who asks for the many users of an entry gets them from the shelf (shelves.py), where they
    all are: a change of a model that thousands of products use is looked at within one request.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._found: dict[tuple[str, str], Entry | None] = {}
        self._shelf: Shelf | None = None
        """Everything, once it has been needed."""

    def find(self, kind_name: str, id_: str, /) -> Entry | None:
        """The entry, None if there is none."""
        key = kind_name, id_
        if key not in self._found:
            self._found[key] = self._read(BY_NAME[kind_name], id_)
        return self._found[key]

    def expect(self, number: int) -> None:
        """So many entries are about to be asked for: more than a few are read together."""
        if number > ONE_BY_ONE and self._shelf is None:
            from functions.catalogue.shelves import shelf  # with the selling side: 60 ms that only such changes cost

            self._shelf = shelf(self._ports)

    def users(self, kind_name: str, id_: str, /) -> Iterator[tuple[str, Entry]]:
        """The entries that refer to one, each with the name of its kind; nothing published refers to what is not."""
        if self._shelf is not None and self.find(kind_name, id_) is None:
            return
        pk = entry_key(BY_NAME[kind_name], id_)
        rows = self._ports.store.query(tables.CATALOGUE, pk, prefix=USERS).items
        self.expect(len(rows))
        for row in rows:
            _, user_kind, user_id = row["sk"].split("#", 2)
            if (user := self._user(user_kind, user_id)) is not None:
                yield user_kind, user

    def _user(self, kind_name: str, id_: str) -> Entry | None:
        """Of many that are looked at once none is kept."""
        return self._shelf.find(kind_name, id_) if self._shelf else self.find(kind_name, id_)

    def _read(self, kind: Kind, id_: str) -> Entry | None:
        if self._shelf is not None and (kind is not MEDIA or id_ in self._shelf.media):
            return self._on_shelf(self._shelf, kind, id_)
        entry = find_entry(self._ports, kind, id_) or {}
        if "live" not in entry:
            return None
        version = find_version(self._ports, kind, id_, int(entry["live"]))
        return parsed(kind.name, version["body"]) if version else None

    def _on_shelf(self, shelf: "Shelf", kind: Kind, id_: str) -> Entry | None:
        if kind is not MEDIA:
            return shelf.find(kind.name, id_)
        from functions.catalogue.shelves import medium

        return medium(self._ports, id_, shelf.media[id_])


@lru_cache(maxsize=_PARSED)
def parsed(kind_name: str, body: str) -> Entry:
    """The entry of a published body; they never change."""
    return BY_NAME[kind_name].shape.model_validate_json(body)


def check(
    kind: Kind, body: Mapping[str, Any], others: Others, at: datetime, *, publishing: bool = False
) -> tuple[Entry | None, list[Finding]]:
    """The entry, if the body has its shape, and everything that is to be said of it. `publishing`: what it refers to
    must be published, or come along; until then that is a warning."""
    entry, problems = check_entry(kind.name, body, others, at=at, publishing=publishing)
    return entry, [finding(problem) for problem in problems][:_MAX_FINDINGS]


def finding(problem: Problem) -> Finding:
    """A problem of the body as the API shows it."""
    return Finding(code=problem.code, severity=problem.severity, message=problem.message, field=problem.pointer)


def in_file(kind: Kind, id_: str, findings: Iterable[Finding]) -> list[Finding]:
    """Findings of several entries, told apart as exports name their files."""
    return [said.model_copy(update={"file": f"{kind.collection}/{id_}.yaml"}) for said in findings]


def broken(
    changed: Mapping[tuple[str, str], Entry | None],
    others: Others,
    at: datetime,
    severity: Severity = "error",
    mended: Collection[tuple[str, str]] = (),
) -> list[Finding]:
    """What these changes (None: retired) break of what is published, `mended` aside: which entry, and where in it."""
    findings = (
        Finding(
            code=problem.code,
            severity=severity,
            message=f"With this the {one.kind} {one.id!r} would not be sound any more: {problem.message}",
            field=problem.pointer,
            file=f"{BY_NAME[one.kind].collection}/{one.id}.yaml",
        )
        for one in impact(changed, others, at=at, mended=mended)
        for problem in one.problems
    )
    return list(islice(findings, _MAX_FINDINGS))


def refuse_errors(findings: Iterable[Finding], detail: str) -> None:
    """Raises `ProblemError` with all findings if any is an error."""
    found = list(findings)
    if any(f.severity == "error" for f in found):
        raise ProblemError(errors.VALIDATION_FAILED, detail, found)


def stored(id_: str, body: Mapping[str, Any], entry: Entry | None) -> str:
    """The JSON text of a body, as `body_of` writes an entry. Raises `ProblemError` if it is none that can be kept."""
    if body.get("id") != id_:
        words = f"The body's id is {body.get('id')!r}; that of the entry is {id_!r}, and it stays."
        refuse_errors([Finding(code="entry_id", message=words, field="/id")], "The id is another one.")
    text = json.dumps(body if entry is None else body_of(entry), ensure_ascii=False, sort_keys=True)
    if (size := len(text.encode())) > MAX_BODY_BYTES:
        words = f"The body has {size} bytes; at most {MAX_BODY_BYTES} are kept. Move long texts into media or pages."
        refuse_errors([Finding(code="too_large", message=words, field="")], "The body is too large.")
    return text
