"""What answers waits by itself: messages, signals, changed variables, and bodies that have ended (docs/records.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from state_machines.scenarios.leaving import History, behind, close_handlers, open_in, read, written
from state_machines.scenarios.tables import Row, Tables, plain, subscribed

Answer = Callable[[Row, str, Mapping[str, Any]], None]
KEPT = timedelta(hours=1)
"""How long a message waits for somebody, unless it says so itself."""
_HEARD_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class _Message:
    partition: str
    variables: Mapping[str, Any]
    expires: datetime


@dataclass(frozen=True)
class _Signal:
    partition: str
    at: str
    variables: Mapping[str, Any]
    expires: datetime
    heard: set[tuple[str, str]] = field(default_factory=set)


class Correlation:
    """`answer` ends a wait, `alive` says whether a token can still be answered, `stop` ends an execution, `history`
    gives its events."""

    def __init__(
        self,
        tables: Tables,
        now: Callable[[], datetime],
        answer: Answer,
        alive: Callable[[str], bool],
        stop: Callable[[str], None],
        history: History,
    ) -> None:
        self._tables, self._now, self._answer, self._alive, self._stop = tables, now, answer, alive, stop
        self._history = history
        self._messages: list[_Message] = []
        self._signals: list[_Signal] = []
        self._connectors: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "dpc:publish-message": self._publish,
            "dpc:broadcast-signal": self._throw,
            "dpc:leave-scope": self._leave,
            "dpc:read-scope": self._read,
        }

    def serves(self, connector: str) -> bool:
        """Whether a call is for the function `correlation`."""
        return connector in self._connectors

    def invoke(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Its answer."""
        return self._connectors[payload["connector"]](payload)

    def publish(self, name: str, key: str, variables: Mapping[str, Any], kept: timedelta = KEPT) -> None:
        """Publish a message: it is delivered to the oldest who waits, or kept."""
        self._messages.append(_Message(subscribed("message", name, key), variables, self._now() + kept))
        self._match_message()

    def broadcast(self, name: str, variables: Mapping[str, Any]) -> None:
        """A signal from outside reaches all who wait for it now."""
        for row in self._waiting(subscribed("signal", name)):
            self._deliver(row, variables)

    def move(self) -> bool:
        """Deliver one thing; False if there is nothing to deliver."""
        return self._close_watcher() or self._match_message() or self._match_signal() or self._tell_change()

    # What the function `correlation` does for machines

    def _publish(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        given = payload["input"]
        self.publish(given["name"], given["correlationKey"], given["variables"])
        return {}

    def _throw(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        given, expires = payload["input"], self._now() + _HEARD_FOR
        self._signals.append(_Signal(subscribed("signal", given["name"]), given["at"], given["variables"], expires))
        while self._match_signal():
            pass
        return {}

    def _leave(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        records = self._tables.partition(f"ASIDE#{payload['context']['instanceId']}")
        closed = close_handlers(payload, records)
        stopped = open_in(payload, closed)
        left = behind(self._tables, payload, stopped)
        variables = written(payload, self._history, stopped, closed)
        for execution in stopped:
            self._stop(execution)
        for wait in left:
            self._tables.end(wait.get("token", ""))
            self._tables.rows.pop(("${dpc:table:waits}", wait["pk"], wait["sk"]), None)
        return {"variables": variables}

    def _read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        records = self._tables.partition(f"ASIDE#{payload['context']['instanceId']}")
        return {"variables": read(payload, self._history, records)}

    # Matching

    def _close_watcher(self) -> bool:
        for wait in self._tables.waits():
            if "closed" in wait and self._alive(wait.get("token", "")):
                self._answer(wait, "closed", {})
                return True
        return False

    def _match_message(self) -> bool:
        now = self._now()
        self._messages = [message for message in self._messages if message.expires > now]
        for at, message in enumerate(self._messages):
            if waiting := self._waiting(message.partition):
                del self._messages[at]
                self._deliver(waiting[0], message.variables)
                return True
        return False

    def _match_signal(self) -> bool:
        now = self._now()
        self._signals = [signal for signal in self._signals if signal.expires > now]
        for signal in self._signals:
            for row in self._waiting(signal.partition):
                who = (row["instanceId"], row["waitSk"])
                if row["since"] <= signal.at and who not in signal.heard:
                    signal.heard.add(who)
                    self._deliver(row, signal.variables)
                    return True
        return False

    def _tell_change(self) -> bool:
        """Who reads variables hears of those that were written since it knew them."""
        for row in self._waiting("VARIABLES#"):
            written = plain(dict(self._tables.partition(row["pk"])).get("-", {}))
            news = [n for n in json.loads(row["reads"]) if int(written.get(f"n|{n}", "0")) > int(row["seen"])]
            if news:
                about = {"at": written["total"], "by": {name: written[f"b|{name}"] for name in news}}
                self._deliver(row, {**{name: json.loads(written[f"v|{name}"]) for name in news}, "_dpc": about})
                return True
        return False

    def _waiting(self, prefix: str) -> list[Row]:
        found = self._tables.subscriptions(prefix)
        exact = prefix.startswith(("MESSAGE#", "SIGNAL#"))
        return [row for row in found if self._alive(row["token"]) and (not exact or row["pk"] == prefix)]

    def _deliver(self, subscription: Row, variables: Mapping[str, Any]) -> None:
        for wait in self._tables.waits():
            if wait.get("token") == subscription["token"] and "closed" not in wait:
                self._answer(wait, subscription["event"], variables)
                return
        self._tables.end(subscription["token"])
