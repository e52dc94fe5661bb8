"""A record that should not be there any more."""

from dataclasses import dataclass
from typing import Literal

from contract.tables import Table
from functions.runtime.records import Item

Kind = Literal["wait", "answer", "subscription", "handlers"]


@dataclass(frozen=True)
class Rest:
    """`wait`: nobody waits there; `answer`: it was given and is not settled; `subscription`: of no open wait;
    `handlers`: executions aside of an instance that has ended."""

    kind: Kind
    table: Table
    item: Item
