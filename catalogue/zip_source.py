"""Zip archives from outside: plain files with plain names, within limits, or words that say why they are not read."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath


class ArchiveError(Exception):
    """The archive cannot be read at all; the message says why."""


@dataclass(frozen=True)
class Limits:
    """How many files an archive may hold, and how many bytes they unpack to, together and each."""

    files: int
    unpacked: int
    each: int


def read_zip(content: bytes, limits: Limits) -> list[tuple[str, bytes]]:
    """The files (path and bytes) in the order of their paths. Raises `ArchiveError`."""
    with _opened(content) as archive:
        entries = sorted((e for e in archive.infolist() if not e.is_dir()), key=lambda e: e.filename)
        _refuse(entries, limits)
        return [(entry.filename, _read(archive, entry, limits.each)) for entry in entries]


def check_zip(content: bytes, limits: Limits, name: str) -> None:
    """Refuse what unpacks to too much, for those whose library unpacks it as a `name`. Raises `ArchiveError`."""
    with _opened(content, name) as archive:
        _refuse(archive.infolist(), limits)


@contextmanager
def _opened(content: bytes, name: str = "zip file") -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            yield archive
    # Of a compression that it does not know `zipfile` says that it is not implemented, of a password RuntimeError.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError) as error:
        raise ArchiveError(f"This is not a {name} that can be read: {error}.") from error


def _refuse(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.files:
        raise ArchiveError(f"The archive has {len(entries)} files; at most {limits.files} are read at once: split it.")
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise ArchiveError(f"The archive unpacks to more than {limits.unpacked} bytes: split it.")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
            raise ArchiveError(f"The archive names a path outside of itself: {entry.filename!r}.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise ArchiveError(f"{entry.filename!r} has more than {most} bytes.")
    return content
