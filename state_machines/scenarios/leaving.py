"""`dpc:leave-scope` of docs/records.md: what a fork that is cut off leaves behind, and what it knew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from state_machines.scenarios.tables import Row, Tables

Payload = Mapping[str, Any]


def close_handlers(tables: Tables, payload: Payload) -> set[str]:
    """Close the scopes that are left to handlers aside; the executions of those that were open."""
    given, context = payload["input"], payload["context"]
    around = context["execution"].rpartition(":")[0]
    stopped: set[str] = set()
    for sk, record in tables.partition(f"ASIDE#{context['instanceId']}"):
        if sk.rpartition("@")[0] in given.get("handlers", ()):
            record["closed"] = {"N": "1"}
            stopped |= {f"{around}:{name[2:]}" for name, value in record.items() if value == {"S": "open"}}
    return stopped


def behind(tables: Tables, payload: Payload, stopped: set[str]) -> list[Row]:
    """The records of the fork's wait points, of this entry and of this item of a Map, the oldest first."""
    given, instance = payload["input"], payload["context"]["instanceId"]
    prefixes, place = tuple(f"wait#{path}@" for path in given["waits"]), _place(payload)
    found = [
        wait
        for wait in tables.waits()
        if wait.get("execution") in stopped
        or (
            wait["pk"] == instance
            and wait["sk"].startswith(prefixes)
            and wait.get("since", given["since"]) >= given["since"]
            and _within(wait["sk"].partition("@")[2].partition("#")[2], place)
        )
    ]
    return sorted(found, key=lambda wait: (wait.get("since", ""), wait["sk"]))


def ended(tables: Tables, payload: Payload) -> list[Row]:
    """What instances of multi-instances in the fork have changed that have ended, as records know variables."""
    given, place = payload["input"], _place(payload)
    found: list[Row] = []
    for sk, row in tables.partition(f"ENDED#{payload['context']['instanceId']}"):
        state, _, rest = sk.partition("@")
        entered, _, around = rest.partition("#")
        if state in given.get("ended", ()) and entered >= given["since"] and _within(around, place):
            numbered = sorted((int(name[2:]), value["S"]) for name, value in row.items() if name.startswith("c|"))
            found += ({"sk": "", "variables": json.dumps(json.loads(text).get("changes", {}))} for _, text in numbered)
    return found


def changed(payload: Payload, known: list[Row]) -> dict[str, Any]:
    """What is other than before: later knowledge counts more than earlier, what was thrown more than all."""
    given = payload["input"]
    before: Mapping[str, Any] = given["before"]
    found: dict[str, Any] = {}
    for wait in known:
        own = given.get("own", {}).get(wait["sk"].removeprefix("wait#").partition("@")[0], ())
        variables = json.loads(wait.get("variables", "{}"))
        found |= {name: value for name, value in variables.items() if name not in own}
    found |= given["thrown"]
    return {n: v for n, v in found.items() if n != "_dpc" and (n not in before or before[n] != v)}


def _place(payload: Payload) -> str:
    return str(payload["input"]["before"].get("_dpc", {}).get("at", ""))


def _within(own: str, place: str) -> bool:
    return not place or f"{own}.".startswith(f"{place}.")
