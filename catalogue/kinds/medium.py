"""Media: images and files that entries show. A medium never changes; another picture is another medium."""

from typing import Annotated

from pydantic import Field

from catalogue.kinds.parts import Entry


class Medium(Entry):
    """A file that has arrived and is what it was said to be. `name`: what it shows, also for those who do not see it;
    `key`: its place in the bucket, which nobody can guess."""

    content_type: str
    size: int
    key: str


class MediumFile(Entry):
    """A medium as archives describe it, beside its file. `sha256`: of the file, in hexadecimal digits."""

    content_type: str
    size: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
