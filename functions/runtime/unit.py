"""The unit of work: effects, idempotency record and events of one operation, written in one transaction.

find() -----------> an earlier answer: give it again, do nothing
  |
add(), emit() ----> collected, nothing written
  |
commit(answer) ---> all written, or ConditionFailedError and nothing
  |
(what cannot be in the transaction, as answering a task token, comes after and must be safe to repeat)
"""

import hashlib
import json
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from contract import errors, tables
from contract.events import Event
from functions.runtime.ports import Clock, Ids, Store
from functions.runtime.problems import ProblemError
from functions.runtime.records import ABSENT, NO_SORT, ConditionFailedError, Put, Write

KEPT = timedelta(days=7)
"""How long idempotency records and relayed events are kept."""


class AlreadyDoneError(Exception):
    """Somebody else committed the same operation first; `answer` is what they answered."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__("already done")
        self.answer = answer


class Unit:
    """One operation. Without a key it is not remembered, but effects and events still go together."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        *,
        tenant: str,
        key: str = "",
        request: bytes = b"",
        correlation_id: str = "",
    ) -> None:
        """`key` names the operation (function, route, caller and the caller's key); `request` its content."""
        self._store, self._clock, self._ids, self._tenant = store, clock, ids, tenant
        self._key, self._fingerprint = key, hashlib.sha256(request).hexdigest()
        self.correlation_id = correlation_id
        self._writes: list[Write] = []

    def find(self) -> dict[str, Any] | None:
        """The answer that was given before, None if there is none. A key used for another request is refused."""
        record = self._store.get(tables.IDEMPOTENCY, self._key) if self._key else None
        if record is None:
            return None
        if record["fingerprint"] != self._fingerprint:
            raise ProblemError(errors.IDEMPOTENCY_REUSED, "Use a new Idempotency-Key for a different request.")
        answer: dict[str, Any] = json.loads(record["answer"])
        return answer

    def add(self, *writes: Write) -> None:
        """Collect effects."""
        self._writes.extend(writes)

    def emit(self, event: Event, data: BaseModel | dict[str, Any], *, id_: str = "") -> None:
        """Collect an event. `id_` makes it recognisable when the operation is repeated; else it is new each time."""
        now, event_id = self._clock.now(), id_ or self._ids.new()
        detail = {
            "id": event_id,
            "at": now.isoformat(),
            "tenant": self._tenant,
            "correlationId": self.correlation_id,
            "data": data.model_dump(mode="json", by_alias=True) if isinstance(data, BaseModel) else data,
        }
        item = {
            "pk": event_id,
            "sk": NO_SORT,
            "type": event.name,
            "detail": json.dumps(detail, ensure_ascii=False, default=str),
            "at": now.isoformat(),
            "expiresAt": int((now + KEPT).timestamp()),
        }
        self._writes.append(Put(tables.OUTBOX, item))

    def discard(self) -> None:
        """Forget what was collected, to collect anew after a condition failed."""
        self._writes.clear()

    def commit(self, answer: dict[str, Any] | None = None) -> None:
        """Write all that was collected. `answer` (JSON: the HTTP layer keeps `{status, body}`) is what is remembered.

        Raises `AlreadyDoneError` if the same key was committed meanwhile, `ConditionFailedError` (positions as added)
        if an effect's condition did not hold.
        """
        writes = tuple(self._writes)
        if self._key:
            writes += (Put(tables.IDEMPOTENCY, self._record(answer or {}), when=ABSENT),)
        if not writes:
            return
        try:
            self._store.write(*writes)
        except ConditionFailedError as error:
            if (earlier := self.find() if self._key else None) is not None:
                raise AlreadyDoneError(earlier) from error
            raise
        self._writes.clear()

    def amend(self, answer: dict[str, Any]) -> None:
        """Remember another answer than was committed."""
        if self._key:
            self._store.write(Put(tables.IDEMPOTENCY, self._record(answer)))

    def _record(self, answer: dict[str, Any]) -> dict[str, Any]:
        return {
            "pk": self._key,
            "sk": NO_SORT,
            "fingerprint": self._fingerprint,
            "answer": json.dumps(answer, ensure_ascii=False, default=str),
            "expiresAt": int((self._clock.now() + KEPT).timestamp()),
        }
