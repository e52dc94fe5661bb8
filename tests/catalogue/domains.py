"""The domains that are shipped, read as a tenant would import them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from catalogue import kinds
from catalogue.checks import Together
from catalogue.yaml_source import read_yaml

DOMAINS: Final = Path(__file__).parents[2] / "catalogue" / "domains"
NAMES: Final = ("banking", "insurance", "leasing")
AT: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)


@cache
def bodies(folder: Path) -> dict[tuple[str, str], Any]:
    """The bodies in a folder, by kind and id, in the order in which they refer to each other."""
    return dict(_read(folder))


def _read(folder: Path) -> Iterator[tuple[tuple[str, str], Any]]:
    for kind in kinds.ALL:
        for path in sorted((folder / kind.collection).glob("*.yaml")):
            body = read_yaml(path.read_bytes()).data
            assert body["id"] == path.stem, path
            yield (kind.name, path.stem), body


def catalogue(folder: Path) -> Together:
    shapes = {kind.name: kind.shape for kind in kinds.ALL}
    return Together({named: shapes[named[0]].model_validate(body) for named, body in bodies(folder).items()})
