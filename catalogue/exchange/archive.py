"""Entries as a zip of `<collection>/<id>.yaml`. The same entries give the same bytes; what was written is read again
without loss."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Final

import yaml

from catalogue import kinds
from catalogue.kinds import Kind
from catalogue.yaml_source import MAX_BYTES, YamlError, YamlSource, read_yaml
from catalogue.zip_source import Limits, read_zip

MAX_ENTRIES: Final = 12_000
"""A catalogue of 10,000 products with all that belongs to it."""
LIMITS: Final = Limits(files=MAX_ENTRIES, unpacked=100 * 1024 * 1024, each=MAX_BYTES)
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file: when an archive is made says nothing of what is in it."""
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_KINDS: Final = {kind.collection: kind for kind in kinds.ALL}


@dataclass(frozen=True)
class Filed:
    """A file of an archive: an entry's body, or what is wrong with it. `source` tells the lines of the body."""

    name: str
    kind: Kind | None = None
    id: str = ""
    body: Any = None
    source: YamlSource | None = None
    error: str = ""
    line: int | None = None


def write_archive(entries: Iterable[tuple[Kind, str, Mapping[str, Any]]]) -> bytes:
    """The archive of entries: kind, id, body."""
    made = BytesIO()
    files = sorted((f"{kind.collection}/{id_}.yaml", body) for kind, id_, body in entries)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            text = yaml.dump(dict(body), Dumper=_DUMPER, allow_unicode=True, sort_keys=True, width=120)
            info = zipfile.ZipInfo(name, _BEGINNING)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, text)
    return made.getvalue()


def read_archive(content: bytes) -> list[Filed]:
    """The files, in the order of their names. Raises `ArchiveError` on what is no plain, moderate archive."""
    return [*map(_filed, read_zip(content, LIMITS))]


def _filed(file: tuple[str, bytes]) -> Filed:
    name, content = file
    path = PurePosixPath(name)
    kind = _KINDS.get(path.parent.name)
    if kind is None or path.suffix not in (".yaml", ".yml"):
        known = ", ".join(_KINDS)
        return Filed(name, error=f"A file is named <collection>/<id>.yaml; the collections are {known}.")
    try:
        source = read_yaml(content)
    except YamlError as error:
        return Filed(name, kind, path.stem, error=error.message, line=error.line)
    if not isinstance(source.data, dict) or source.data.get("id") != path.stem:
        return Filed(name, kind, path.stem, error=f"The file holds an entry whose id is {path.stem!r}.", line=1)
    return Filed(name, kind, path.stem, source.data, source)


def in_order(entries: Mapping[tuple[str, str], Iterable[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    """Names of entries (kind and id), what is referred to before what refers to it as far as there is no circle.

    >>> list(in_order({("package", "b"): [("product", "a")], ("product", "a"): []}))
    [('product', 'a'), ('package', 'b')]
    """
    seen: set[tuple[str, str]] = set()
    for first in entries:
        stack = [(first, iter(entries[first]))] if first not in seen else []
        seen.add(first)
        while stack:
            name, others = stack[-1]
            other = next((o for o in others if o in entries and o not in seen), None)
            if other is None:
                stack.pop()
                yield name
            else:
                seen.add(other)
                stack.append((other, iter(entries[other])))
