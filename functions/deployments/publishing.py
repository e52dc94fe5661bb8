"""The one logic of publishing, whoever asks: the API, an upload, a dropped file.

check everything -> which parts are new -> lock them -> artifacts -> machines -> one transaction -> unlock

Until the transaction nothing refers to what was written, and repeating writes the same again. Parts whose bytes are
deployed already keep their version.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.checks import references
from catalogue.kinds.product import Product
from contract import errors, events, tables
from contract.buckets import ARTIFACTS
from contract.shapes.common import Finding
from contract.shapes.processes import DeployedDecision, DeployedProcess, Deployment
from functions.catalogue.deployed import collect_deployed
from functions.deployments.checking import Checked, check
from functions.deployments.findings import error, refuse_errors
from functions.deployments.library import digest
from functions.deployments.locking import lock, unlock
from functions.deployments.parts import Part, called_decisions, parts_of
from functions.deployments.retiring import retire_versions
from functions.deployments.triggers import trigger_count, trigger_writes
from functions.runtime import registry
from functions.runtime.ports import Ports, TooManyVersionsError
from functions.runtime.problems import ProblemError
from functions.runtime.records import ABSENT, Condition, ConditionFailedError, ContentionError, Item, Put, Write
from functions.runtime.unit import Unit
from state_machines.compilation import References

MAX_NEW_PARTS = 30
MAX_ITEMS = 96
"""A transaction holds at most 100: these, and three of the deployment itself."""
_TRIES = 4
_EVENTS = {
    "process": events.PROCESS_PUBLISHED,
    "product": events.PRODUCT_PUBLISHED,
    "decision": events.DECISION_PUBLISHED,
}


@dataclass(frozen=True)
class Planned:
    """A part, the version that it gets or has, and what is current now."""

    part: Part
    version: int
    current: Item | None

    @property
    def new(self) -> bool:
        """Whether its bytes differ from what is current."""
        return self.current is None or self.current["sha256"] != self.part.sha256


def publish(
    ports: Ports,
    unit: Unit,
    files: Mapping[str, bytes],
    commit: Callable[[Deployment], None],
    *,
    by: str = "",
    strict: bool = False,
) -> Deployment:
    """Publish the files; answers what is deployed now. `commit` writes the unit with the answer that is remembered.

    Raises `ProblemError` with every diagnostic, and then nothing is deployed (where `strict`, for warnings too);
    `ContentionError` if the same part is being published with other content.
    """
    checked = check(ports, files, strict=strict)
    parts, owner = parts_of(checked), digest(*(text for n, c in sorted(files.items()) for text in (n.encode(), c)))
    new = [planned for planned in plan(ports, parts) if planned.new]
    _refuse_too_many(new)
    wanted = [planned.part for planned in new]
    if wanted:
        lock(ports, wanted, owner)
    try:
        published = _tried(ports, unit, checked, parts, {part.id for part in wanted}, commit, by)
        retire_versions(ports, [part.id for part in wanted if part.process])
        return published
    finally:
        unlock(ports, wanted, owner)


def _tried(
    ports: Ports,
    unit: Unit,
    checked: Checked,
    parts: list[Part],
    locked: set[str],
    commit: Callable[[Deployment], None],
    by: str,
) -> Deployment:
    """The locks keep others from the parts, but not from the catalogue's revision: who finds it moved tries again."""
    for _ in range(_TRIES):
        try:
            return _publish(ports, unit, checked, plan(ports, parts), locked, commit, by)
        except ConditionFailedError:
            unit.discard()
    raise ContentionError("others publish at the same time")


def plan(ports: Ports, parts: list[Part]) -> list[Planned]:
    """Which version each part gets."""
    return [_planned(part, registry.find(ports, part.kind, part.id)) for part in parts]


def _planned(part: Part, current: Item | None) -> Planned:
    if current is None:
        return Planned(part, 1, None)
    changed = current["sha256"] != part.sha256
    return Planned(part, int(current["version"]) + changed, current)


def _refuse_too_many(new: list[Planned]) -> None:
    if len(new) > MAX_NEW_PARTS or sum(map(_items, new)) > MAX_ITEMS:
        words = f"At most {MAX_NEW_PARTS} new parts are published at once, and {MAX_ITEMS} items of the registry;"
        refuse_errors([error("DEPLOY-005", f"{words} these are {len(new)} with {sum(map(_items, new))}.")])


def _items(planned: Planned) -> int:
    """At most so many items of the transaction are of a part: its versions and event, what starts it and what it calls,
    and what started the version before."""
    if planned.part.process is None:
        of_product = _release_items(planned.part.product) if planned.part.product else 0
        return 3 + bool(planned.part.attributes.get("versionTag")) + of_product
    process, current = planned.part.process, planned.current or {}
    calls = len(process.references.together) + len(process.references.numbered)
    return 4 + len(process.triggers) + trigger_count(current) + calls


def _release_items(product: Product) -> int:
    """Of the catalogue: versions, entry, history, revision, event, and what the product, or the one before, names."""
    return 8 + 2 * (len({(ref.kind, ref.id) for ref in references(product)}) + len({*product.content.media.values()}))


def _publish(
    ports: Ports,
    unit: Unit,
    checked: Checked,
    planned: list[Planned],
    locked: set[str],
    commit: Callable[[Deployment], None],
    by: str,
) -> Deployment:
    new = [one for one in planned if one.new]
    if not {one.part.id for one in new} <= locked:
        raise ContentionError("another version was published meanwhile")
    deployment_id = ports.ids.new() if new else _earlier(planned)
    versions = {one.part.id: one.version for one in planned if one.part.kind == "decision"}
    machines = {one.part.id: _machines(ports, one) for one in new if one.part.process}
    together = _together(planned, machines)
    for one in new:
        _write_artifacts(ports, one)
        about = {**_about(one, checked, versions), "deploymentId": deployment_id}
        if one.part.process is not None:
            about |= {**machines[one.part.id], "together": json.dumps(together)}
            unit.add(*_bound_writes(one, one.part.process.references, together))
        unit.add(*_registry_writes(ports, one, about))
        if one.part.product is not None:
            collect_deployed(ports, unit, one.part.product, by)
        if (event := _EVENTS.get(one.part.kind)) is not None:
            unit.emit(event, {"id": one.part.id, "version": one.version, "deploymentId": deployment_id, "by": by})
    answer = _answer(deployment_id, planned, checked.findings)
    if new:
        unit.add(_deployment(ports, deployment_id, planned, by))
    commit(answer)
    return answer


def _earlier(planned: list[Planned]) -> str:
    """Nothing is new: the deployment that brought what is current."""
    last = planned[-1].current or {}
    return str(last.get("deploymentId", ""))


def _write_artifacts(ports: Ports, planned: Planned) -> None:
    for name, (content, content_type) in planned.part.artifacts.items():
        key = registry.artifact(planned.part.kind, planned.part.id, planned.version, name)
        ports.objects.put(ARTIFACTS, key, content, content_type)


def _together(planned: list[Planned], machines: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The processes of a deployment, for those of its machines that call what was deployed together with them."""
    found: dict[str, Any] = {}
    for one in planned:
        if one.part.process is not None:
            made = machines.get(one.part.id) or one.current or {}
            found[one.part.id] = {"arn": made["machine"], "version": one.version}
    return found


def _bound_writes(planned: Planned, references: References, together: Mapping[str, Mapping[str, Any]]) -> list[Write]:
    """Says of the versions that this one calls, and of no newer ones, that it needs them."""
    me, its = planned.part.id, planned.version
    with_it = {(r.name, int(together[r.name]["version"])) for r in references.together if r.name in together}
    bound = sorted((id_, number) for id_, number in with_it | set(references.numbered) if (id_, number) != (me, its))
    keys = ((registry.key("process", id_), registry.bound_key(number, me, its)) for id_, number in bound)
    return [Put(tables.REGISTRY, {"pk": pk, "sk": sk}) for pk, sk in keys]


def _machines(ports: Ports, planned: Planned) -> dict[str, Any]:
    """Deploys a process's machines; `machine` is the version that instances start."""
    process = planned.part.process
    if process is None:
        return {}
    arns: dict[str, str] = {}
    for name, definition in process.machines.items():
        machine = process.id if name == "main" else f"{process.id}-{name}"
        words = f"{process.id} version {planned.version} {planned.part.sha256[:16]}"
        try:
            arns[name] = ports.machines.deploy(machine, definition, description=words)
        except TooManyVersionsError as error:
            words = f"Too many versions of {process.id} have running instances; migrate or end some of them."
            raise ProblemError(errors.CONFLICT, words) from error
    return {"machine": arns["main"], "machineArns": arns}


def _about(planned: Planned, checked: Checked, versions: Mapping[str, int]) -> dict[str, Any]:
    """A part's own attributes; of a process also the versions of the decisions that it was published with."""
    process = planned.part.process
    if process is None:
        return dict(planned.part.attributes)
    known = checked.shelves.decisions
    pinned = {bound.name: known.number(bound, versions) for bound in called_decisions(process, checked)}
    return {**planned.part.attributes, "decisions": pinned}


def _registry_writes(ports: Ports, planned: Planned, about: Mapping[str, Any]) -> list[Write]:
    part, current, now = planned.part, planned.current, ports.clock.now()
    item = {
        "pk": registry.key(part.kind, part.id),
        "id": part.id,
        "version": planned.version,
        "name": part.name,
        "sha256": part.sha256,
        "deployedAt": now.isoformat(),
        **about,
    }
    unchanged = ABSENT if current is None else Condition(equals={"version": current["version"]})
    shown = {**item, "sk": "CURRENT", "kind": part.kind, "sortKey": part.id}
    listed = {"kind": registry.versions_kind(part.id), "sortKey": registry.version_key(planned.version)}
    numbered = {**item, "sk": registry.version_key(planned.version), **(listed if part.process else {})}
    return [
        Put(tables.REGISTRY, numbered, when=ABSENT),
        Put(tables.REGISTRY, shown, when=unchanged),
        *((Put(tables.REGISTRY, {**item, "sk": registry.tag_key(tag)}),) if (tag := about.get("versionTag")) else ()),
        *(trigger_writes(part.process, planned.version, current or {}, now) if part.process else ()),
    ]


def _deployment(ports: Ports, deployment_id: str, planned: list[Planned], by: str) -> Put:
    parts = [{"kind": p.part.kind, "id": p.part.id, "version": p.version, "new": p.new} for p in planned]
    item = {"pk": f"DEPLOYMENT#{deployment_id}", "sk": "-", "deployedAt": ports.clock.now().isoformat(), "by": by}
    return Put(tables.REGISTRY, {**item, "parts": parts})


def _answer(deployment_id: str, planned: list[Planned], findings: tuple[Finding, ...]) -> Deployment:
    return Deployment(
        deployment_id=deployment_id,
        processes=[
            DeployedProcess(id=p.id, version=one.version, machines=sorted(p.machines), report=dict(p.report))
            for one in planned
            if (p := one.part.process) is not None
        ],
        decisions=[
            DeployedDecision(id=one.part.id, name=one.part.name, version=one.version)
            for one in planned
            if one.part.kind == "decision"
        ],
        diagnostics=list(findings),
    )
