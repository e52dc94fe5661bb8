"""Uploads as clients see them: a presigned request into the bundle bucket, and how far it is.

waiting -> compiling -> deployed | refused (arriving.py moves it on).
"""

import json
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from contract import tables
from contract.buckets import BUNDLES
from contract.shapes.common import Finding
from contract.shapes.processes import NewUpload, Upload, UploadStatus
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import Item, Put

EXPIRES = timedelta(minutes=15)
_TYPES = {".zip": "application/zip"}


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
    call.unit.add(status_write(ports, upload_id, given.filename, "waiting"))
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


def status_write(ports: Ports, upload_id: str, filename: str, status: str, **more: Any) -> Put:
    """The write that says how far an upload is."""
    item: Item = {"pk": f"UPLOAD#{upload_id}", "sk": "-", "filename": filename, "status": status, **more}
    return Put(tables.REGISTRY, {**item, "at": ports.clock.now().isoformat()})
