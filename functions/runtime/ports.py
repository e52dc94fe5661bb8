"""The ports: what logic may ask of the world. Adapters to AWS are in `aws/`, fakes in tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Protocol

from contract.buckets import Bucket
from contract.queues import Queue
from contract.tables import Table
from functions.runtime.records import Item, Rows, Write


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...


class Ids(Protocol):
    """New identifiers."""

    def new(self) -> str:
        """Unique, sortable by time of creation, of `0-9a-z` (26 characters, a ULID in lower case)."""
        ...


class Store(Protocol):
    """The tables."""

    def get(self, table: Table, pk: str, sk: str = "-") -> Item | None:
        """One item, read consistently; None if there is none."""
        ...

    def get_many(self, table: Table, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Items by their keys (partition, sort), each read consistently, a hundred a call; those that there are."""
        ...

    def query(
        self,
        table: Table,
        pk: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        index: str = "",
        limit: int = 0,
        cursor: str = "",
        after: Item | None = None,
        newest_first: bool = False,
        attributes: tuple[str, ...] = (),
    ) -> Rows:
        """A partition's items in the order of the sort key; consistently, unless an `index` is asked.

        `prefix` of or `between` (inclusive) sort keys. `limit` 0: all of them, however many pages that takes.
        `after`: the item behind which to begin, which need be there no more; its keys are enough. `attributes`: what is
        read of each item beside its keys; empty: all of it.
        A cursor that is not one of ours raises `ValueError`.
        """
        ...

    def scan(self, table: Table, *, part: int = 0, of: int = 1) -> Iterator[Item]:
        """The items of a table, or of one of its `of` parts, in no order; what has just changed may be seen or not."""
        ...

    def write(self, *writes: Write) -> None:
        """All or none (at most 100). Raises `ConditionFailedError`, or `ContentionError` after some tries."""
        ...


@dataclass(frozen=True)
class PresignedRequest:
    """A request that whoever holds it may send until it expires."""

    method: str
    url: str
    headers: Mapping[str, str]


class Objects(Protocol):
    """The buckets."""

    def get(self, bucket: Bucket, key: str) -> bytes | None:
        """The bytes; None if there is no such object."""
        ...

    def open(self, bucket: Bucket, key: str) -> BinaryIO:
        """The bytes as a file in which one may seek: what is read is asked for when it is read, and all of it is of
        one and the same object. Of an object that is not there, no bytes."""
        ...

    def put(self, bucket: Bucket, key: str, body: bytes | BinaryIO, content_type: str, *, caching: str = "") -> None:
        """Write an object; of a file what is left of it. `caching`: what browsers are told, as in `Cache-Control`."""
        ...

    def delete(self, bucket: Bucket, key: str) -> None:
        """Delete an object; one that is gone is no error."""
        ...

    def presign_get(self, bucket: Bucket, key: str, *, filename: str, content_type: str, expires: timedelta) -> str:
        """A link that downloads the object under that name."""
        ...

    def presign_put(self, bucket: Bucket, key: str, *, content_type: str, expires: timedelta) -> PresignedRequest:
        """A request that writes the object."""
        ...


class TokenGoneError(Exception):
    """Nobody waits on this task token any more: answered already, timed out, or its execution ended."""


class ExecutionGoneError(Exception):
    """There is no such execution, or it has ended."""


@dataclass(frozen=True)
class Execution:
    """An execution as Step Functions describes it. `status`: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED."""

    arn: str
    status: str
    started: datetime
    stopped: datetime | None
    input: Mapping[str, Any]
    output: Mapping[str, Any] | None
    error: str
    cause: str


@dataclass(frozen=True)
class MachineVersion:
    """A published version of a machine."""

    arn: str
    created: datetime


class TooManyVersionsError(Exception):
    """The machine has as many versions as Step Functions keeps."""


class Machines(Protocol):
    """Step Functions."""

    def deploy(self, name: str, definition: Mapping[str, Any], *, description: str) -> str:
        """Make or update the machine `name` (logical) and publish a version; answers the version's ARN.

        Raises `TooManyVersionsError`.
        """
        ...

    def start(self, machine_arn: str, name: str, input_: Mapping[str, Any]) -> str:
        """Start an execution; answers its ARN. Again with the same name and input: the same ARN, even if it ended."""
        ...

    def stop(self, execution_arn: str, cause: str) -> None:
        """Stop an execution; one that has ended stays as it is."""
        ...

    def answer(self, token: str, output: Mapping[str, Any]) -> None:
        """Answer a task token with success. Raises `TokenGoneError`."""
        ...

    def fail(self, token: str, error: str, cause: str) -> None:
        """Fail a task token: an error name (at most 256 characters), a cause (32,768). Raises `TokenGoneError`."""
        ...

    def waits_for(self, token: str) -> bool:
        """Whether an execution still waits on the task token. It costs nothing and leaves nothing in the history."""
        ...

    def describe(self, execution_arn: str) -> Execution:
        """Raises `ExecutionGoneError` if there is none."""
        ...

    def definition(self, execution_arn: str) -> Mapping[str, Any]:
        """The definition that an execution runs. Raises `ExecutionGoneError` if there is none."""
        ...

    def history(
        self, execution_arn: str, *, after: int = 0, since: datetime | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """All events with an id above `after` and not before `since`, in order, in the shape of GetExecutionHistory."""
        ...

    def list_machines(self) -> Sequence[str]:
        """The ARNs of all machines of the tenant."""
        ...

    def list_started(self, machine_arn: str, since: datetime) -> Sequence[tuple[str, datetime]]:
        """The ARNs of a machine's executions that began at a moment or later, each with its beginning, newest first;
        none if there is no such machine."""
        ...

    def list_running(self, machine_arn: str) -> Sequence[str]:
        """The ARNs of a machine's running executions; none if there is no such machine."""
        ...

    def remove(self, machine_arn: str) -> None:
        """Delete a machine with all its versions; one that is gone is no error."""
        ...

    def list_versions(self, version_arn: str) -> Sequence[MachineVersion]:
        """All versions of the machine of a version."""
        ...

    def is_running(self, version_arn: str) -> bool:
        """Whether an execution of a machine's version runs."""
        ...

    def remove_version(self, version_arn: str) -> None:
        """Delete one version of a machine; one that is gone is no error. Its executions go on."""
        ...


class Timers(Protocol):
    """Times at which something is to happen. Nothing but the queue tells of them."""

    def set(self, name: str, due: datetime, queue: Queue, body: Mapping[str, Any]) -> None:
        """Send the body to the queue when the time has come; nothing if the timer is set already.

        `name`: at most 64 characters of `0-9A-Za-z-_.`, never used again for another time.
        """
        ...

    def remove(self, name: str) -> None:
        """Take a timer away; one that is gone is no error."""
        ...


class Signer(Protocol):
    """An HMAC key that nobody can read."""

    def sign(self, message: bytes) -> bytes:
        """The message's authentication code."""
        ...

    def verify(self, message: bytes, mac: bytes) -> bool:
        """Whether the code is the message's."""
        ...


@dataclass(frozen=True)
class WebAnswer:
    """What another system answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WebUnavailableError(Exception):
    """The other system could not be reached, or did not answer in time."""


class WebRefusedError(Exception):
    """The URL is none, or the answer is larger than what is read. Asking again is of no use."""


class Web(Protocol):
    """Other systems over HTTP. Redirects are not followed."""

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: timedelta
    ) -> WebAnswer:
        """Raises `WebUnavailableError` or `WebRefusedError`."""
        ...


@dataclass(frozen=True)
class PublishedEvent:
    """An event for the bus. `detail` is JSON text."""

    id: str
    name: str
    detail: str
    at: datetime


class Bus(Protocol):
    """The tenant's event bus."""

    def publish(self, events: Sequence[PublishedEvent]) -> tuple[str, ...]:
        """Put the events on the bus; answers the ids of those that were not taken."""
        ...


@dataclass(frozen=True)
class Connection:
    """Another system that the tenant declared. Requests to `url` (a prefix) go to `target`, which is `url` on AWS."""

    name: str
    url: str
    target: str


@dataclass(frozen=True)
class Settings:
    """What a function is told about where it runs."""

    tenant: str
    function: str
    public_url: str
    """Where the API and the console are, without a slash at the end."""
    connections: tuple[Connection, ...] = ()
    languages: tuple[str, ...] = ("en",)
    media_url: str = ""
    """Where media are served, without a slash at the end; told to those who show them."""
    token_issuer: str = ""
    """The user pool's issuer URL; told to the function that checks tokens itself."""


@dataclass(frozen=True)
class Ports:
    """All ports of one function."""

    store: Store
    objects: Objects
    machines: Machines
    timers: Timers
    signer: Signer
    web: Web
    bus: Bus
    clock: Clock
    ids: Ids
    settings: Settings
    pause: Callable[[float], None]
    """Let seconds pass because nothing is there yet: for long polls. Nothing else waits for them meanwhile."""
