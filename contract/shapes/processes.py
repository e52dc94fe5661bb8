"""Deployments, uploads, processes."""

from typing import Annotated, Any, Literal

from pydantic import Field

from contract.shapes.common import Finding, PageQuery, Request, Shape, Time


class DeployedProcess(Shape):
    """One process of a deployment; `version` is unchanged where the bytes were deployed already."""

    id: str
    version: int
    machines: list[str]
    report: dict[str, Any]


class DeployedDecision(Shape):
    """One decision of a deployment; `version` is unchanged where the bytes were deployed already."""

    id: str
    name: str
    version: int


class Deployment(Shape):
    """What a deployment made. `diagnostics` are warnings and hints: errors refuse it."""

    deployment_id: str
    processes: list[DeployedProcess]
    decisions: list[DeployedDecision] = []
    diagnostics: list[Finding]


class DeployedDecisions(Shape):
    """The decisions of a DMN file that was deployed. `diagnostics` are warnings and hints: errors refuse it."""

    deployment_id: str
    decisions: list[DeployedDecision]
    diagnostics: list[Finding]


class DecisionsQuery(Request):
    """How a DMN file is taken. `strict`: a warning refuses it, as an error does."""

    strict: bool = False


class ProcessItem(Shape):
    """A deployed process in a list."""

    id: str
    name: str
    version: int
    deployed_at: Time
    versions: list[int] | None = None
    counts: dict[str, int] | None = None
    """Instances by status, over all versions (in lists)."""


class ProcessQuery(Request):
    """Which version; the current one if none is given."""

    version: Annotated[int, Field(ge=1)] | None = None


class ProcessesQuery(PageQuery):
    """A list of processes."""


class NewUpload(Request):
    """A file that will be uploaded: a BPMN or DMN file, or a product bundle as a zip."""

    filename: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f]+\.(bpmn|dmn|zip|xml)$")]


class Upload(Shape):
    """Where to send the bytes: `method` and `headers` exactly as given."""

    id: str
    method: str
    url: str
    headers: dict[str, str]
    expires_at: Time


class UploadStatus(Shape):
    """How far an upload is."""

    id: str
    status: Literal["waiting", "compiling", "deployed", "refused"]
    deployment_id: str | None = None
    errors: list[Finding] | None = None
