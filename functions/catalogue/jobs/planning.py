"""What an import would do, entry by entry, and everything that is wrong with it at once. Nothing is written here."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from catalogue.checks import Others, Together, references
from catalogue.differences import differences
from catalogue.exchange.archive import Filed, in_order
from catalogue.kinds import MEDIA, Kind
from catalogue.kinds.medium import Medium
from catalogue.kinds.parts import Entry
from contract.shapes.common import Finding
from functions.catalogue.checking import Published, broken, check, finding, stored
from functions.catalogue.jobs.items import Planned
from functions.catalogue.jobs.media import against, medium_in
from functions.catalogue.jobs.standing import Standing
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item


def plan_import(ports: Ports, id_: str, read: list[Filed], *, publish: bool) -> tuple[list[Planned], list[Finding]]:
    """What a job is to do, in an order in which what is referred to comes first; and what it would break."""
    at = ports.clock.now()
    coming = {(one.kind.name, one.id): entry for one in read if one.kind and (entry := _entry(one, id_)) is not None}
    uses = {name: [(ref.kind, ref.id) for ref in references(entry)] for name, entry in coming.items()}
    place = {name: at for at, name in enumerate(in_order(uses))}
    published = Published(ports)
    published.expect(len(read))
    together = Together(coming, published)
    standing = Standing(ports, (one.kind for one in read if one.kind))
    planned = [_planned(standing, one, together, at, publish) for one in read]
    planned.sort(key=lambda one: (one.kind != MEDIA.name, place.get((one.kind, one.id), -1)))
    same = {(one.kind, one.id) for one in planned if one.action == "keep" or one.kind == MEDIA.name}
    changed = {name: entry for name, entry in coming.items() if name not in same}
    return planned, broken(changed, published, at) if publish else []


def _entry(one: Filed, job: str) -> Entry | None:
    if one.kind is MEDIA:
        return medium_in(one, job)
    try:
        return one.kind.shape.model_validate(one.body) if one.kind and not one.error else None
    except ValidationError:
        return None


def _planned(standing: Standing, one: Filed, together: Together, at: datetime, publish: bool) -> Planned:
    if one.kind is None or one.error:
        return _refused(one, [Finding(code="unreadable", message=one.error, file=one.name, line=one.line)])
    if one.kind is MEDIA:
        return _planned_medium(standing, one, together)
    made, said = check(one.kind, one.body, together, at, publishing=publish)
    entry = standing.entry(one.kind, one.id)
    findings = [*(_placed(one, each) for each in said), *_in_the_way(one, entry, publish)]
    if made is None or any(each.severity == "error" for each in findings):
        return _refused(one, findings)
    try:
        text = stored(one.id, one.body, made)
    except ProblemError as refused:
        return _refused(one, [_placed(one, each) for each in refused.findings])
    action, text, words = _action(standing, one.kind, entry, text, made)
    return Planned(one.name, one.line, one.kind.name, one.id, action, text, words, _plain(findings))


def _planned_medium(standing: Standing, one: Filed, coming: Others) -> Planned:
    medium = coming.find(MEDIA.name, one.id)
    if one.problems or not isinstance(medium, Medium):
        return _refused(one, [_placed(one, finding(problem)) for problem in one.problems])
    action, fault = against(standing.entry(MEDIA, one.id), medium, one.body["sha256"])
    if fault:
        return _refused(one, [Finding(code="medium_exists", message=fault, file=one.name, line=1)])
    text = medium.model_dump_json(by_alias=True) if action == "create" else ""
    return Planned(one.name, one.line, MEDIA.name, one.id, action, text)


def _action(standing: Standing, kind: Kind, entry: Item, text: str, made: Entry) -> tuple[str, str, tuple[str, ...]]:
    """What is done, the text that is to be stored, and how it differs from what there is."""
    if not entry:
        return "create", text, ()
    before = standing.newest(kind, entry)
    if before == text:
        return "keep", "", ()
    try:
        words = tuple(each.words for each in differences(kind.shape.model_validate_json(before), made))
    except ValidationError:
        words = ()
    return "change", text, words


def _in_the_way(one: Filed, entry: Item, publish: bool) -> Iterator[Finding]:
    state = entry.get("openState")
    if state is not None and (publish or state != "draft"):
        words = f"Version {entry['open']} of {one.id!r} is {state}; finish or delete it before you import another one."
        yield Finding(code="open_version", message=words, file=one.name, line=one.line)


def _placed(one: Filed, finding: Finding) -> Finding:
    """A finding with its file and line."""
    line = one.line
    if one.source is not None and finding.field is not None:
        steps = [step.replace("~1", "/").replace("~0", "~") for step in finding.field.split("/")[1:]]
        line = one.source.line([int(step) if step.isdecimal() else step for step in steps])
    return finding.model_copy(update={"file": one.name, "line": line})


def _refused(one: Filed, findings: list[Finding]) -> Planned:
    return Planned(one.name, one.line, one.kind.name if one.kind else "", one.id, "refused", findings=_plain(findings))


def _plain(findings: list[Finding]) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json", exclude_none=True) for each in findings]
