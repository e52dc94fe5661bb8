"""Which files may be media, and whether bytes are what they are said to be. Files that can hold scripts are not."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

_MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class Format:
    """A type of files. `begins`: how the bytes of each begin."""

    extension: str
    max_bytes: int
    begins: re.Pattern[bytes]


FORMATS: Final = {
    "image/png": Format("png", 10 * _MIB, re.compile(rb"\x89PNG\r\n\x1a\n")),
    "image/jpeg": Format("jpg", 10 * _MIB, re.compile(rb"\xff\xd8\xff")),
    "image/gif": Format("gif", 10 * _MIB, re.compile(rb"GIF8[79]a")),
    "image/webp": Format("webp", 10 * _MIB, re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    "application/pdf": Format("pdf", 20 * _MIB, re.compile(rb"%PDF-[12]\.")),
    "video/mp4": Format("mp4", 100 * _MIB, re.compile(rb".{4}ftyp", re.DOTALL)),
}
"""By content type."""


def fault(content: bytes, content_type: str, size: int) -> str:
    """What is wrong with a file that was said to be of this type and size; empty if nothing is.

    >>> fault(b"GIF89a...", "image/png", 9)
    'The file is not image/png: its bytes begin otherwise.'
    """
    if len(content) != size:
        return f"The file has {len(content)} bytes; {size} were announced."
    return unlike(content, content_type)


def unlike(beginning: bytes, content_type: str) -> str:
    """Why a file that begins so is not of this type; empty if it may be."""
    if FORMATS[content_type].begins.match(beginning):
        return ""
    return f"The file is not {content_type}: its bytes begin otherwise."


def place_of(id_: str, content_type: str, sha256: str, upload: str) -> str:
    """Where the file of a medium is kept: nobody can guess it who knows not the upload, and the same one is one place.

    >>> place_of("view", "image/png", "0" * 64, "u1")
    'media/3ed3ec2e87f2d20c07ccdb2d4b95debd/view.png'
    """
    secret = hashlib.sha256(f"{upload}{sha256}".encode()).hexdigest()[:32]
    return f"media/{secret}/{id_}.{FORMATS[content_type].extension}"
