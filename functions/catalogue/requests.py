"""What all requests of the design side begin with: which entry, which version, and whether the caller has seen it."""

from dataclasses import dataclass

from catalogue.kinds import Kind
from contract import errors
from functions.catalogue.changing import Deed, entry_of, version_of
from functions.catalogue.keys import BY_COLLECTION
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import Item


@dataclass(frozen=True)
class Opened:
    """A version and its entry as they were read together: the entry first, so that its lock tells of any change."""

    kind: Kind
    id: str
    entry: Item
    version: Item

    @property
    def number(self) -> int:
        """The version's number."""
        return int(self.version["version"])

    @property
    def state(self) -> str:
        """The version's state."""
        return str(self.version["state"])


def kind_of(call: Call) -> Kind:
    """The kind that the path's collection holds."""
    kind = BY_COLLECTION.get(call.path["collection"])
    if kind is None:
        raise not_found("collection", call.path["collection"])
    return kind


def read(ports: Ports, kind: Kind, id_: str, number: int) -> Opened:
    """Raises `ProblemError` if there is no such version."""
    entry = entry_of(ports, kind, id_)
    return Opened(kind, id_, entry, version_of(ports, kind, id_, number))


def opened(ports: Ports, call: Call, lock: int | None = None) -> Opened:
    """The version that the path names. Raises `ProblemError` if there is none, or if it is not the one that was seen:
    the one of this lock, and of the request's `If-Match`.

    What has changed is told: by whom, when and how.
    """
    number = call.path["n"]
    if not number.isdecimal() or len(number) > 8:
        raise not_found("version", number)
    found = read(ports, kind_of(call), call.path["id"], int(number))
    version = found.version
    seen = [f'"{lock}"'] if lock is not None else []
    if any(not _is_named(tags, version["lock"]) for tags in (*seen, call.headers.get("if-match", "*"))):
        words = f"{version['changedBy']} changed this version at {version['changedAt']} ({version['action']});"
        raise ProblemError(errors.STALE, f"{words} its lock is {version['lock']} now. Read it and begin anew.")
    return found


def _is_named(tags: str, lock: int) -> bool:
    """Whether an entity tag of a list (RFC 9110, 13.1.1) is that of a lock."""
    return any(tag.strip().removeprefix("W/") in ("*", f'"{lock}"') for tag in tags.split(","))


def expect(found: Opened, *states: str) -> None:
    """Raises `ProblemError` if the version is in none of the states."""
    if found.state not in states:
        words = f"Version {found.number} of {found.id!r} is {found.state}; this is for one that is"
        raise ProblemError(errors.CONFLICT, f"{words} {' or '.join(states)}.")


def deed_of(ports: Ports, call: Call, action: str) -> Deed:
    """What the caller does."""
    reason = getattr(call.body, "reason", "")
    return Deed(action, call.caller.user, ports.clock.now(), reason)
