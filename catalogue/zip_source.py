"""Zip archives from outside: plain files with plain names, within limits, or words that say why they are not read."""

import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import PurePosixPath
from typing import IO, BinaryIO


class ArchiveError(Exception):
    """The archive cannot be read at all; the message says why."""


@dataclass(frozen=True)
class Limits:
    """How many files an archive may hold, and how many bytes they unpack to, together and each."""

    files: int
    unpacked: int
    each: int


class Unzipped:
    """An archive that is open; nothing of it is unpacked before it is asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Raises `ArchiveError` for names that are none."""
        self._archive = archive
        files = sorted((e for e in archive.infolist() if not e.is_dir()), key=lambda e: e.filename)
        self._files = {entry.filename: entry for entry in files}
        for one, other in pairwise(files):
            if one.filename == other.filename:
                raise ArchiveError(f"The archive holds {one.filename!r} twice; keep one.")
        for name in self._files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name:
                raise ArchiveError(f"The archive names a path outside of itself: {name!r}.")

    @property
    def names(self) -> Collection[str]:
        """The paths of the files, in order."""
        return self._files.keys()

    def expect(self, names: Collection[str], limits: Limits) -> None:
        """Raises `ArchiveError` if these files are more than the limits allow."""
        if len(names) > limits.files:
            raise ArchiveError(
                f"The archive has {len(names)} files; at most {limits.files} are read at once: split it."
            )
        if sum(self.size(name) for name in names) > limits.unpacked:
            raise ArchiveError(f"The archive unpacks to more than {limits.unpacked} bytes: split it.")

    def size(self, name: str) -> int:
        """How many bytes a file unpacks to, as the archive says; it never unpacks to more."""
        return self._files[name].file_size

    def open(self, name: str) -> IO[bytes]:
        """A file's bytes, unpacked as they are read. Raises `KeyError`."""
        return self._archive.open(self._files[name])

    def read(self, name: str, most: int) -> bytes:
        """A file's bytes, at most so many. Raises `ArchiveError`."""
        with self.open(name) as stream:
            content = stream.read(most + 1)
        if len(content) > most:
            raise ArchiveError(f"{name!r} has more than {most} bytes.")
        return content


@contextmanager
def unzipped(source: BinaryIO, name: str = "zip file") -> Iterator[Unzipped]:
    """An archive for as long as its block is run. Raises `ArchiveError`, also where the block reads what is spoilt."""
    try:
        with zipfile.ZipFile(source) as archive:
            yield Unzipped(archive)
    # Of a compression that it does not know `zipfile` says that it is not implemented, of a password RuntimeError.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError) as error:
        raise ArchiveError(f"This is not a {name} that can be read: {error}.") from error


def read_zip(content: bytes, limits: Limits) -> list[tuple[str, bytes]]:
    """The files (path and bytes) in the order of their paths. Raises `ArchiveError`."""
    with unzipped(BytesIO(content)) as archive:
        archive.expect(archive.names, limits)
        return [(name, archive.read(name, limits.each)) for name in archive.names]


def check_zip(content: bytes, limits: Limits, name: str) -> None:
    """Refuse what unpacks to too much, for those whose library unpacks it as a `name`. Raises `ArchiveError`."""
    with unzipped(BytesIO(content), name) as archive:
        archive.expect(archive.names, limits)
