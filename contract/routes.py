"""The routes of the API: method, path, who may call, what goes in and out. OpenAPI, hosts and handlers read this."""

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel

from contract import errors
from contract.auth import Access, CaseLink, Public, Scope
from contract.errors import ErrorCode
from contract.shapes import catalogue, common, decisions, instances, jobs, market, processes, quotes, work

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
MAX_BODY_BYTES: Final = 4 * 1024 * 1024
"""Larger requests are refused with 413 and go through /uploads."""


@dataclass(frozen=True)
class Route:
    """A route. `body` None: no body, or one that is not JSON (`consumes`). `answer` None: not JSON (`produces`)."""

    method: Method
    path: str
    access: Access
    summary: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    consumes: tuple[str, ...] = ("application/json",)
    produces: str = "application/json"
    errors: tuple[ErrorCode, ...] = ()
    idempotent: bool = False
    """Takes an `Idempotency-Key` header."""

    @property
    def key(self) -> str:
        """API Gateway's route key.

        >>> GET_INSTANCE.key
        'GET /instances/{id}'
        """
        return f"{self.method} {self.path}"


_XML: Final = "application/xml"
_MARKET: Final = Public(per_second=50, burst=100)
_DESIGN, _DRAFT, _APPROVE = Scope("catalogue:read"), Scope("catalogue:write"), Scope("catalogue:approve")
_VERSION: Final = "/catalogue/{collection}/{id}/versions/{n}"
_MOVED: Final = (errors.NOT_FOUND, errors.CONFLICT, errors.STALE)
_CUSTOMERS: Final = Scope("customers:write")
_QUOTES: Final = Scope("quotes:read")

DEPLOY: Final = Route(
    "POST", "/processes", Scope("processes:write"), "Compile and deploy BPMN with what belongs to it",
    answer=processes.Deployment, status=201, consumes=(_XML, "text/xml", "multipart/form-data"),
    errors=(errors.PROCESS_REFUSED, errors.CONFLICT, errors.TOO_LARGE, errors.UNSUPPORTED_MEDIA_TYPE), idempotent=True,
)  # fmt: skip
LIST_PROCESSES: Final = Route(
    "GET", "/processes", Scope("processes:read"), "List the deployed processes",
    query=processes.ProcessesQuery, answer=common.Page[processes.ProcessItem],
)  # fmt: skip
GET_PROCESS: Final = Route(
    "GET", "/processes/{id}", Scope("processes:read"), "Read a process and its versions",
    query=processes.ProcessQuery, answer=processes.ProcessItem, errors=(errors.NOT_FOUND,),
)  # fmt: skip
GET_BPMN: Final = Route(
    "GET", "/processes/{id}/bpmn", Scope("processes:read"), "Read the BPMN, byte for byte as it was deployed",
    query=processes.ProcessQuery, produces=_XML, errors=(errors.NOT_FOUND,),
)  # fmt: skip
GET_ASL: Final = Route(
    "GET", "/processes/{id}/asl", Scope("processes:read"), "Read the compiled state machines by name",
    query=processes.ProcessQuery, errors=(errors.NOT_FOUND,),
)  # fmt: skip
GET_REPORT: Final = Route(
    "GET", "/processes/{id}/report", Scope("processes:read"), "Read the compile report",
    query=processes.ProcessQuery, errors=(errors.NOT_FOUND,),
)  # fmt: skip
NEW_UPLOAD: Final = Route(
    "POST", "/uploads", Scope("processes:write"), "Ask where to upload a file that compiles by itself",
    body=processes.NewUpload, answer=processes.Upload, status=201, idempotent=True,
)  # fmt: skip
GET_UPLOAD: Final = Route(
    "GET", "/uploads/{id}", Scope("processes:write"), "Ask how far an upload is",
    answer=processes.UploadStatus, errors=(errors.NOT_FOUND,),
)  # fmt: skip

START_INSTANCE: Final = Route(
    "POST", "/processes/{id}/instances", Scope("instances:start"), "Start an instance of a process",
    body=instances.StartInstance, answer=instances.StartedInstance, status=201, idempotent=True,
    errors=(errors.NOT_FOUND,),
)  # fmt: skip
LIST_INSTANCES: Final = Route(
    "GET", "/instances", Scope("instances:read"), "List instances, newest first",
    query=instances.InstancesQuery, answer=common.Page[instances.InstanceItem],
)  # fmt: skip
GET_INSTANCE: Final = Route(
    "GET", "/instances/{id}", CaseLink("instances:read"), "Read an instance",
    answer=instances.Instance, errors=(errors.NOT_FOUND,),
)  # fmt: skip
GET_HISTORY: Final = Route(
    "GET", "/instances/{id}/history", Scope("instances:read"), "Read the path of an instance",
    answer=instances.History, errors=(errors.NOT_FOUND,),
)  # fmt: skip
CANCEL_INSTANCE: Final = Route(
    "POST", "/instances/{id}/cancel", Scope("instances:operate"), "Cancel an instance",
    answer=instances.Instance, errors=(errors.NOT_FOUND, errors.CONFLICT),
)  # fmt: skip
RESOLVE_INCIDENT: Final = Route(
    "POST", "/instances/{id}/incidents/{incidentId}/resolve", Scope("instances:operate"), "Retry or skip a failed step",
    body=instances.ResolveIncident, answer=instances.Instance, idempotent=True,
    errors=(errors.NOT_FOUND, errors.CONFLICT),
)  # fmt: skip
RESOLVE_INCIDENTS: Final = Route(
    "POST", "/incidents/resolve", Scope("instances:operate"), "Retry or skip a failed step in many instances",
    body=instances.ResolveIncidents, answer=common.Page[instances.ResolvedIncident], idempotent=True,
)  # fmt: skip
PUBLISH_MESSAGE: Final = Route(
    "POST", "/messages", Scope("messages:write"), "Publish a message to whoever waits for it",
    body=instances.PublishMessage, answer=instances.MessageResult, status=202, idempotent=True,
)  # fmt: skip
BROADCAST_SIGNAL: Final = Route(
    "POST", "/signals", Scope("messages:write"), "Broadcast a signal to all that wait for it",
    body=instances.BroadcastSignal, answer=instances.SignalResult, status=202, idempotent=True,
)  # fmt: skip
EVALUATE_CONDITIONS: Final = Route(
    "POST", "/conditions", Scope("messages:write"), "Start the processes whose conditions the variables meet",
    body=instances.EvaluateConditions, answer=instances.ConditionsResult, status=202, idempotent=True,
    errors=(errors.NOT_FOUND, errors.CONFLICT),
)  # fmt: skip

LIST_TASKS: Final = Route(
    "GET", "/tasks", CaseLink("tasks:read"), "List open tasks",
    query=work.TasksQuery, answer=common.Page[work.TaskItem],
)  # fmt: skip
GET_TASK: Final = Route(
    "GET", "/tasks/{id}", CaseLink("tasks:read"), "Read a task with its form and variables",
    answer=work.Task, errors=(errors.NOT_FOUND,),
)  # fmt: skip
CLAIM_TASK: Final = Route(
    "POST", "/tasks/{id}/claim", Scope("tasks:work"), "Claim a task for the caller",
    answer=work.TaskItem, errors=(errors.NOT_FOUND, errors.TASK_NOT_OPEN, errors.TASK_CLAIMED_BY_OTHER),
)  # fmt: skip
UNCLAIM_TASK: Final = Route(
    "POST", "/tasks/{id}/unclaim", Scope("tasks:work"), "Give a task back to its group",
    answer=work.TaskItem, errors=(errors.NOT_FOUND, errors.TASK_NOT_OPEN, errors.TASK_CLAIMED_BY_OTHER),
)  # fmt: skip
ASSIGN_TASK: Final = Route(
    "POST", "/tasks/{id}/assign", Scope("tasks:assign"), "Assign a task to a user",
    body=work.AssignTask, answer=work.TaskItem, errors=(errors.NOT_FOUND, errors.TASK_NOT_OPEN),
)  # fmt: skip
SAVE_DRAFT: Final = Route(
    "POST", "/tasks/{id}/draft", CaseLink("tasks:work"), "Keep a half-filled form",
    body=work.TaskVariables, answer=work.Task, errors=(errors.NOT_FOUND, errors.TASK_NOT_OPEN),
)  # fmt: skip
COMPLETE_TASK: Final = Route(
    "POST", "/tasks/{id}/complete", CaseLink("tasks:work"), "Complete a task",
    body=work.TaskVariables, answer=work.TaskItem, idempotent=True,
    errors=(errors.NOT_FOUND, errors.TASK_NOT_OPEN, errors.TASK_CLAIMED_BY_OTHER, errors.VALIDATION_FAILED),
)  # fmt: skip

ACTIVATE_JOBS: Final = Route(
    "POST", "/jobs/activate", Scope("jobs:work"), "Fetch and lock jobs of a type",
    body=jobs.ActivateJobs, answer=jobs.ActivatedJobs,
)  # fmt: skip
COMPLETE_JOB: Final = Route(
    "POST", "/jobs/{id}/complete", Scope("jobs:work"), "Complete a job",
    body=jobs.CompleteJob, answer=jobs.JobResult, idempotent=True,
    errors=(errors.NOT_FOUND, errors.JOB_NOT_LOCKED, errors.CONFLICT, errors.TOO_LARGE),
)  # fmt: skip
FAIL_JOB: Final = Route(
    "POST", "/jobs/{id}/fail", Scope("jobs:work"), "Report that a job failed: it is tried again, or is an incident",
    body=jobs.FailJob, answer=jobs.JobResult, idempotent=True,
    errors=(errors.NOT_FOUND, errors.JOB_NOT_LOCKED, errors.CONFLICT),
)  # fmt: skip
THROW_JOB_ERROR: Final = Route(
    "POST", "/jobs/{id}/error", Scope("jobs:work"), "Throw a BPMN error out of a job",
    body=jobs.ThrowJobError, answer=jobs.JobResult, idempotent=True,
    errors=(errors.NOT_FOUND, errors.JOB_NOT_LOCKED, errors.CONFLICT, errors.TOO_LARGE),
)  # fmt: skip
EXTEND_JOB: Final = Route(
    "POST", "/jobs/{id}/extend", Scope("jobs:work"), "Keep a job's lock for longer",
    body=jobs.ExtendJob, answer=jobs.JobResult, errors=(errors.NOT_FOUND, errors.JOB_NOT_LOCKED),
)  # fmt: skip

MODIFY_INSTANCE: Final = Route(
    "POST", "/instances/{id}/modify", Scope("instances:operate"), "Move tokens of a running instance",
    body=instances.ModifyInstance, answer=instances.Instance, idempotent=True,
    errors=(errors.NOT_FOUND, errors.CONFLICT, errors.MOVE_REFUSED, errors.TOO_LARGE),
)  # fmt: skip
RESTART_INSTANCE: Final = Route(
    "POST", "/instances/{id}/restart", Scope("instances:operate"), "Begin again before an element, as a new instance",
    body=instances.RestartInstance, answer=instances.StartedInstance, status=201, idempotent=True,
    errors=(errors.NOT_FOUND, errors.MOVE_REFUSED, errors.TOO_LARGE),
)  # fmt: skip
NEW_MIGRATION: Final = Route(
    "POST", "/migrations", Scope("instances:operate"), "Move running instances to another version of their process",
    body=instances.NewMigration, answer=instances.Migration, status=202, idempotent=True,
    errors=(errors.NOT_FOUND, errors.MOVE_REFUSED),
)  # fmt: skip
GET_MIGRATION: Final = Route(
    "GET", "/migrations/{id}", Scope("instances:read"), "Ask how far a migration is",
    answer=instances.Migration, errors=(errors.NOT_FOUND,),
)  # fmt: skip
LIST_MIGRATED: Final = Route(
    "GET", "/migrations/{id}/instances", Scope("instances:read"), "List what became of each instance of a migration",
    query=common.PageQuery, answer=common.Page[instances.MovedInstance], errors=(errors.NOT_FOUND,),
)  # fmt: skip

NEW_CASE_LINK: Final = Route(
    "POST", "/caselinks", Scope("caselinks:write"), "Make a link by which somebody without an account works a case",
    body=work.NewCaseLink, answer=work.IssuedCaseLink, status=201, errors=(errors.NOT_FOUND,), idempotent=True,
)  # fmt: skip
REVOKE_CASE_LINK: Final = Route(
    "DELETE", "/caselinks/{id}", Scope("caselinks:write"), "Revoke a case link",
    status=204, errors=(errors.NOT_FOUND,),
)  # fmt: skip

GET_DOCUMENT: Final = Route(
    "GET", "/documents/{id}", CaseLink("documents:read"), "Read a document's data and a link to its bytes",
    answer=work.Document, errors=(errors.NOT_FOUND,),
)  # fmt: skip
DEPLOY_DECISIONS: Final = Route(
    "POST", "/decisions", Scope("decisions:write"), "Deploy the decisions of a DMN file",
    query=processes.DecisionsQuery, answer=processes.DeployedDecisions, status=201, consumes=(_XML, "text/xml"),
    idempotent=True,
    errors=(errors.DECISION_REFUSED, errors.TOO_LARGE, errors.UNSUPPORTED_MEDIA_TYPE),
)  # fmt: skip
LIST_DECISIONS: Final = Route(
    "GET", "/decisions", Scope("decisions:read"), "List the deployed decisions",
    query=common.PageQuery, answer=common.Page[decisions.DecisionItem],
)  # fmt: skip
EVALUATE_DECISION: Final = Route(
    "POST", "/decisions/{id}/evaluate", Scope("decisions:read"), "Evaluate a decision, and record what it was asked",
    body=decisions.EvaluateDecision, answer=decisions.DecisionOutcome,
    errors=(errors.NOT_FOUND, errors.EVALUATION_REFUSED),
)  # fmt: skip
EVALUATE_DECISION_BATCH: Final = Route(
    "POST", "/decisions/{id}/evaluate-batch", Scope("decisions:read"), "Evaluate a decision over many inputs",
    body=decisions.EvaluateDecisionBatch, answer=decisions.DecisionBatch,
    errors=(errors.NOT_FOUND, errors.EVALUATION_REFUSED),
)  # fmt: skip
COMPARE_DECISION: Final = Route(
    "POST", "/decisions/{id}/compare", Scope("decisions:write"), "Compare two versions over inputs, or over a period",
    body=decisions.CompareDecision, answer=decisions.DecisionComparison,
    errors=(errors.NOT_FOUND, errors.DECISION_REFUSED),
)  # fmt: skip
LIST_INSTANCE_DECISIONS: Final = Route(
    "GET", "/instances/{id}/decisions", Scope("instances:read"), "List what was decided for an instance, and on what",
    query=common.PageQuery, answer=common.Page[decisions.InstanceDecision], errors=(errors.NOT_FOUND,),
)  # fmt: skip
GET_FUNNEL: Final = Route(
    "GET", "/analytics/funnel", Scope("analytics:read"), "Count the instances that reached each element",
    query=work.FunnelQuery, answer=work.Funnel, errors=(errors.NOT_FOUND,),
)  # fmt: skip
LIST_ENTRIES: Final = Route(
    "GET", "/catalogue/{collection}", _DESIGN, "List the entries of a collection",
    query=catalogue.EntriesQuery, answer=common.Page[catalogue.EntryItem], errors=(errors.NOT_FOUND,),
)  # fmt: skip
NEW_ENTRY: Final = Route(
    "POST", "/catalogue/{collection}", _DRAFT, "Draft a new entry",
    body=catalogue.NewEntry, answer=catalogue.EntryVersion, status=201, idempotent=True,
    errors=(errors.NOT_FOUND, errors.CONFLICT),
)  # fmt: skip
GET_ENTRY: Final = Route(
    "GET", "/catalogue/{collection}/{id}", _DESIGN, "Read an entry and its versions",
    answer=catalogue.Entry, errors=(errors.NOT_FOUND,),
)  # fmt: skip
NEW_VERSION: Final = Route(
    "POST", "/catalogue/{collection}/{id}/versions", _DRAFT, "Draft a new version of an entry",
    body=catalogue.NewVersion, answer=catalogue.EntryVersion, status=201, idempotent=True,
    errors=(errors.NOT_FOUND, errors.CONFLICT),
)  # fmt: skip
GET_VERSION: Final = Route(
    "GET", _VERSION, _DESIGN, "Read a version of an entry",
    answer=catalogue.EntryVersion, errors=(errors.NOT_FOUND,),
)  # fmt: skip
SAVE_VERSION: Final = Route(
    "PUT", _VERSION, _DRAFT, "Change a draft",
    body=catalogue.SaveVersion, answer=catalogue.EntryVersion, errors=_MOVED, idempotent=True,
)  # fmt: skip
DELETE_VERSION: Final = Route("DELETE", _VERSION, _DRAFT, "Delete a draft", status=204, errors=_MOVED)
SUBMIT_VERSION: Final = Route(
    "POST", f"{_VERSION}/submit", _DRAFT, "Hand a draft in for review",
    body=catalogue.MoveVersion, answer=catalogue.VersionItem, errors=_MOVED, idempotent=True,
)  # fmt: skip
WITHDRAW_VERSION: Final = Route(
    "POST", f"{_VERSION}/withdraw", _DRAFT, "Take a version back before it is published, or its retiring before it is",
    body=catalogue.MoveVersion, answer=catalogue.VersionItem, errors=_MOVED, idempotent=True,
)  # fmt: skip
APPROVE_VERSION: Final = Route(
    "POST", f"{_VERSION}/approve", _APPROVE, "Approve a version that somebody else has drafted",
    body=catalogue.MoveVersion, answer=catalogue.VersionItem, errors=(*_MOVED, errors.FOUR_EYES), idempotent=True,
)  # fmt: skip
REJECT_VERSION: Final = Route(
    "POST", f"{_VERSION}/reject", _APPROVE, "Give a version back to whoever drafted it",
    body=catalogue.RejectVersion, answer=catalogue.VersionItem, errors=_MOVED, idempotent=True,
)  # fmt: skip
PUBLISH_VERSION: Final = Route(
    "POST", f"{_VERSION}/publish", _APPROVE, "Publish an approved version, now or at a time",
    body=catalogue.TimedMove, answer=catalogue.VersionItem, errors=_MOVED, idempotent=True,
)  # fmt: skip
RETIRE_VERSION: Final = Route(
    "POST", f"{_VERSION}/retire", _APPROVE, "Retire the published version, now or at a time",
    body=catalogue.TimedMove, answer=catalogue.VersionItem, errors=_MOVED, idempotent=True,
)  # fmt: skip
DIFF_VERSIONS: Final = Route(
    "GET", "/catalogue/{collection}/{id}/diff", _DESIGN, "Compare two versions of an entry",
    query=catalogue.DiffQuery, answer=catalogue.Diff, errors=(errors.NOT_FOUND,),
)  # fmt: skip
LIST_CHANGES: Final = Route(
    "GET", "/catalogue/{collection}/{id}/history", _DESIGN, "List who changed what of an entry, newest first",
    query=common.PageQuery, answer=common.Page[catalogue.HistoryItem], errors=(errors.NOT_FOUND,),
)  # fmt: skip
NEW_RELEASE: Final = Route(
    "POST", "/catalogue/releases", _APPROVE, "Publish and retire several entries together",
    body=catalogue.NewRelease, answer=catalogue.Release, status=201, idempotent=True,
    errors=(errors.NOT_FOUND, errors.CONFLICT),
)  # fmt: skip
NEW_IMPORT: Final = Route(
    "POST", "/catalogue/import", _DRAFT, "Ask where to send a file of entries, or of changes, that imports itself",
    body=catalogue.NewImport, answer=catalogue.Job, status=201, idempotent=True,
)  # fmt: skip
NEW_EXPORT: Final = Route(
    "POST", "/catalogue/export", _DESIGN, "Export entries as an archive",
    body=catalogue.NewExport, answer=catalogue.Job, status=202, idempotent=True,
)  # fmt: skip
GET_JOB: Final = Route(
    "GET", "/catalogue/jobs/{id}", _DESIGN, "Ask how far an import or export is",
    query=common.PageQuery, answer=catalogue.Job, errors=(errors.NOT_FOUND,),
)  # fmt: skip
APPROVE_JOB: Final = Route(
    "POST", "/catalogue/jobs/{id}/approve", _APPROVE, "Approve that what somebody else imports is published",
    answer=catalogue.Job, errors=(errors.NOT_FOUND, errors.CONFLICT, errors.FOUR_EYES), idempotent=True,
)  # fmt: skip
NEW_MEDIA: Final = Route(
    "POST", "/catalogue/media", _DRAFT, "Ask where to send an image or file that entries show",
    body=catalogue.NewMedia, answer=catalogue.MediaItem, status=201, idempotent=True, errors=(errors.CONFLICT,),
)  # fmt: skip
LIST_MEDIA: Final = Route(
    "GET", "/catalogue/media", _DESIGN, "List images and files",
    query=common.PageQuery, answer=common.Page[catalogue.MediaItem],
)  # fmt: skip
GET_MEDIA: Final = Route(
    "GET", "/catalogue/media/{id}", _DESIGN, "Read an image or file",
    answer=catalogue.MediaItem, errors=(errors.NOT_FOUND,),
)  # fmt: skip
DELETE_MEDIA: Final = Route(
    "DELETE", "/catalogue/media/{id}", _DRAFT, "Delete an image or file that nothing published shows",
    status=204, errors=(errors.NOT_FOUND, errors.CONFLICT),
)  # fmt: skip
LIST_OFFERS: Final = Route(
    "GET", "/market/offers", _MARKET, "List what this customer may buy here and now",
    query=market.OffersQuery, answer=common.Page[market.Offer],
)  # fmt: skip
GET_OFFER: Final = Route(
    "GET", "/market/offers/{id}", _MARKET, "Read an offer",
    query=market.OfferQuery, answer=market.Offer, errors=(errors.NOT_FOUND,),
)  # fmt: skip
COMPARE_OFFERS: Final = Route(
    "GET", "/market/compare", _MARKET, "Compare offers feature by feature",
    query=market.CompareQuery, answer=market.Comparison, errors=(errors.NOT_FOUND,),
)  # fmt: skip
EXPLAIN_OFFER: Final = Route(
    "GET", "/market/offers/{id}/why", Scope("catalogue:read"), "Explain why something is offered to a customer or not",
    query=market.OfferQuery, answer=market.Why, errors=(errors.NOT_FOUND,),
)  # fmt: skip
PREVIEW_OFFER: Final = Route(
    "GET", "/market/offers/{id}/preview", Scope("catalogue:read"), "Show a version that is not published as an offer",
    query=market.PreviewQuery, answer=market.Offer, errors=(errors.NOT_FOUND,),
)  # fmt: skip
LIST_PAGES: Final = Route(
    "GET", "/market/pages", _MARKET, "List the pages, banners and articles for this customer",
    query=market.PagesQuery, answer=common.Page[market.ContentPage],
)  # fmt: skip
GET_PAGE: Final = Route(
    "GET", "/market/pages/{id}", _MARKET, "Read a page",
    query=market.OfferQuery, answer=market.ContentPage, errors=(errors.NOT_FOUND,),
)  # fmt: skip
PREVIEW_PAGE: Final = Route(
    "GET", "/market/pages/{id}/preview", Scope("catalogue:read"), "Show a version of a page that is not published",
    query=market.PreviewQuery, answer=market.ContentPage, errors=(errors.NOT_FOUND,),
)  # fmt: skip
SAVE_CUSTOMER: Final = Route(
    "PUT", "/market/customers/{id}", _CUSTOMERS, "Keep what is known of a customer",
    body=market.SaveCustomer, answer=market.Customer, errors=(errors.CONFLICT, errors.TOO_LARGE),
)  # fmt: skip
GET_CUSTOMER: Final = Route(
    "GET", "/market/customers/{id}", _CUSTOMERS, "Read what is known of a customer",
    answer=market.Customer, errors=(errors.NOT_FOUND,),
)  # fmt: skip
ERASE_CUSTOMER: Final = Route(
    "DELETE", "/market/customers/{id}", _CUSTOMERS, "Erase what is known of a customer, in quotes too", status=204,
    errors=(errors.NOT_FOUND,),
)  # fmt: skip
SIMULATE_OFFER: Final = Route(
    "POST", "/market/offers/{id}/simulate", _MARKET, "Run a calculator of a product",
    body=market.SimulateOffer, answer=market.Simulation, errors=(errors.NOT_FOUND, errors.CONFLICT),
)  # fmt: skip
NEW_QUOTE: Final = Route(
    "POST", "/market/quotes", Scope("quotes:write"), "Configure and price products, or a package, for a customer",
    body=quotes.NewQuote, answer=quotes.Quote, status=201, idempotent=True,
    errors=(errors.NOT_FOUND, errors.TOO_LARGE),
)  # fmt: skip
LIST_QUOTES: Final = Route(
    "GET", "/market/quotes", _QUOTES, "List quotes, those first that were changed last",
    query=quotes.QuotesQuery, answer=common.Page[quotes.QuoteItem],
)  # fmt: skip
GET_QUOTE: Final = Route(
    "GET", "/market/quotes/{id}", CaseLink("quotes:read"), "Read a quote",
    answer=quotes.Quote, errors=(errors.NOT_FOUND,),
)  # fmt: skip
LIST_QUOTE_VERSIONS: Final = Route(
    "GET", "/market/quotes/{id}/versions", _QUOTES, "List the versions of a quote, the newest first",
    query=common.PageQuery, answer=common.Page[quotes.QuoteItem], errors=(errors.NOT_FOUND,),
)  # fmt: skip
GET_QUOTE_VERSION: Final = Route(
    "GET", "/market/quotes/{id}/versions/{n}", _QUOTES, "Read a version of a quote as it was made",
    answer=quotes.Quote, errors=(errors.NOT_FOUND,),
)  # fmt: skip
CHANGE_QUOTE: Final = Route(
    "PUT", "/market/quotes/{id}", CaseLink("quotes:write"), "Configure a quote anew, as its next version",
    body=quotes.ChangeQuote, answer=quotes.Quote, idempotent=True, errors=(*_MOVED, errors.TOO_LARGE),
)  # fmt: skip
ACCEPT_QUOTE: Final = Route(
    "POST", "/market/quotes/{id}/accept", CaseLink("quotes:write"), "Accept a quote: the sale starts, once",
    body=quotes.AcceptQuote, answer=quotes.Quote, idempotent=True, errors=_MOVED,
)  # fmt: skip
APPROVE_QUOTE: Final = Route(
    "POST", "/market/quotes/{id}/approve", Scope("quotes:approve"), "Approve the discounts of a quote",
    body=quotes.DecideQuote, answer=quotes.Quote, idempotent=True, errors=(*_MOVED, errors.FOUR_EYES),
)  # fmt: skip
REJECT_QUOTE: Final = Route(
    "POST", "/market/quotes/{id}/reject", Scope("quotes:approve"), "Refuse the discounts of a quote",
    body=quotes.DecideQuote, answer=quotes.Quote, idempotent=True, errors=(*_MOVED, errors.FOUR_EYES),
)  # fmt: skip
LINK_QUOTE: Final = Route(
    "POST", "/market/quotes/{id}/link", Scope("quotes:write"), "Make a link by which a quote goes on elsewhere",
    body=quotes.NewQuoteLink, answer=work.IssuedCaseLink, status=201, idempotent=True, errors=(errors.NOT_FOUND,),
)  # fmt: skip
LIST_TMF620: Final = Route(
    "GET", "/tmf-api/productCatalogManagement/v5/{resource}", Scope("market:read"), "List resources of TMF620 v5",
    query=market.TmfQuery, errors=(errors.NOT_FOUND,),
)  # fmt: skip
GET_TMF620: Final = Route(
    "GET", "/tmf-api/productCatalogManagement/v5/{resource}/{id}", Scope("market:read"), "Read a resource of TMF620 v5",
    query=market.TmfQuery, errors=(errors.NOT_FOUND,),
)  # fmt: skip
GET_OPENAPI: Final = Route("GET", "/openapi.json", Public(10, 20), "Read this API's OpenAPI 3.1 description")
GET_DOCS: Final = Route("GET", "/docs", Public(10, 20), "Browse this API", produces="text/html")

ALL: Final = tuple(value for value in list(globals().values()) if isinstance(value, Route))
