"""The design side of the catalogue: entries, their versions, releases, history, differences."""

from typing import Annotated, Any, Literal

from pydantic import Field

from contract.shapes.common import Finding, GivenTime, PageQuery, Request, Shape, Time
from contract.shapes.processes import Upload

Collection = Literal["models", "dictionaries", "segments", "products", "packages", "promotions", "pages"]
"""What many of a kind are called."""
State = Literal["draft", "inReview", "approved", "scheduled", "published", "retired"]
Reason = Annotated[str, Field(max_length=2_000)]
Lock = Annotated[int, Field(ge=1)]
"""Rises with each change of a version: who names the one that was read learns of others' changes (`stale`)."""
LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
EntryId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]


class EntriesQuery(PageQuery):
    """Which entries of a collection. `state`: entries with a version in it; `q`: part of the id or a name."""

    state: State | None = None
    category: Annotated[str, Field(max_length=60)] = ""
    q: Annotated[str, Field(max_length=200)] = ""


class EntryItem(Shape):
    """An entry in a list. `live`: the published version; `open`: the one that is drafted, reviewed or approved."""

    id: str
    name: dict[str, str]
    category: str | None = None
    latest: int
    live: int | None = None
    open: int | None = None
    open_state: State | None = None
    changed_at: Time
    changed_by: str


class VersionItem(Shape):
    """A version without its body. `findings`: what its checks say now; with errors it cannot be submitted."""

    id: str
    version: int
    state: State
    lock: int
    editors: list[str]
    created_at: Time
    created_by: str
    changed_at: Time
    changed_by: str
    based_on: int | None = None
    submitted_by: str | None = None
    approved_by: str | None = None
    publish_at: Time | None = None
    retire_at: Time | None = None
    published_at: Time | None = None
    retired_at: Time | None = None
    reason: str | None = None
    """The words that came with its last change."""
    findings: list[Finding] = []


class Completeness(Shape):
    """How much of a product is there for a channel and a language. `missing`: JSON pointers of the body."""

    channel: str
    language: str
    percent: int
    missing: list[str]


class EntryVersion(VersionItem):
    """A version with its body. `completeness`: of products that are open, by channel and language."""

    body: dict[str, Any]
    completeness: list[Completeness] = []


class Entry(EntryItem):
    """An entry with its versions, the newest first."""

    versions: list[VersionItem]


class NewEntry(Request):
    """The first draft of an entry; its id is the body's."""

    body: dict[str, Any]
    reason: Reason = ""


class NewVersion(Request):
    """A new draft: with a body, or else with that of a version (`from`; the newest if none is named)."""

    from_: Annotated[int | None, Field(alias="from", ge=1)] = None
    body: dict[str, Any] | None = None
    reason: Reason = ""


class SaveVersion(Request):
    """The draft's body as it shall be, and the lock of the one that was edited: here, or as `If-Match`."""

    lock: Lock | None = None
    body: dict[str, Any]
    reason: Reason = ""


class MoveVersion(Request):
    """Another state for a version. `lock`: only if it has not changed since."""

    lock: Lock | None = None
    reason: Reason = ""


class RejectVersion(Request):
    """Back to whoever drafted it, with the words that say why."""

    lock: Lock | None = None
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]


class TimedMove(MoveVersion):
    """Publish or retire, at once or at a time to come."""

    at: GivenTime | None = None


class ReleaseEntry(Request):
    """An approved version that is to be published, or an entry that is to be retired (`retire`)."""

    collection: Collection
    id: EntryId
    version: Annotated[int, Field(ge=1)]
    retire: bool = False


class NewRelease(Request):
    """What goes live, and what goes, together: all of it or nothing."""

    entries: Annotated[list[ReleaseEntry], Field(min_length=1, max_length=20)]
    reason: Reason = ""


class ReleasedEntry(Shape):
    """What became of an entry; `version` None: it is retired."""

    collection: Collection
    id: str
    version: int | None


class Release(Shape):
    """A revision of the published catalogue."""

    revision: int
    at: Time
    entries: list[ReleasedEntry]


class HistoryItem(Shape):
    """Who did what to which version, when and why; `lock`: the version's afterwards."""

    at: Time
    by: str
    action: str
    version: int
    lock: int
    reason: str


class DiffQuery(Request):
    """Two versions; without `to` the newest, without `from` the published one."""

    from_: Annotated[int | None, Field(alias="from", ge=1)] = None
    to: Annotated[int | None, Field(ge=1)] = None


class DifferenceItem(Shape):
    """One difference: where (a JSON pointer), the values, and words for people."""

    path: str
    before: Any
    after: Any
    words: str


class Diff(Shape):
    """How two versions of an entry differ."""

    id: str
    from_: Annotated[int, Field(alias="from")]
    to: int
    differences: list[DifferenceItem]


MediaType = Literal["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "video/mp4"]
"""What media may be: nothing that can hold scripts, therefore no SVG."""


class NewMedia(Request):
    """An image or file that is about to be sent. `id`: as entries will name it, else one is made; `name`: what it
    shows, by language, also for those who do not see it; `size`: in bytes, exactly."""

    id: EntryId | None = None
    name: Annotated[dict[LanguageTag, Annotated[str, Field(min_length=1, max_length=500)]], Field(max_length=30)]
    content_type: MediaType
    size: Annotated[int, Field(ge=1)]


class MediaItem(Shape):
    """An image or file. `upload`: where its bytes are sent; `refused`: they were not what was announced (`fault` says
    why), and may be sent again under the same id; `url`: a link that soon expires, for those who design."""

    id: str
    name: dict[str, str]
    content_type: MediaType
    size: int
    status: Literal["waiting", "ready", "refused"]
    fault: str | None = None
    changed_at: Time
    changed_by: str
    upload: Upload | None = None
    url: str | None = None


JobStatus = Literal["waiting", "refused", "inReview", "running", "done", "stopped"]


FileFormat = Literal["archive", "table", "workbook"]


class NewImport(Request):
    """An import. `archive`: a zip of `<collection>/<id>.yaml`; `table`, `workbook`: changes of one collection, as CSV
    or .xlsx. Entries become drafts; with `publish` they are published once somebody else has approved the job.
    `dry_run`: nothing is written."""

    format: FileFormat = "archive"
    collection: Collection | None = None
    publish: bool = False
    dry_run: bool = False
    reason: Reason = ""


class ExportedEntry(Request):
    """An entry that is exported."""

    collection: Collection
    id: EntryId


class NewExport(Request):
    """An export: of these entries, else of these collections, else of everything. `drafts`: newest versions, published
    or not. `table`, `workbook`: these `columns` of one collection, as CSV or .xlsx, fit to be changed and imported."""

    format: FileFormat = "archive"
    columns: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=200)] = []
    collections: Annotated[list[Collection], Field(max_length=7)] = []
    entries: Annotated[list[ExportedEntry], Field(max_length=500)] = []
    drafts: bool = False
    reason: Reason = ""


class JobResult(Shape):
    """What an import does to an entry: `create`, `change`, `keep` (nothing differs) or `refused`."""

    file: str
    line: int | None = None
    kind: str | None = None
    id: str | None = None
    action: str
    done: bool
    differences: list[str] = []
    findings: list[Finding] = []


class Job(Shape):
    """An import or export. `done` of `total` entries; `upload`: where an import's file is sent; `url`: a link to what
    was exported; `errors`: what concerns all of it; `results`: a page of them."""

    id: str
    kind: Literal["import", "export"]
    status: JobStatus
    by: str
    approved_by: str | None = None
    created_at: Time
    ended_at: Time | None = None
    total: int
    done: int
    upload: Upload | None = None
    url: str | None = None
    errors: list[Finding] | None = None
    results: list[JobResult] = []
    cursor: str | None = None
