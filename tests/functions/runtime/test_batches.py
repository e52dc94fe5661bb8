"""Batches: a record that fails is reported alone, and the log says why."""

import json
import logging

from functions.relay import spec as relay
from functions.runtime import batches
from functions.runtime.observability import logger
from tests.functions.fakes import World
from tests.functions.invoking import Context


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def test_a_record_that_fails_is_reported_alone_and_the_log_says_why() -> None:
    def act(_: object, record: batches.QueueRecord) -> None:
        if record.body["bad"]:
            raise ModuleNotFoundError("No module named 'nowhere'")

    heard = _Heard()
    logger.addHandler(heard)
    try:
        answer = batches.handle_queue(World().ports(relay.SPEC), {"uploads": act}, _event(True, False), Context())
    finally:
        logger.removeHandler(heard)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    failures = [record for record in heard.records if record.levelno == logging.ERROR]
    assert [str(r.exc_info[1]) for r in failures if r.exc_info] == ["No module named 'nowhere'"]


def _event(*bad: bool) -> dict[str, object]:
    arn = "arn:aws:sqs:eu-central-1:123456789012:dpc-demo-uploads"
    return {
        "Records": [
            {"messageId": f"m-{n}", "body": json.dumps({"bad": b}), "eventSource": "aws:sqs", "eventSourceARN": arn}
            for n, b in enumerate(bad)
        ]
    }
