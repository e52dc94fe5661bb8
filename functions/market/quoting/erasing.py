"""Erases a customer from quotes: what nobody has accepted goes; of what is accepted goes what was said of the customer.

A quote names its customer until all of it is done: whoever is killed on the way is asked again, and finishes.
"""

import json
from collections.abc import Iterator
from typing import Final

from contract import tables
from functions.catalogue.keys import VERSIONS
from functions.market.quoting.records import unchanged
from functions.runtime.ports import Ports
from functions.runtime.records import NO_SORT, PRESENT, ConditionFailedError, ContentionError, Delete, Item, Update

_AT_ONCE: Final = 100
_TRIES: Final = 5


def erase_from_quotes(ports: Ports, customer: str) -> int:
    """How many quotes named the customer, and do no more."""
    return sum(_erase(ports, id_, customer) for id_ in _quotes_of(ports, customer))


def _quotes_of(ports: Ports, customer: str) -> Iterator[str]:
    cursor = ""
    while True:
        rows = ports.store.query(tables.QUOTES, customer, index="byCustomer", limit=_AT_ONCE, cursor=cursor)
        yield from (str(item["pk"]) for item in rows.items)
        if not (cursor := rows.cursor):
            return


def _erase(ports: Ports, id_: str, customer: str) -> bool:
    """Whether this is done here. Raises `ContentionError` if somebody changes the quote all the time."""
    for _ in range(_TRIES):
        head = ports.store.get(tables.QUOTES, id_)
        if head is None or head.get("customerId") != customer:
            return False
        try:
            _anonymise(ports, head) if head["state"] == "accepted" else _delete(ports, head)
        except ConditionFailedError:
            continue  # changed, or accepted, meanwhile
        return True
    raise ContentionError


def _anonymise(ports: Ports, head: Item) -> None:
    for version in _versions(ports, head):
        text = json.dumps({**json.loads(version["quote"]), "customer": {}}, ensure_ascii=False)
        ports.store.write(Update(tables.QUOTES, version["pk"], version["sk"], set={"quote": text}, when=PRESENT))
    about = json.dumps({**json.loads(head["about"]), "customerId": None}, ensure_ascii=False)
    gone = Update(
        tables.QUOTES, head["pk"], NO_SORT, set={"about": about}, remove=("customerId",), when=unchanged(head)
    )
    ports.store.write(gone)


def _delete(ports: Ports, head: Item) -> None:
    """The version that stands goes together with the quote, so that nobody accepts what is not there."""
    *before, last = _versions(ports, head)
    for version in before:
        ports.store.write(Delete(tables.QUOTES, version["pk"], version["sk"]))
    ports.store.write(
        Delete(tables.QUOTES, head["pk"], NO_SORT, when=unchanged(head)),
        Delete(tables.QUOTES, last["pk"], last["sk"]),
    )


def _versions(ports: Ports, head: Item) -> tuple[Item, ...]:
    return ports.store.query(tables.QUOTES, head["pk"], prefix=VERSIONS).items
