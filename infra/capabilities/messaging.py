"""The bus, the queues with their dead-letter queues, and the rules between them."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events_
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from contract import buckets, events, names, queues
from contract.queues import Queue

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
        for event in events.ALL:
            for queue in event.queues:
                self._rule(event, queue)

    def _pair(self, queue: Queue, timeout_s: int) -> None:
        dead = self.queues[queue.dead] = self._queue(queue.dead)
        redrive = {"deadLetterTargetArn": dead.attr_arn, "maxReceiveCount": queue.max_receives}
        # Six times the reader's timeout, as Lambda asks, so that a message in work is not read twice.
        self.queues[queue.name] = self._queue(queue.name, visibility_timeout=6 * timeout_s, redrive_policy=redrive)
        self._policy(queue.dead)
        self._policy(queue.name, self._senders(queue))

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

    def _senders(self, queue: Queue) -> iam.PolicyStatement:
        """S3 sends to the queues that buckets notify, the bus's rules to all others."""
        if any(bucket.notifies == queue.name for bucket in buckets.ALL):
            service, condition = "s3.amazonaws.com", {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        else:
            rules = f"arn:{cdk.Aws.PARTITION}:events:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:rule/{self.bus.ref}/*"
            service, condition = "events.amazonaws.com", {"ArnLike": {"aws:SourceArn": rules}}
        return iam.PolicyStatement(
            actions=["sqs:SendMessage"],
            resources=[self.queues[queue.name].attr_arn],
            principals=[iam.ServicePrincipal(service)],
            conditions=condition,
        )

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
            targets=[events_.CfnRule.TargetProperty(id=queue.name, arn=self.queues[queue.name].attr_arn)],
        )


def _only_tls(arn: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=["sqs:*"],
        resources=[arn],
        principals=[iam.AnyPrincipal()],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
