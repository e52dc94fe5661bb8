"""Media in archives: `media/<id>.yaml` says what a file is, `media/<id>.<extension>` beside it is the file."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from pydantic import ValidationError

from catalogue.checks.setting import REFERENCE, SHAPE, VALUE
from catalogue.kinds.medium import MediumFile
from catalogue.media import FORMATS, unlike
from catalogue.problems import Problem
from catalogue.zip_source import Limits, Unzipped

FOLDER: Final = "media"
MAX_MEDIA: Final = 2_000
LIMITS: Final = Limits(files=MAX_MEDIA, unpacked=400 * 1024 * 1024, each=max(one.max_bytes for one in FORMATS.values()))
"""How many files, and how many bytes: what a function has time to look at and disk to write."""
_ENDINGS: Final = frozenset(f".{one.extension}" for one in FORMATS.values())
_AT_ONCE: Final = 1024 * 1024


def is_file(name: str) -> bool:
    """Whether a path in an archive is that of a medium's file.

    >>> is_file("media/card.png"), is_file("media/card.yaml"), is_file("products/card.png")
    (True, False, False)
    """
    path = PurePosixPath(name)
    return path.parent.name == FOLDER and path.suffix in _ENDINGS


def file_beside(name: str, content_type: str) -> str:
    """The path of the file that a description of that path is about.

    >>> file_beside("shop/media/card.yaml", "image/png")
    'shop/media/card.png'
    """
    return str(PurePosixPath(name).with_suffix(f".{FORMATS[content_type].extension}"))


def described(id_: str, name: dict[str, str], content_type: str, content: bytes) -> dict[str, Any]:
    """The description of a file."""
    digest = hashlib.sha256(content).hexdigest()
    return {"id": id_, "name": name, "contentType": content_type, "size": len(content), "sha256": digest}


def problems(archive: Unzipped, name: str, body: dict[str, Any]) -> tuple[Problem, ...]:
    """Everything that is wrong with a medium whose description has this path and body, and with its file."""
    try:
        medium = MediumFile.model_validate(body)
    except ValidationError as error:
        return tuple(_problem(SHAPE, tuple(each["loc"]), f"{each['msg']}.") for each in error.errors())
    return tuple(_wrong(archive, name, medium))


def _wrong(archive: Unzipped, name: str, medium: MediumFile) -> Iterator[Problem]:
    known = FORMATS.get(medium.content_type)
    if known is None:
        yield _problem(VALUE, ("contentType",), f"Media are {', '.join(FORMATS)}; {medium.content_type!r} is not kept.")
        return
    if medium.size > known.max_bytes:
        words = f"At most {known.max_bytes} bytes are kept of {medium.content_type}."
        yield _problem(VALUE, ("size",), words)
    file = file_beside(name, medium.content_type)
    if file not in archive.names:
        yield _problem(REFERENCE, (), f"The file {file!r} is not in the archive; add it.")
    elif (size := archive.size(file)) != medium.size:
        yield _problem(VALUE, ("size",), f"{file!r} has {size} bytes, not {medium.size}.")
    elif size <= known.max_bytes:
        yield from _of_bytes(archive, file, medium)


def _of_bytes(archive: Unzipped, file: str, medium: MediumFile) -> Iterator[Problem]:
    with archive.open(file) as stream:
        beginning = stream.read(_AT_ONCE)
        digest = hashlib.sha256(beginning)
        while part := stream.read(_AT_ONCE):
            digest.update(part)
    if words := unlike(beginning, medium.content_type):
        yield _problem(VALUE, ("contentType",), words)
    if digest.hexdigest() != medium.sha256:
        yield _problem(VALUE, ("sha256",), f"{file!r} has the digest {digest.hexdigest()}: it is another file.")


def _problem(number: int, path: Sequence[str | int], words: str) -> Problem:
    return Problem(f"MEDIA-{number:03}", "error", tuple(path), words)
