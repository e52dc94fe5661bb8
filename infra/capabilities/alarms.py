"""Who hears of alarms: one topic, to which every alarm of the stack goes, and the tenant's address on it."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from contract import names
from infra.capabilities.storage import Storage


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
