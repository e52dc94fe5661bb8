"""The DynamoDB tables. All have the string keys `pk` and `sk`, on-demand capacity, encryption and recovery."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Index:
    """A global secondary index that projects everything. Both keys are strings."""

    name: str
    partition: str
    sort: str


@dataclass(frozen=True)
class Table:
    """A table. `stream`: new and old images; `ttl`: the attribute (epoch seconds) after which an item goes;
    `personal`: its items are about one person each, whose id is their `pk`: deleting it erases them."""

    name: str
    indexes: tuple[Index, ...] = ()
    stream: bool = False
    ttl: str = ""
    personal: bool = False

    def index(self, name: str) -> Index:
        """The index of that name; KeyError if there is none."""
        return {i.name: i for i in self.indexes}[name]


REGISTRY: Final = Table("registry", indexes=(Index("byKind", "kind", "sortKey"),))
"""What is deployed: processes, decisions, forms, templates, deployments, uploads.

`PROCESS#<id>` / `CURRENT` and `V#<version, 8 digits>`; the same for `DECISION#`, `FORM#`, `TEMPLATE#`, `PRODUCT#`;
`DEPLOYMENT#<id>` / `-`; `UPLOAD#<id>` / `-`. The bytes are in the artifacts bucket. `CURRENT` items carry `kind` and
`sortKey` (the id), so that `byKind` lists what is current.
"""

INSTANCES: Final = Table(
    "instances",
    indexes=(
        Index("byEntity", "entity", "startedAt"),
        Index("byProcess", "processId", "startedAt"),
        Index("byBusinessKey", "businessKey", "startedAt"),
    ),
)
"""The read model. `<instance id>` / `INSTANCE` (the only items with `entity` = `instance`), `EL#<n>` element history,
`FLOW#<flow id>`, `FOLD#<execution>` (telemetry's state, with the events that came early). Telemetry's own: `COUNTS`,
`GAPS`, `WATCH#<shard>`, `SWEEP`: see docs/records.md."""

WAITS: Final = Table(
    "waits", indexes=(Index("byKind", "kind", "since"), Index("byJobType", "jobType", "since")), stream=True
)
"""Wait points: see docs/records.md. Written by the machines. `byJobType` holds the jobs alone."""

MESSAGES: Final = Table("messages", stream=True, ttl="expiresAt")
"""Subscriptions and published messages: see docs/records.md. Written by the machines and `correlation`."""

OUTBOX: Final = Table("outbox", stream=True, ttl="expiresAt")
"""Events on their way to the bus: `<event id>` / `-`. Written in the transaction of their effect."""

IDEMPOTENCY: Final = Table("idempotency", ttl="expiresAt")
"""`<function>#<operation>#<key>` / `-`: the answer that was given; consumers: `<function>#<event id>`."""

DOCUMENTS: Final = Table("documents", indexes=(Index("byInstance", "instanceId", "createdAt"),))
"""`<document id>` / `-`. The bytes are in the archive bucket."""

CATALOGUE: Final = Table("catalogue", indexes=(Index("byEntity", "entity", "sortKey"),))
"""The catalogue: see docs/records.md. `<KIND>#<id>` / `ENTRY` (`entity` = kind), `V#<version>`, `LOG#<ulid>`,
`USER#<kind>#<id>`; `HEAD` / `-`; `CHANGES#<thousand>` / `<revision>`. `STOCK#<promotion id>` / `-` (`entity` =
`stock`): how often a promotion was taken."""

ANALYTICS: Final = Table("analytics")
"""Hot aggregates: `FUNNEL#<process id>` / `<version, 8 digits>#<hour of the instance's start>#<element id>`."""

LINKS: Final = Table("links", ttl="expiresAt")
"""Case links: `<link id>` / `-`."""

EVALUATIONS: Final = Table("evaluations", indexes=(Index("byExecution", "execution", "sk"),), ttl="expiresAt")
"""What decisions were asked: `<decision id>#<day>` / `<time>#<id>`: see docs/records.md. What machines asked carries
`execution`, the name of theirs."""

CUSTOMERS: Final = Table("customers", personal=True)
"""What is known of customers: `<customer id>` / `-`: `features` (JSON), `key` (named by whoever asks for
this customer)."""

QUOTES: Final = Table(
    "quotes",
    indexes=(
        Index("byEntity", "entity", "changedAt"),
        Index("byState", "state", "changedAt"),
        Index("byCustomer", "customerId", "changedAt"),
    ),
    ttl="expiresAt",
)
"""Quotes: `<quote id>` / `-` how it stands (alone in the indexes), `V#<version, 8 digits>` what each version says: see
docs/records.md."""

ALL: Final = (
    REGISTRY,
    INSTANCES,
    WAITS,
    MESSAGES,
    OUTBOX,
    IDEMPOTENCY,
    DOCUMENTS,
    CATALOGUE,
    ANALYTICS,
    LINKS,
    EVALUATIONS,
    CUSTOMERS,
    QUOTES,
)
