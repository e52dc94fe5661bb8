"""Uploads: a presigned request into the bundle bucket, and what happens when something arrives there.

waiting -> compiling -> deployed | refused. The bucket tells of a new object more than once at times: publishing the
same bytes again changes nothing.
"""

import hashlib
import json
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote_plus

from catalogue.bundle import MAX_BUNDLE_BYTES, BundleError
from contract import errors, tables
from contract.buckets import BUNDLES
from contract.shapes.common import Finding
from contract.shapes.processes import Deployment, NewUpload, Upload, UploadStatus
from functions.deployments.files import from_upload
from functions.deployments.findings import error
from functions.deployments.publishing import publish
from functions.runtime.batches import QueueRecord
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import Item, Put
from functions.runtime.unit import Unit

EXPIRES = timedelta(minutes=15)
_TYPES = {".zip": "application/zip"}
_MAX_STORED_FINDINGS = 200
_MAX_STORED_BYTES = 300_000


def new_upload(ports: Ports, call: Call) -> Upload:
    """POST /uploads."""
    given: NewUpload = call.body
    upload_id = ports.ids.new()
    content_type = _TYPES.get(PurePosixPath(given.filename).suffix.lower(), "application/xml")
    presigned = ports.objects.presign_put(
        BUNDLES, f"uploads/{upload_id}/{given.filename}", content_type=content_type, expires=EXPIRES
    )
    answer = Upload(
        id=upload_id,
        method=presigned.method,
        url=presigned.url,
        headers=dict(presigned.headers),
        expires_at=ports.clock.now() + EXPIRES,
    )
    call.unit.add(_status(ports, upload_id, given.filename, "waiting"))
    call.commit(answer)
    return answer


def get_upload(ports: Ports, call: Call) -> UploadStatus:
    """GET /uploads/{id}."""
    item = ports.store.get(tables.REGISTRY, f"UPLOAD#{call.path['id']}")
    if item is None:
        raise not_found("upload", call.path["id"])
    return UploadStatus(
        id=call.path["id"],
        status=item["status"],
        deployment_id=item.get("deploymentId"),
        errors=[Finding.model_validate(f) for f in json.loads(item["errors"])] if "errors" in item else None,
    )


def on_upload(ports: Ports, record: QueueRecord) -> None:
    """The queue bundle-uploads: S3's notifications. S3's test event, and what is no new object, holds no records."""
    for notice in record.body.get("Records", ()):
        if str(notice.get("eventName", "")).startswith("ObjectCreated"):
            found = notice["s3"]["object"]
            _arrived(ports, unquote_plus(found["key"]), int(found.get("size", 0)))


def _arrived(ports: Ports, key: str, size: int) -> None:
    upload_id, filename = _identify(key)
    ports.store.write(_status(ports, upload_id, filename, "compiling"))
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=upload_id)

    def commit(answer: Deployment) -> None:
        unit.add(_status(ports, upload_id, filename, "deployed", deploymentId=answer.deployment_id))
        unit.commit()

    try:
        publish(ports, unit, _files(ports, key, filename, size), commit, by=f"upload {upload_id}")
    except ProblemError as refused:
        findings = refused.findings or (error(refused.code.code, refused.detail, file=filename),)
        ports.store.write(_status(ports, upload_id, filename, "refused", errors=_stored(findings)))


def _files(ports: Ports, key: str, filename: str, size: int) -> dict[str, bytes]:
    if size > MAX_BUNDLE_BYTES:
        raise ProblemError(errors.TOO_LARGE, f"A bundle has at most {MAX_BUNDLE_BYTES} bytes.")
    content = ports.objects.get(BUNDLES, key)
    if content is None:
        raise not_found("object", key)
    try:
        return from_upload(filename, content)
    except BundleError as refused:
        raise ProblemError(errors.BUNDLE_REFUSED, str(refused)) from refused


def _identify(key: str) -> tuple[str, str]:
    """`uploads/<id>/<filename>` was asked for; anything else was dropped, and its key gives it an id."""
    parts = PurePosixPath(key).parts
    if len(parts) == 3 and parts[0] == "uploads":
        return parts[1], parts[2]
    return f"drop-{hashlib.sha256(key.encode()).hexdigest()[:24]}", PurePosixPath(key).name


def _status(ports: Ports, upload_id: str, filename: str, status: str, **more: Any) -> Put:
    item: Item = {"pk": f"UPLOAD#{upload_id}", "sk": "-", "filename": filename, "status": status, **more}
    return Put(tables.REGISTRY, {**item, "at": ports.clock.now().isoformat()})


def _stored(findings: tuple[Finding, ...]) -> str:
    shown = [f.model_dump(mode="json", by_alias=True, exclude_none=True) for f in findings[:_MAX_STORED_FINDINGS]]
    while len(text := json.dumps(shown, ensure_ascii=False)) > _MAX_STORED_BYTES:
        shown = shown[: len(shown) // 2]
    return text
