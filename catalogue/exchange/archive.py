"""Entries as a zip of `<collection>/<id>.yaml`, media with their files beside them. The same entries give the same
bytes; what was written is read again without loss."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

import yaml

from catalogue import kinds
from catalogue.exchange import media_files
from catalogue.kinds import Kind
from catalogue.media import FORMATS
from catalogue.problems import Problem
from catalogue.yaml_source import MAX_BYTES, YamlError, YamlSource, read_yaml
from catalogue.zip_source import ArchiveError, Limits, Unzipped, unzipped

MAX_ENTRIES: Final = 12_000
"""A catalogue of 10,000 products with all that belongs to it."""
LIMITS: Final = Limits(files=MAX_ENTRIES + media_files.MAX_MEDIA, unpacked=100 * 1024 * 1024, each=MAX_BYTES)
"""Of what is not a medium's file."""
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file: when an archive is made says nothing of what is in it."""
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_KINDS: Final = {kind.collection: kind for kind in (*kinds.ALL, kinds.MEDIA)}


@dataclass(frozen=True)
class Filed:
    """A file of an archive: an entry's body, or what is wrong with it. `source` tells the lines of the body;
    `problems`: of a medium, what is wrong with its description and its file."""

    name: str
    kind: Kind | None = None
    id: str = ""
    body: Any = None
    source: YamlSource | None = None
    error: str = ""
    line: int | None = None
    problems: tuple[Problem, ...] = ()


class Archive:
    """An archive that is written, file by file. Raises `ArchiveError` where it would be too large to be read again."""

    def __init__(self, into: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED)
        self._files, self._left = 0, LIMITS.unpacked

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *raised: object) -> None:
        self._zip.close()

    def add(self, kind: Kind, body: Mapping[str, Any]) -> None:
        """An entry's file."""
        text = yaml.dump(dict(body), Dumper=_DUMPER, allow_unicode=True, sort_keys=True, width=120).encode()
        self._left -= len(text)
        if self._left < 0 or len(text) > LIMITS.each:
            words = f"{LIMITS.each} bytes each and {LIMITS.unpacked} together"
            raise ArchiveError(f"The entries are more than a file holds ({words}). Export by collections, or by ids.")
        self._write(f"{kind.collection}/{body['id']}.yaml", text, zipfile.ZIP_DEFLATED)

    def add_medium(self, id_: str, name: dict[str, str], content_type: str, content: bytes) -> None:
        """A medium's description and its file, which is as small as it gets."""
        body = media_files.described(id_, name, content_type, content)
        self.add(kinds.MEDIA, body)
        beside = media_files.file_beside(f"{media_files.FOLDER}/{id_}.yaml", content_type)
        self._write(beside, content, zipfile.ZIP_STORED)

    def _write(self, name: str, content: bytes, compression: int) -> None:
        info = zipfile.ZipInfo(name, _BEGINNING)
        info.compress_type, info.external_attr = compression, 0o644 << 16
        self._zip.writestr(info, content)


def read_archive(source: BinaryIO) -> list[Filed]:
    """The entries and media, in the order of their names; all but the bytes of media. Raises `ArchiveError` on what is
    no plain, moderate archive."""
    with unzipped(source) as archive:
        files = {name for name in archive.names if media_files.is_file(name)}
        archive.expect(files, media_files.LIMITS)
        archive.expect([name for name in archive.names if name not in files], LIMITS)
        found = [_filed(archive, name) for name in archive.names if name not in files]
        about = {media_files.file_beside(one.name, one.body["contentType"]) for one in found if _is_described(one)}
        lonely = [Filed(name, error="No description is beside it: media/<id>.yaml.") for name in files - about]
        return sorted([*_told_once(found), *lonely], key=lambda one: one.name)


def _filed(archive: Unzipped, name: str) -> Filed:
    path = PurePosixPath(name)
    kind = _KINDS.get(path.parent.name)
    if kind is None or path.suffix not in (".yaml", ".yml"):
        known = ", ".join(_KINDS)
        return Filed(name, error=f"A file is named <collection>/<id>.yaml; the collections are {known}.")
    try:
        source = read_yaml(archive.read(name, LIMITS.each))
    except YamlError as error:
        return Filed(name, kind, path.stem, error=error.message, line=error.line)
    if not isinstance(source.data, dict) or source.data.get("id") != path.stem:
        return Filed(name, kind, path.stem, error=f"The file holds an entry whose id is {path.stem!r}.", line=1)
    problems = media_files.problems(archive, name, source.data) if kind is kinds.MEDIA else ()
    return Filed(name, kind, path.stem, source.data, source, problems=problems)


def _is_described(one: Filed) -> bool:
    return one.kind is kinds.MEDIA and one.body is not None and str(one.body.get("contentType")) in FORMATS


def _told_once(found: Iterable[Filed]) -> Iterator[Filed]:
    """Of an entry that has several files (in several folders, or of both endings) all but the first are refused."""
    seen: dict[tuple[str, str], str] = {}
    for one in found:
        first = seen.setdefault((one.kind.name, one.id), one.name) if one.kind else one.name
        if first == one.name:
            yield one
        else:
            yield Filed(one.name, one.kind, one.id, error=f"{first!r} is about {one.id!r} too; keep one.", line=1)


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
