"""The events on the tenant's bus, and which queue hears which."""

from dataclasses import dataclass
from typing import Final

from contract import queues
from contract.queues import Queue

BUS: Final = "platform"
SOURCE: Final = "dpc"


@dataclass(frozen=True)
class Event:
    """An event type. `name` is the EventBridge detail-type; `queues` hear it through one rule each."""

    name: str
    queues: tuple[Queue, ...] = ()


PROCESS_PUBLISHED: Final = Event("ProcessPublished")
PRODUCT_PUBLISHED: Final = Event("ProductPublished")
INSTANCE_REQUESTED: Final = Event("InstanceRequested", queues=(queues.INSTANCE_REQUESTS,))
INSTANCE_ENDED: Final = Event("InstanceEnded")
INSTANCE_CANCELLED: Final = Event("InstanceCancelled", queues=(queues.INSTANCE_REQUESTS,))
INSTANCE_MOVED: Final = Event("InstanceMoveRequested", queues=(queues.INSTANCE_MOVES,))
MIGRATION_REQUESTED: Final = Event("MigrationRequested", queues=(queues.INSTANCE_MOVES,))
ELEMENT_PASSED: Final = Event("ElementPassed", queues=(queues.ELEMENT_EVENTS,))
INCIDENT_RESOLVED: Final = Event("IncidentResolved")
MESSAGE_PUBLISHED: Final = Event("MessagePublished")
TASK_CLAIMED: Final = Event("TaskClaimed")
TASK_COMPLETED: Final = Event("TaskCompleted")
DOCUMENT_RENDERED: Final = Event("DocumentRendered")
DECISION_PUBLISHED: Final = Event("DecisionPublished")
ENTRY_CHANGED: Final = Event("EntryChanged")
ENTRY_SUBMITTED: Final = Event("EntrySubmitted")
ENTRY_APPROVED: Final = Event("EntryApproved")
ENTRY_REJECTED: Final = Event("EntryRejected")
ENTRY_SCHEDULED: Final = Event("EntryScheduled", queues=(queues.CATALOGUE_TURNS,))
CATALOGUE_PUBLISHED: Final = Event("CataloguePublished", queues=(queues.CATALOGUE_SNAPSHOTS,))
ENTRY_RETIRED: Final = Event("EntryRetired")
CATALOGUE_TURN_FAILED: Final = Event("CatalogueTurnFailed")
CATALOGUE_JOB_REQUESTED: Final = Event("CatalogueJobRequested", queues=(queues.CATALOGUE_TURNS,))
IMPORT_FINISHED: Final = Event("ImportFinished")
EXPORT_FINISHED: Final = Event("ExportFinished")
LINK_ISSUED: Final = Event("CaseLinkIssued")
LINK_REVOKED: Final = Event("CaseLinkRevoked")

QUOTE_CREATED: Final = Event("QuoteCreated")
QUOTE_CHANGED: Final = Event("QuoteChanged")
QUOTE_APPROVED: Final = Event("QuoteApproved")
QUOTE_REJECTED: Final = Event("QuoteRejected")
QUOTE_ACCEPTED: Final = Event("QuoteAccepted")

ALL: Final = (
    PROCESS_PUBLISHED,
    PRODUCT_PUBLISHED,
    INSTANCE_REQUESTED,
    INSTANCE_ENDED,
    INSTANCE_CANCELLED,
    INSTANCE_MOVED,
    MIGRATION_REQUESTED,
    ELEMENT_PASSED,
    INCIDENT_RESOLVED,
    MESSAGE_PUBLISHED,
    TASK_CLAIMED,
    TASK_COMPLETED,
    DOCUMENT_RENDERED,
    DECISION_PUBLISHED,
    ENTRY_CHANGED,
    ENTRY_SUBMITTED,
    ENTRY_APPROVED,
    ENTRY_REJECTED,
    ENTRY_SCHEDULED,
    CATALOGUE_PUBLISHED,
    ENTRY_RETIRED,
    CATALOGUE_TURN_FAILED,
    CATALOGUE_JOB_REQUESTED,
    IMPORT_FINISHED,
    EXPORT_FINISHED,
    LINK_ISSUED,
    LINK_REVOKED,
    QUOTE_CREATED,
    QUOTE_CHANGED,
    QUOTE_APPROVED,
    QUOTE_REJECTED,
    QUOTE_ACCEPTED,
)
