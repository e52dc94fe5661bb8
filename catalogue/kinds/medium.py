"""Media: images and files that entries show. A medium never changes; another picture is another medium."""

from catalogue.kinds.parts import Entry


class Medium(Entry):
    """A file that has arrived and is what it was said to be. `name`: what it shows, also for those who do not see it;
    `key`: its place in the bucket, which nobody can guess."""

    content_type: str
    size: int
    key: str
