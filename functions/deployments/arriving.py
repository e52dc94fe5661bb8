"""What arrives in the bundle bucket publishes itself. The bucket tells of a new object more than once at times:
publishing the same bytes again changes nothing. The compiler loads with the first object."""

import hashlib
import json
from pathlib import PurePosixPath
from urllib.parse import unquote_plus

from contract import errors
from contract.buckets import BUNDLES
from contract.shapes.common import Finding
from contract.shapes.processes import Deployment
from functions.deployments.uploads import status_write
from functions.runtime.batches import QueueRecord
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.unit import Unit

_MAX_STORED_FINDINGS = 200
_MAX_STORED_BYTES = 300_000


def on_upload(ports: Ports, record: QueueRecord) -> None:
    """The queue bundle-uploads: S3's notifications. S3's test event, and what is no new object, holds no records."""
    for notice in record.body.get("Records", ()):
        if str(notice.get("eventName", "")).startswith("ObjectCreated"):
            found = notice["s3"]["object"]
            _arrived(ports, unquote_plus(found["key"]), int(found.get("size", 0)))


def _arrived(ports: Ports, key: str, size: int) -> None:
    upload_id, filename = _identify(key)
    ports.store.write(status_write(ports, upload_id, filename, "compiling"))
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=upload_id)

    def commit(answer: Deployment) -> None:
        unit.add(status_write(ports, upload_id, filename, "deployed", deploymentId=answer.deployment_id))
        unit.commit()

    from functions.deployments.publishing import publish

    try:
        publish(ports, unit, _files(ports, key, filename, size), commit, by=f"upload {upload_id}")
    except ProblemError as refused:
        findings = refused.findings or (Finding(code=refused.code.code, message=refused.detail, file=filename),)
        ports.store.write(status_write(ports, upload_id, filename, "refused", errors=_stored(findings)))


def _files(ports: Ports, key: str, filename: str, size: int) -> dict[str, bytes]:
    from catalogue.bundle import MAX_BUNDLE_BYTES
    from catalogue.zip_source import ArchiveError
    from functions.deployments.files import from_upload

    if size > MAX_BUNDLE_BYTES:
        raise ProblemError(errors.TOO_LARGE, f"A bundle has at most {MAX_BUNDLE_BYTES} bytes.")
    content = ports.objects.get(BUNDLES, key)
    if content is None:
        raise not_found("object", key)
    try:
        return from_upload(filename, content)
    except ArchiveError as refused:
        raise ProblemError(errors.BUNDLE_REFUSED, str(refused)) from refused


def _identify(key: str) -> tuple[str, str]:
    """`uploads/<id>/<filename>` was asked for; anything else was dropped, and its key gives it an id."""
    parts = PurePosixPath(key).parts
    if len(parts) == 3 and parts[0] == "uploads":
        return parts[1], parts[2]
    return f"drop-{hashlib.sha256(key.encode()).hexdigest()[:24]}", PurePosixPath(key).name


def _stored(findings: tuple[Finding, ...]) -> str:
    shown = [f.model_dump(mode="json", by_alias=True, exclude_none=True) for f in findings[:_MAX_STORED_FINDINGS]]
    while len(text := json.dumps(shown, ensure_ascii=False)) > _MAX_STORED_BYTES:
        shown = shown[: len(shown) // 2]
    return text
