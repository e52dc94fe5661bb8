"""Reading what is deployed: the registry's items, and where the artifacts of a version are."""

from typing import Literal

from contract import tables
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import Item

Kind = Literal["process", "decision", "form", "template", "product"]


def key(kind: Kind, id_: str) -> str:
    """The partition of a deployed thing.

    >>> key("process", "cash-loan")
    'PROCESS#cash-loan'
    """
    return f"{kind.upper()}#{id_}"


def version_key(version: int) -> str:
    """The sort key of a version.

    >>> version_key(3)
    'V#00000003'
    """
    return f"V#{version:08}"


def tag_key(tag: str) -> str:
    """The sort key of the newest version with a version tag.

    >>> tag_key("2026-spring")
    'TAG#2026-spring'
    """
    return f"TAG#{tag}"


def bound_key(version: int, by: str = "", its: int = 0) -> str:
    """The sort key that says of a version who calls it: a version of a process that cannot do without it.

    >>> bound_key(3, "sale", 12), bound_key(3)
    ('BOUND#00000003#sale#12', 'BOUND#00000003#')
    """
    return f"BOUND#{version:08}#{by}#{its}" if by else f"BOUND#{version:08}#"


def versions_kind(process_id: str) -> str:
    """The `kind` under which `byKind` lists the versions of a process whose machines exist, oldest first."""
    return f"version#{process_id}"


def find(ports: Ports, kind: Kind, id_: str, version: int | None = None) -> Item | None:
    """The registry item of a version, of the current one if none is named; None if there is none."""
    return ports.store.get(tables.REGISTRY, key(kind, id_), version_key(version) if version is not None else "CURRENT")


def find_tagged(ports: Ports, kind: Kind, id_: str, tag: str) -> Item | None:
    """The registry item of the newest version with a version tag; None if there is none."""
    return ports.store.get(tables.REGISTRY, key(kind, id_), tag_key(tag))


def process(ports: Ports, id_: str, version: int | None = None) -> Item:
    """The registry item of a process version. Raises `ProblemError` if there is none."""
    item = find(ports, "process", id_, version)
    if item is None:
        raise not_found("process", id_ if version is None else f"{id_} version {version}")
    return item


def artifact(kind: Kind, id_: str, version: int, name: str = "") -> str:
    """The key in the artifacts bucket: of a process one of several by `name`, of anything else the one there is."""
    match kind:
        case "process":
            return f"processes/{id_}/{version}/{name}"
        case "decision":
            return f"decisions/{id_}/{version}.dmn"
        case "form":
            return f"forms/{id_}/{version}.json"
        case "template":
            return f"templates/{id_}/{version}.html"
        case "product":
            return f"products/{id_}/{version}.json"
