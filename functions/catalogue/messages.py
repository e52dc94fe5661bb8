"""What the queue catalogue-turns brings: timers to set or due, files that have arrived, jobs that go on."""

from contract import events
from functions.catalogue.media.arriving import on_upload
from functions.catalogue.turns import on_scheduled, on_turn
from functions.runtime.batches import QueueRecord
from functions.runtime.ports import Ports


def on_message(ports: Ports, record: QueueRecord) -> None:
    """The queue catalogue-turns. S3's test event, and what is no new object, holds nothing to do."""
    if "turn" in record.body:
        on_turn(ports, record)
    elif record.body.get("detail-type") == events.ENTRY_SCHEDULED.name:
        on_scheduled(ports, record)
    elif "detail" in record.body:
        from functions.catalogue.jobs.running import on_job  # with YAML: 40 ms that only files cost

        on_job(ports, str(record.detail["data"]["jobId"]))
    for notice in record.body.get("Records", ()):
        from functions.catalogue.jobs.arriving import on_file

        if str(notice.get("eventName", "")).startswith("ObjectCreated"):
            on_file(ports, notice["s3"]["object"])
            on_upload(ports, notice["s3"]["object"])
