"""Publishing and retiring: of one version, now or at a time, or of several entries in one release."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from catalogue.checks import Together
from catalogue.kinds.parts import Entry
from contract import errors, events
from contract.shapes.catalogue import NewRelease, Release, ReleaseEntry, TimedMove, VersionItem
from contract.shapes.common import Finding
from functions.catalogue.changing import Deed, attempt, body_in, changed
from functions.catalogue.checking import Published, broken, check, in_file, refuse_errors
from functions.catalogue.keys import BY_COLLECTION
from functions.catalogue.releasing import Going, collect_release, read_revision
from functions.catalogue.requests import Opened, deed_of, expect, opened, read
from functions.catalogue.reviewing import moved_to
from functions.catalogue.shown import shown_version
from functions.catalogue.timing import TIME
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.unit import Unit

_STATES = {"publish": ("approved", "scheduled"), "retire": ("published",)}
"""Of a version that is published or retired."""
Wanted = tuple[Opened, bool]
"""A version that goes live, or (True) is retired."""


def publish(ports: Ports, call: Call) -> VersionItem:
    """POST .../publish. At a time to come it is scheduled, and everything is checked again then."""
    return _move(ports, call, "publish")


def retire(ports: Ports, call: Call) -> VersionItem:
    """POST .../retire. Sales that run keep their version."""
    return _move(ports, call, "retire")


def release(ports: Ports, call: Call) -> Release:
    """POST /catalogue/releases: all of it, or nothing."""
    given: NewRelease = call.body
    deed = deed_of(ports, call, "release")
    _refuse_doubled(given.entries)

    def act() -> Release:
        revision = read_revision(ports)
        named = ((BY_COLLECTION[each.collection], each) for each in given.entries)
        wanted = [(read(ports, kind, each.id, each.version), each.retire) for kind, each in named]
        answer, _ = collect(ports, call.unit, wanted, revision, deed)
        call.commit(answer)
        return answer

    return attempt(call.unit, act)


def judged(ports: Ports, wanted: Sequence[Wanted], at: datetime) -> tuple[list[Going], list[Finding]]:
    """What a release of these versions does, and all that is to be said of it, checked together: of them, and of what
    is published and would break.

    A finding's `file` names the entry as exports do: `<collection>/<id>.yaml`.
    """
    entries = {(one.kind.name, one.id): None if retire else entry_in(one) for one, retire in wanted}
    published, going, findings = Published(ports), list[Going](), list[Finding]()
    for one, retire in wanted:
        if retire:
            going.append(Going(one.kind, one.id, one.entry))
            continue
        entry, said = check(one.kind, body_in(one.version), Together(entries, published), at, publishing=True)
        findings += in_file(one.kind, one.id, said)
        if entry is not None:
            going.append(Going(one.kind, one.id, one.entry, (one.version, entry)))
    return going, [*findings, *broken(entries, published, at)]


def entry_in(one: Opened) -> Entry | None:
    """The entry that a version holds; None if it has not the shape of one."""
    try:
        return one.kind.shape.model_validate_json(one.version["body"])
    except ValidationError:
        return None


def collect(
    ports: Ports, unit: Unit, wanted: Sequence[Wanted], revision: int, deed: Deed
) -> tuple[Release, list[VersionItem]]:
    """Collect the release of these versions; answers it, and the versions as they are then.

    Raises `ProblemError` with all findings if its checks refuse it.
    """
    for one, retire in wanted:
        expect(one, *_STATES["retire" if retire else "publish"])
    going, findings = judged(ports, wanted, deed.at)
    refuse_errors(findings, "This cannot be released like this; see errors.")
    answer, versions = collect_release(ports, unit, revision, going, deed)
    return answer, [shown_version(version, findings) for version in versions]


def _move(ports: Ports, call: Call, action: str) -> VersionItem:
    given: TimedMove = call.body
    deed = deed_of(ports, call, action)
    later = given.at if given.at is not None and given.at > deed.at else None

    def act() -> tuple[VersionItem, str]:
        revision = read_revision(ports)
        found = opened(ports, call, given.lock)
        if later is None:
            _, (answer,) = collect(ports, call.unit, [(found, action == "retire")], revision, deed)
        else:
            answer = _schedule(ports, call.unit, found, later, deed)
        call.commit(answer)
        return answer, str(found.version.get("timer", ""))

    answer, timer = attempt(call.unit, act)
    if timer:
        ports.timers.remove(timer)
    return answer


def _schedule(ports: Ports, unit: Unit, found: Opened, at: datetime, deed: Deed) -> VersionItem:
    """What it refers to may come until then: it is checked again, and with what is due at the same time."""
    expect(found, *_STATES[deed.action])
    findings: list[Finding] = []
    if deed.action == "publish":
        _, findings = check(found.kind, body_in(found.version), Published(ports), at)
        refuse_errors(findings, "The version cannot be published like this; see errors.")
    state = {"state": "scheduled"} if deed.action == "publish" else {}
    to = {**state, TIME[deed.action]: at.isoformat(), "timer": ports.ids.new(), "scheduledBy": deed.by}
    moved_to(ports, unit, found, deed, events.ENTRY_SCHEDULED, **to)
    return shown_version(changed(found.version, deed, **to), findings)


def _refuse_doubled(entries: Sequence[ReleaseEntry]) -> None:
    named = [(each.collection, each.id) for each in entries]
    if doubled := sorted({f"{c}/{i}" for c, i in named if named.count((c, i)) > 1}):
        raise ProblemError(errors.VALIDATION_FAILED, f"Named twice: {', '.join(doubled)}.")
