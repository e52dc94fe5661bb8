"""Deploying the decisions of a DMN file: each decision has versions of its own; the same bytes make no new one."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contract import tables
from contract.buckets import ARTIFACTS
from functions.runtime import registry
from functions.runtime.ports import Ports
from functions.runtime.records import ABSENT, Condition, Put, Write
from state_machines.dmn import Definitions

DMN_TYPE = "application/xml"


@dataclass(frozen=True)
class PlannedDecision:
    """A decision and the version that it gets, or has."""

    id: str
    name: str
    version: int
    deployed_at: datetime
    new: bool


def plan(ports: Ports, definitions: Definitions, source: bytes) -> list[PlannedDecision]:
    """Which version each decision of the file gets. Nothing is written."""
    digest = hashlib.sha256(source).hexdigest()
    return [_planned(ports, id_, decision.name, digest) for id_, decision in sorted(definitions.decisions.items())]


def write_artifacts(ports: Ports, planned: Iterable[PlannedDecision], source: bytes) -> None:
    """Keep the bytes of new versions. Written before the registry names them; again does no harm."""
    for decision in planned:
        if decision.new:
            key = registry.artifact("decision", decision.id, decision.version)
            ports.objects.put(ARTIFACTS, key, source, DMN_TYPE)


def writes(planned: Iterable[PlannedDecision], source: bytes) -> list[Write]:
    """The registry items of new versions, on condition that nobody else took the version."""
    digest = hashlib.sha256(source).hexdigest()
    found: list[Write] = []
    for decision in (d for d in planned if d.new):
        item = {
            "pk": registry.key("decision", decision.id),
            "version": decision.version,
            "name": decision.name,
            "sha256": digest,
            "deployedAt": decision.deployed_at.isoformat(),
        }
        before = Condition(equals={"version": decision.version - 1}) if decision.version > 1 else ABSENT
        found.append(Put(tables.REGISTRY, item | {"sk": registry.version_key(decision.version)}, when=ABSENT))
        current = item | {"sk": "CURRENT", "kind": "decision", "sortKey": decision.id}
        found.append(Put(tables.REGISTRY, current, when=before))
    return found


def _planned(ports: Ports, id_: str, name: str, digest: str) -> PlannedDecision:
    current = registry.find(ports, "decision", id_)
    if current is not None and current["sha256"] == digest:
        at = datetime.fromisoformat(current["deployedAt"])
        return PlannedDecision(id_, name, int(current["version"]), at, new=False)
    version = int(current["version"]) + 1 if current else 1
    return PlannedDecision(id_, name, version, ports.clock.now(), new=True)
