"""What queues, streams and log subscriptions deliver, decoded to plain records; who failed is reported one by one.

Powertools' batch module takes a tenth of a second to import: so that is done by those who are handed a batch.
"""

import base64
import gzip
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from contract.tables import Table
from functions.runtime.observability import FAILED_RECORDS, count, logger
from functions.runtime.ports import Ports
from functions.runtime.records import Item

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

Event = dict[str, Any]


@dataclass(frozen=True)
class QueueRecord:
    """One message of a queue. `body` is its JSON; of an event from the bus it is the whole EventBridge envelope."""

    id: str
    body: dict[str, Any]

    @property
    def detail(self) -> dict[str, Any]:
        """The event's own detail: `{id, at, tenant, correlationId, data}`."""
        detail: dict[str, Any] = self.body["detail"]
        return detail


@dataclass(frozen=True)
class StreamRecord:
    """One change of a table's item."""

    id: str
    table: str
    change: Literal["INSERT", "MODIFY", "REMOVE"]
    new: Item | None
    old: Item | None


@dataclass(frozen=True)
class LogEvent:
    """One line of a log group that holds JSON."""

    id: str
    message: dict[str, Any]


QueueAction = Callable[[Ports, QueueRecord], None]
StreamAction = Callable[[Ports, StreamRecord], None]
StreamBatchAction = Callable[[Ports, list[StreamRecord]], Collection[str]]
"""Takes all changes at once; answers the ids of the records that failed."""
LogsAction = Callable[[Ports, list[LogEvent]], None]


def handle_queue(ports: Ports, actions: Mapping[str, QueueAction], event: Event, context: Any) -> dict[str, Any]:
    """Run the action of the queue for each message; answers `batchItemFailures`. `actions` by logical queue name."""

    def one(record: "SQSRecord") -> None:
        name = record.event_source_arn.rsplit(":", 1)[-1]
        action = next(a for logical, a in actions.items() if name.endswith(f"-{logical}"))
        action(ports, QueueRecord(record.message_id, json.loads(record.body)))

    return _partial(event, one, "SQS", context)


def handle_stream(ports: Ports, actions: Mapping[Table, StreamAction], event: Event, context: Any) -> dict[str, Any]:
    """Run the action of the table for each change; answers `batchItemFailures`."""

    def one(record: "DynamoDBRecord") -> None:
        table = _table(actions, record)
        actions[table](ports, _stream_record(table, record))

    return _partial(event, one, "DynamoDBStreams", context)


def handle_stream_batch(ports: Ports, actions: Mapping[Table, StreamBatchAction], event: Event) -> dict[str, Any]:
    """Run the action of the table once for all changes (a stream's batch is of one table). Lambda delivers again from
    the first one that failed."""
    from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

    records = [DynamoDBRecord(record) for record in event["Records"]]
    table = _table(actions, records[0])
    failed = actions[table](ports, [_stream_record(table, record) for record in records])
    failures = [r.dynamodb.sequence_number for r in records if r.dynamodb and str(r.event_id) in failed]
    if failures:
        count(FAILED_RECORDS, len(failures))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failures]}


def _table(actions: Mapping[Table, Any], record: "DynamoDBRecord") -> Table:
    physical = (record.event_source_arn or "").split(":table/")[-1].split("/")[0]
    return next(table for table in actions if physical.endswith(f"-{table.name}"))


def handle_logs(ports: Ports, action: LogsAction, event: Event) -> None:
    """Hand the lines of a log subscription over, in the order in which they came."""
    data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    if data.get("messageType") == "DATA_MESSAGE":
        action(ports, [LogEvent(e["id"], json.loads(e["message"])) for e in data["logEvents"]])


def _partial(event: Event, one: Callable[[Any], None], kind: str, context: Any) -> dict[str, Any]:
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    def told(record: Any) -> None:
        try:
            one(record)
        except Exception:  # the batch goes on, and who looks into the log learns why this record did not
            logger.exception("record failed")
            count(FAILED_RECORDS)
            raise

    processor = BatchProcessor(event_type=EventType[kind], raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event=event, record_handler=told, processor=processor, context=context))


def _stream_record(table: Table, record: "DynamoDBRecord") -> StreamRecord:
    change = record.dynamodb
    return StreamRecord(
        id=str(record.event_id),
        table=table.name,
        change=record.event_name.name if record.event_name else "MODIFY",  # type: ignore[arg-type]
        new=_plain(change.new_image) if change and change.new_image else None,
        old=_plain(change.old_image) if change and change.old_image else None,
    )


def _plain(image: Mapping[str, Any]) -> Item:
    return {name: int(v) if isinstance(v, Decimal) and v == v.to_integral_value() else v for name, v in image.items()}
