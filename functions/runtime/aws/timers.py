"""Timers as one-time schedules of EventBridge Scheduler, in the tenant's group; each is gone when it has sent."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from contract.queues import Queue
from functions.runtime.aws.clients import Clients
from functions.runtime.aws.names import Names


class SchedulerTimers:
    """EventBridge Scheduler sends within a minute of the time; what it cannot send for a day is a dead letter."""

    def __init__(self, clients: Clients, names: Names, role_arn: str) -> None:
        self._clients, self._names, self._role_arn = clients, names, role_arn

    def set(self, name: str, due: datetime, queue: Queue, body: Mapping[str, Any]) -> None:
        """Make the schedule."""
        whole = (due.astimezone(UTC) + timedelta(microseconds=999_999)).replace(microsecond=0, tzinfo=None)
        try:
            self._clients.scheduler.create_schedule(
                Name=name,
                GroupName=self._names.timers,
                ScheduleExpression=f"at({whole.isoformat()})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._names.queue_arn(queue.name),
                    "RoleArn": self._role_arn,
                    "Input": json.dumps(body),
                    "DeadLetterConfig": {"Arn": self._names.queue_arn(queue.dead)},
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise

    def remove(self, name: str) -> None:
        """Delete the schedule."""
        try:
            self._clients.scheduler.delete_schedule(Name=name, GroupName=self._names.timers)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
