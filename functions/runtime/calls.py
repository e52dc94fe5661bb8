"""Who calls, and what with: one validated value per request, made from API Gateway's HTTP API v2 event."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    from functions.runtime.unit import Unit


@dataclass(frozen=True)
class LinkGrant:
    """What a link allows: one instance, one task of it, or one quote."""

    link_id: str
    instance_id: str
    task_id: str = ""
    quote_id: str = ""

    def covers_instance(self, instance_id: str) -> bool:
        """Whether the link shows this instance."""
        return instance_id == self.instance_id

    def covers_quote(self, quote_id: str) -> bool:
        """Whether the link opens this quote."""
        return quote_id == self.quote_id

    def covers_task(self, task_id: str, instance_id: str) -> bool:
        """Whether the link may work this task: the one it names, or any of its instance if it names none."""
        return instance_id == self.instance_id and self.task_id in ("", task_id)


@dataclass(frozen=True)
class Caller:
    """The caller: a user or client with scopes, the holder of a case link, or anybody (`subject` empty)."""

    subject: str = ""
    user: str = ""
    groups: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    link: LinkGrant | None = None


@dataclass(frozen=True)
class Call:
    """One request. `body` and `query` are instances of the route's models; `raw` are the body's bytes."""

    caller: Caller
    path: dict[str, str]
    unit: "Unit"
    correlation_id: str
    body: Any = None
    query: Any = None
    raw: bytes = b""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    query_string: str = ""
    """The query as it was sent, for those to whom order and doubled names mean something."""
    status: int = 200
    """The status that the route answers with."""

    def commit(self, answer: BaseModel) -> None:
        """Write what the unit collected and remember this answer for the same idempotency key."""
        self.unit.commit({"status": self.status, "body": answer.model_dump(mode="json", by_alias=True)})

    def amend(self, answer: BaseModel) -> None:
        """Remember another answer for the same key: more is known than when the unit was committed."""
        self.unit.amend({"status": self.status, "body": answer.model_dump(mode="json", by_alias=True)})


@dataclass(frozen=True)
class Answer:
    """An answer that is not simply the route's shape: raw bytes, or a status of its own."""

    body: bytes | str | BaseModel | dict[str, Any]
    content_type: str = "application/json"
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
