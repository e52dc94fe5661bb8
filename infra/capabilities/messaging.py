"""The bus, the queues with their dead-letter queues, the rules between them, and the timers that send to some."""

from collections.abc import Iterator, Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events_
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from contract import buckets, events, names, queues
from contract.queues import Queue
from infra.capabilities.alarms import alarm
from infra.rights import bucket_name

_FOURTEEN_DAYS = 14 * 24 * 3600


class Messaging(Construct):
    """`queues` and their `policies` by logical name, dead-letter queues among them."""

    def __init__(self, scope: Construct, id_: str, *, tenant: str, timeouts: Mapping[str, int]) -> None:
        """`timeouts`: seconds that the reader of a queue may take, by logical queue name."""
        super().__init__(scope, id_)
        self._tenant = tenant
        self.bus = events_.CfnEventBus(self, "Bus", name=names.physical(tenant, events.BUS))
        self.queues: dict[str, sqs.CfnQueue] = {}
        self.policies: dict[str, sqs.CfnQueuePolicy] = {}
        for queue in queues.ALL:
            self._pair(queue, timeouts.get(queue.name, 30))
        self.queues[queues.STREAM_FAILURES.name] = self._queue(queues.STREAM_FAILURES.name)
        self._policy(queues.STREAM_FAILURES.name)
        self._alarm(queues.STREAM_FAILURES.name)
        self.timer_role = self._timers(*queues.TIMED)
        for event in events.ALL:
            for queue in event.queues:
                self._rule(event, queue)

    def _pair(self, queue: Queue, timeout_s: int) -> None:
        dead = self.queues[queue.dead] = self._queue(queue.dead)
        redrive = {"deadLetterTargetArn": dead.attr_arn, "maxReceiveCount": queue.max_receives}
        # Six times the reader's timeout, as Lambda asks, so that a message in work is not read twice.
        self.queues[queue.name] = self._queue(queue.name, visibility_timeout=6 * timeout_s, redrive_policy=redrive)
        # What a rule cannot deliver goes there too.
        self._policy(queue.dead, self._from_rules(dead))
        self._alarm(queue.dead)
        self._policy(queue.name, *self._senders(queue))

    def _queue(self, name: str, **properties: Any) -> sqs.CfnQueue:
        made = sqs.CfnQueue(
            self,
            f"Queue-{name}",
            queue_name=names.physical(self._tenant, name),
            message_retention_period=_FOURTEEN_DAYS,
            sqs_managed_sse_enabled=True,
            **properties,
        )
        return made

    def _senders(self, queue: Queue) -> Iterator[iam.PolicyStatement]:
        """S3 sends to the queues that buckets notify, the bus's rules to those of events. Timers have their role."""
        for bucket in buckets.ALL:
            if bucket.notifies == queue.name:
                yield self._from_bucket(self.queues[queue.name], bucket)
        if any(queue in event.queues for event in events.ALL):
            yield self._from_rules(self.queues[queue.name])

    def _timers(self, *timed: Queue) -> iam.CfnRole:
        """The group of schedules that are made at run time, which go with it, and the role with which they send."""
        group = names.timers(self._tenant)
        scheduler.CfnScheduleGroup(self, "Timers", name=group)
        schedules = f"arn:{cdk.Aws.PARTITION}:scheduler:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:schedule-group/{group}"
        trust = iam.PolicyStatement(
            actions=["sts:AssumeRole"],
            principals=[iam.ServicePrincipal("scheduler.amazonaws.com")],
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID, "aws:SourceArn": schedules}},
        )
        targets = [self.queues[name].attr_arn for queue in timed for name in (queue.name, queue.dead)]
        send = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=targets)
        return iam.CfnRole(
            self,
            "TimerRole",
            role_name=group,
            assume_role_policy_document=iam.PolicyDocument(statements=[trust]),
            policies=[
                iam.CfnRole.PolicyProperty(policy_name="send", policy_document=iam.PolicyDocument(statements=[send]))
            ],
        )

    def _from_bucket(self, queue: sqs.CfnQueue, bucket: buckets.Bucket) -> iam.PolicyStatement:
        source = f"arn:{cdk.Aws.PARTITION}:s3:::{bucket_name(self._tenant, bucket.name)}"
        # A bucket's ARN names no account, and its name is free for others once it is deleted.
        account = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        return _send(queue, "s3.amazonaws.com", {"ArnLike": {"aws:SourceArn": source}} | account)

    def _from_rules(self, queue: sqs.CfnQueue) -> iam.PolicyStatement:
        rules = f"arn:{cdk.Aws.PARTITION}:events:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:rule/{self.bus.ref}/*"
        return _send(queue, "events.amazonaws.com", {"ArnLike": {"aws:SourceArn": rules}})

    def _policy(self, name: str, *statements: iam.PolicyStatement) -> None:
        document = iam.PolicyDocument(statements=[*statements, _only_tls(self.queues[name].attr_arn)])
        queue = self.queues[name].ref
        self.policies[name] = sqs.CfnQueuePolicy(self, f"Policy-{name}", queues=[queue], policy_document=document)

    def _rule(self, event: events.Event, queue: Queue) -> None:
        events_.CfnRule(
            self,
            f"Rule-{event.name}-{queue.name}",
            name=names.physical(self._tenant, f"{event.name}-{queue.name}"),
            event_bus_name=self.bus.ref,
            event_pattern={"source": [events.SOURCE], "detail-type": [event.name]},
            targets=[
                events_.CfnRule.TargetProperty(
                    id=queue.name,
                    arn=self.queues[queue.name].attr_arn,
                    dead_letter_config=events_.CfnRule.DeadLetterConfigProperty(arn=self.queues[queue.dead].attr_arn),
                )
            ],
        )

    def _alarm(self, name: str) -> None:
        """Somebody has to look at what ends in this queue."""
        physical = names.physical(self._tenant, name)
        words = f"The queue {physical} holds what could not be handled: find out why, then redrive it."
        metric = "AWS/SQS:ApproximateNumberOfMessagesVisible"
        alarm(
            self, f"Alarm-{name}", f"{physical}-not-empty", words, metric, {"QueueName": physical}, statistic="Maximum"
        )


def _send(queue: sqs.CfnQueue, service: str, conditions: dict[str, dict[str, str]]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=["sqs:SendMessage"],
        resources=[queue.attr_arn],
        principals=[iam.ServicePrincipal(service)],
        conditions=conditions,
    )


def _only_tls(arn: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=["sqs:*"],
        resources=[arn],
        principals=[iam.AnyPrincipal()],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
