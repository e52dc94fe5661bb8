"""What is current in the registry when something is published."""

from collections.abc import Mapping
from functools import cached_property

from contract import tables
from contract.buckets import ARTIFACTS
from functions.runtime import registry
from functions.runtime.ports import Ports
from functions.runtime.records import Item
from functions.runtime.registry import Kind


class Deployed:
    """What is current in the registry, of one kind: by id, read once."""

    def __init__(self, ports: Ports, kind: Kind) -> None:
        self._ports, self._kind = ports, kind

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The registry items by id."""
        rows = self._ports.store.query(tables.REGISTRY, self._kind, index="byKind").items
        return {row["sortKey"]: row for row in rows}

    def content(self, id_: str, version: int | None = None) -> bytes:
        """The bytes of a version, of the current one if none is named. Raises `LookupError` if they are missing."""
        version = version or int(self.items[id_]["version"])
        content = self._ports.objects.get(ARTIFACTS, registry.artifact(self._kind, id_, version))
        if content is None:
            raise LookupError(f"the artifact of {self._kind} {id_} version {version} is missing")
        return content
