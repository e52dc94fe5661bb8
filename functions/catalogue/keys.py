"""Where things are in the catalogue's table, and which kind a collection holds (docs/records.md)."""

from typing import Final

from catalogue import kinds
from catalogue.kinds import Kind
from contract.shapes.catalogue import Collection

ENTRY: Final = "ENTRY"
VERSIONS: Final = "V#"
LOG: Final = "LOG#"
USERS: Final = "USER#"
HEAD: Final = "HEAD"
BY_NAME: Final = {kind.name: kind for kind in (*kinds.ALL, kinds.MEDIA)}
BY_COLLECTION: Final = {kind.collection: kind for kind in kinds.ALL}
_PER_PARTITION: Final = 1_000


def entry_key(kind: Kind, id_: str) -> str:
    """The partition of an entry.

    >>> entry_key(BY_NAME["product"], "cash-loan")
    'PRODUCT#cash-loan'
    """
    return f"{kind.name.upper()}#{id_}"


def version_key(version: int) -> str:
    """The sort key of a version.

    >>> version_key(3)
    'V#00000003'
    """
    return f"{VERSIONS}{version:08}"


def collection_of(kind: Kind) -> Collection:
    """The collection of a kind, as the API names it."""
    collection: Collection = kind.collection  # type: ignore[assignment]  # a test compares them
    return collection


def user_key(kind: Kind, id_: str) -> str:
    """The sort key, in the partition of an entry that is used, of a published entry that refers to it.

    >>> user_key(BY_NAME["package"], "starter")
    'USER#package#starter'
    """
    return f"{USERS}{kind.name}#{id_}"


def change_key(revision: int) -> tuple[str, str]:
    """Both keys of what a revision of the published catalogue changed.

    >>> change_key(12_345)
    ('CHANGES#00000012', '000000012345')
    """
    return f"CHANGES#{revision // _PER_PARTITION:08}", f"{revision:012}"


def change_partitions(first: int, last: int) -> tuple[str, ...]:
    """The partitions that hold the changes of these revisions, both included.

    >>> change_partitions(998, 1_000)
    ('CHANGES#00000000', 'CHANGES#00000001')
    """
    thousands = range(first // _PER_PARTITION, last // _PER_PARTITION + 1)
    return tuple(change_key(thousand * _PER_PARTITION)[0] for thousand in thousands)
