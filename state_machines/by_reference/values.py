"""JSON values with parts that stand elsewhere: which parts are put aside, and how they come back. No storage here."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from state_machines.by_reference.marks import KEY, LIST_KEY, is_reference

Json = Any
Store = Callable[[str], str]
"""Keeps the JSON text of a value, and tells its address: the same for the same text."""
Fetch = Callable[[str], Json]
"""The value at an address."""

LIMIT: Final = 32_768
"""Bytes of JSON that what comes into an instance at once may have, before its largest parts are put aside."""
SMALLEST: Final = 1_024
"""Bytes of JSON from which on a part is put aside."""
_PLACE: Final = "#"
_RESERVED: Final = "_dpc"
"""What the platform has among the variables, which machines must be able to read."""


def encoded(value: Json) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def size(value: Json) -> int:
    """Bytes of JSON."""
    return len(encoded(value).encode())


def put_aside(value: Json, store: Store, *, limit: int = LIMIT, smallest: int = SMALLEST) -> Json:
    """The value with its largest parts as references, until it has no more than `limit` bytes.

    Texts, lists and objects are parts; an object of which one member is large keeps the others.

    >>> put_aside({"n": 1, "items": [7] * 9}, lambda text: "a1", limit=20, smallest=10)
    {'n': 1, 'items': {'dpc:ref': 'a1', 'type': 'array', 'count': 9}}
    """
    return _reduced(value, size(value), store, limit, smallest)


def _reduced(value: Json, total: int, store: Store, limit: int, smallest: int) -> Json:
    if total <= limit or not isinstance(value, dict) or is_reference(value):
        return value
    made = dict(value)
    parts = ((name, size(each)) for name, each in value.items() if name != _RESERVED)
    for name, bytes_ in sorted(parts, key=lambda each: -each[1]):
        if total <= limit or bytes_ < smallest:
            break
        made[name] = _smaller(made[name], bytes_, store, bytes_ - (total - limit), smallest)
        total += size(made[name]) - bytes_
    return made


def _smaller(value: Json, bytes_: int, store: Store, limit: int, smallest: int) -> Json:
    """A part in no more than `limit` bytes if it can be so, else in as few as it can be."""
    if is_reference(value) or not isinstance(value, dict | list | str):
        return value
    if isinstance(value, dict):
        made = _reduced(value, bytes_, store, max(limit, smallest), smallest)
        if size(made) * 2 <= bytes_ or holds(value):
            return made
    if holds(value):
        return value
    return reference(value, store)


def reference(value: Json, store: Store) -> Json:
    """What stands for a value that is kept elsewhere."""
    kind = "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
    return {KEY: store(encoded(value)), "type": kind, "count": len(value)}


def list_aside(value: Json, store: Store, *, limit: int = LIMIT) -> Json:
    """A list whose elements are asked for by their places; of a large one the first element says where it stands."""
    if not isinstance(value, list) or size(value) <= limit:
        return value
    return [{LIST_KEY: store(encoded(value))}, *([0] * (len(value) - 1))]


def holds(value: Json) -> bool:
    """Whether a value is a reference, or has one in it."""
    if isinstance(value, dict):
        return KEY in value or any(holds(each) for each in value.values())
    return isinstance(value, list) and any(holds(each) for each in value)


def addresses(value: Json) -> set[str]:
    """Where all that a value refers to stands."""
    if isinstance(value, dict):
        told = {str(value[key]).partition(_PLACE)[0] for key in (KEY, LIST_KEY) if key in value}
        return told.union(*map(addresses, value.values()))
    return set().union(*map(addresses, value)) if isinstance(value, list) else set()


def loaded(value: Json, fetch: Fetch) -> Json:
    """The value with everything in it that stands elsewhere. What is fetched holds no references."""
    if isinstance(value, dict):
        if KEY in value:
            address, at_place, place = value[KEY].partition(_PLACE)
            found = fetch(address)
            return found[int(place)] if at_place and isinstance(found, list) else found
        return {name: loaded(each, fetch) for name, each in value.items()}
    return [loaded(each, fetch) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Storage:
    """Where values stand, and from which size on."""

    fetch: Fetch
    store: Store
    limit: int = LIMIT
    smallest: int = SMALLEST

    def aside(self, value: Json) -> Json:
        """The value of a variable, whose large parts are put aside; all of it, if it is one."""
        return self.parts_aside({"value": value})["value"]

    def shape_aside(self, value: Json) -> Json:
        """A value that must stay what it is, an object or a list, for those who look into it."""
        if isinstance(value, dict):
            return self.parts_aside(value)
        return [self.aside(each) for each in value] if isinstance(value, list) and size(value) > self.limit else value

    def parts_aside(self, value: Json) -> Json:
        """An object of which large parts are put aside, never it itself."""
        return put_aside(value, self.store, limit=self.limit, smallest=self.smallest)

    def output_aside(self, output: Json) -> Json:
        """What a state gives (docs/records.md, "What was written"), its large values put aside."""
        if not isinstance(output, dict):
            return output
        if "_dpc" in output:
            return self.parts_aside(output)
        sets = {name: self.parts_aside(output[name]) for name in ("set", "changes") if name in output}
        return {**output, **sets} | ({"output": self.aside(output["output"])} if "output" in output else {})


def in_memory(limit: int = LIMIT, smallest: int = SMALLEST) -> Storage:
    """A storage that lasts as long as it is known."""
    texts: dict[str, str] = {}

    def store(text: str) -> str:
        address = hashlib.sha256(text.encode()).hexdigest()
        texts[address] = text
        return address

    return Storage(lambda address: json.loads(texts[address]), store, limit, smallest)
