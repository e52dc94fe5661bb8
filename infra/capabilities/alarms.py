"""When somebody has to look, and who hears of it: one topic for every alarm of the stack, and the tenant's address."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from contract import names
from infra.capabilities.storage import Storage


def alarm(
    scope: Construct, id_: str, name: str, words: str, metric: str, of: Mapping[str, str], *, statistic: str = "Sum"
) -> None:
    """An alarm for anything at all within five minutes. `metric`: `<namespace>:<name>`; `of`: its dimensions."""
    namespace, _, metric_name = metric.partition(":")
    cloudwatch.CfnAlarm(
        scope,
        id_,
        alarm_name=name,
        alarm_description=words,
        namespace=namespace,
        metric_name=metric_name,
        dimensions=[cloudwatch.CfnAlarm.DimensionProperty(name=key, value=value) for key, value in of.items()],
        statistic=statistic,
        period=300,
        evaluation_periods=1,
        threshold=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
    )


class Alarms(Construct):
    """Tells `address` (e-mail; Amazon asks it to confirm) of every alarm that stands in the stack when this is made."""

    def __init__(self, scope: Construct, id_: str, *, tenant: str, address: str, storage: Storage) -> None:
        super().__init__(scope, id_)
        name = names.physical(tenant, "alarms")
        self.topic = sns.CfnTopic(self, "Topic", topic_name=name, kms_master_key_id=storage.key.attr_arn)
        storage.let_use_key("cloudwatch.amazonaws.com", "kms:Decrypt", "kms:GenerateDataKey*")
        sns.CfnTopicPolicy(self, "Policy", topics=[self.topic.ref], policy_document=_policy(self.topic.ref))
        sns.CfnSubscription(self, "Address", topic_arn=self.topic.ref, protocol="email", endpoint=address)
        for alarm in cdk.Stack.of(self).node.find_all():
            if isinstance(alarm, cloudwatch.CfnAlarm):
                alarm.alarm_actions = [self.topic.ref]


def _policy(topic: str) -> iam.PolicyDocument:
    publish = iam.PolicyStatement(
        actions=["sns:Publish"],
        resources=[topic],
        principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    )
    only_tls = iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=["sns:Publish"],
        resources=[topic],
        principals=[iam.AnyPrincipal()],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
    return iam.PolicyDocument(statements=[publish, only_tls])
