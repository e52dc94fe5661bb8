"""Review: what is drafted is handed in, and approved by somebody who had no hand in it, or given back."""

from typing import Any

from contract import errors, events
from contract.events import Event
from contract.shapes.catalogue import MoveVersion, RejectVersion, VersionItem
from contract.shapes.common import Finding
from functions.catalogue.changing import Deed, attempt, body_in, changed, entry_write, log_write, told, version_writes
from functions.catalogue.checking import Published, broken, check, refuse_errors
from functions.catalogue.drafting import announce
from functions.catalogue.requests import Opened, deed_of, expect, opened
from functions.catalogue.shown import shown_version
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.unit import Unit


def submit(ports: Ports, call: Call) -> VersionItem:
    """POST .../submit. Errors refuse it; warnings are answered: also, what it would break if it were published now."""
    given: MoveVersion = call.body
    deed = deed_of(ports, call, "submit")

    def act() -> VersionItem:
        found = opened(ports, call, given.lock)
        expect(found, "draft")
        others = Published(ports)
        entry, findings = check(found.kind, body_in(found.version), others, deed.at)
        findings += broken({(found.kind.name, found.id): entry}, others, deed.at, "warning") if entry else []
        refuse_errors(findings, "The draft cannot be submitted like this; see errors.")
        return _move(ports, call, found, deed, events.ENTRY_SUBMITTED, findings, state="inReview", submittedBy=deed.by)

    return attempt(call.unit, act)


def approve(ports: Ports, call: Call) -> VersionItem:
    """POST .../approve: four eyes."""
    given: MoveVersion = call.body
    deed = deed_of(ports, call, "approve")

    def act() -> VersionItem:
        found = opened(ports, call, given.lock)
        expect(found, "inReview")
        _refuse_own(found, deed.by)
        return _move(ports, call, found, deed, events.ENTRY_APPROVED, state="approved", approvedBy=deed.by)

    return attempt(call.unit, act)


def reject(ports: Ports, call: Call) -> VersionItem:
    """POST .../reject: it is a draft again, with the words that say why."""
    given: RejectVersion = call.body
    deed = deed_of(ports, call, "reject")

    def act() -> VersionItem:
        found = opened(ports, call, given.lock)
        expect(found, "inReview")
        return _move(ports, call, found, deed, events.ENTRY_REJECTED, state="draft", submittedBy=None)

    return attempt(call.unit, act)


def withdraw(ports: Ports, call: Call) -> VersionItem:
    """POST .../withdraw: what is not published yet is a draft again; what was to be retired stays."""
    given: MoveVersion = call.body
    deed = deed_of(ports, call, "withdraw")

    def act() -> tuple[VersionItem, str]:
        found = opened(ports, call, given.lock)
        timer = str(found.version.get("timer", ""))
        if "retireAt" in found.version:
            kept: dict[str, Any] = {"retireAt": None, "timer": None}
            return _move(ports, call, found, deed, events.ENTRY_CHANGED, **kept), timer
        expect(found, "inReview", "approved", "scheduled")
        back: dict[str, Any] = {
            "state": "draft",
            "submittedBy": None,
            "approvedBy": None,
            "publishAt": None,
            "timer": None,
        }
        return _move(ports, call, found, deed, events.ENTRY_CHANGED, **back), timer

    answer, timer = attempt(call.unit, act)
    if timer:
        ports.timers.remove(timer)
    return answer


def _refuse_own(found: Opened, by: str) -> None:
    if by in {*found.version["editors"], found.version.get("submittedBy")}:
        words = f"{by} has drafted or submitted version {found.number} of {found.id!r}; somebody else approves it."
        raise ProblemError(errors.FOUR_EYES, words)


def _move(
    ports: Ports, call: Call, found: Opened, deed: Deed, event: Event, findings: list[Finding] | None = None, **to: Any
) -> VersionItem:
    moved_to(ports, call.unit, found, deed, event, **to)
    answer = shown_version(changed(found.version, deed, **to), findings or ())
    call.commit(answer)
    return answer


def moved_to(ports: Ports, unit: Unit, found: Opened, deed: Deed, event: Event, **to: Any) -> None:
    """Collect what it takes to give a version other attributes: what is None goes."""
    after = changed(found.version, deed, **to)
    state = {"openState": to["state"]} if "state" in to else {}
    entry = told(found.kind, found.id, found.entry, deed, **state)
    unit.add(entry_write(found.entry, entry), *version_writes([after]), log_write(ports, after, deed))
    announce(unit, event, found.kind, after, deed)
