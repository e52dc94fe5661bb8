"""The id of a task: made from the key of its wait, and back, so that reading a task is one look-up.

`<instance id>:<what follows "wait#" in the sort key>`, where what has no place in a URL's path is `~` and two hex
digits a byte.
"""

import re
from typing import Final
from urllib.parse import unquote

_PREFIX: Final = "wait#"
_ODD: Final = re.compile(r"[^0-9A-Za-z._@-]")
_ID: Final = re.compile(r"([0-9A-Za-z-]{1,80}):((?:[0-9A-Za-z._@-]|~[0-9a-f]{2}){1,900})")


def task_id(pk: str, sk: str) -> str:
    """The id.

    >>> task_id("i1", "wait#checks/CheckApplication@1795312800000#2")
    'i1:checks~2fCheckApplication@1795312800000~232'
    """
    escaped = _ODD.sub(lambda odd: "".join(f"~{byte:02x}" for byte in odd[0].encode()), sk.removeprefix(_PREFIX))
    return f"{pk}:{escaped}"


def key_of(id_: str) -> tuple[str, str] | None:
    """Partition and sort key of the wait; None if the text is no task's id.

    >>> key_of("i1:checks~2fCheckApplication@1795312800000~232")
    ('i1', 'wait#checks/CheckApplication@1795312800000#2')
    """
    found = _ID.fullmatch(id_)
    try:
        return (found[1], _PREFIX + unquote(found[2].replace("~", "%"), errors="strict")) if found else None
    except UnicodeDecodeError:
        return None
