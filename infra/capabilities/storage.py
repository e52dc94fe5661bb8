"""Tables, buckets and the keys that encrypt them."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from contract import buckets, names, tables
from contract.tables import Table
from infra.rights import bucket_name

_KEYS = [
    dynamodb.CfnTable.KeySchemaProperty(attribute_name="pk", key_type="HASH"),
    dynamodb.CfnTable.KeySchemaProperty(attribute_name="sk", key_type="RANGE"),
]


class Storage(Construct):
    """`tables`, `buckets` and their `policies` by logical name; `key` encrypts, `case_link_key` signs case links."""

    def __init__(self, scope: Construct, id_: str, *, tenant: str, queue_arns: Mapping[str, str]) -> None:
        """`queue_arns`: of the queues that buckets notify, by logical name."""
        super().__init__(scope, id_)
        self._tenant = tenant
        self.key = self._encryption_key()
        self.case_link_key = kms.CfnKey(
            self,
            "CaseLinkKey",
            description=f"Signs the case links of tenant {tenant}",
            key_spec="HMAC_256",
            key_usage="GENERATE_VERIFY_MAC",
            key_policy=_account_policy(),
        )
        self.policies: dict[str, iam.PolicyDocument] = {}
        self.tables: Mapping[str, dynamodb.CfnTable] = {t.name: self._table(t) for t in tables.ALL}
        self._logs = self._log_bucket()
        self.buckets: Mapping[str, s3.CfnBucket] = {b.name: self._bucket(b, queue_arns) for b in buckets.ALL}

    def let_use_key(self, service: str, *actions: str, sources: str = "") -> None:
        """Let a service use the key that encrypts, for this account; `sources`: for these resources of it alone."""
        own = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        statement = iam.PolicyStatement(
            actions=list(actions),
            resources=["*"],
            principals=[iam.ServicePrincipal(service)],
            conditions={"ArnLike": {"aws:SourceArn": sources}} if sources else own,
        )
        self._key_policy.add_statements(statement)

    def _encryption_key(self) -> kms.CfnKey:
        self._key_policy = _policy_for_logs()
        made = kms.CfnKey(
            self,
            "Key",
            description=f"Encrypts the data of tenant {self._tenant}",
            enable_key_rotation=True,
            key_policy=self._key_policy,
        )
        # What it encrypts stays when the stack goes, so it stays too.
        made.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        return made

    def _table(self, table: Table) -> dynamodb.CfnTable:
        attributes = {"pk", "sk"} | {a for i in table.indexes for a in (i.partition, i.sort)}
        made = dynamodb.CfnTable(
            self,
            f"Table-{table.name}",
            table_name=names.physical(self._tenant, table.name),
            billing_mode="PAY_PER_REQUEST",
            key_schema=_KEYS,
            attribute_definitions=[
                dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name=a, attribute_type="S")
                for a in sorted(attributes)
            ],
            global_secondary_indexes=[_index(i) for i in table.indexes] or None,
            stream_specification=dynamodb.CfnTable.StreamSpecificationProperty(stream_view_type="NEW_AND_OLD_IMAGES")
            if table.stream
            else None,
            time_to_live_specification=dynamodb.CfnTable.TimeToLiveSpecificationProperty(
                attribute_name=table.ttl, enabled=True
            )
            if table.ttl
            else None,
            point_in_time_recovery_specification=dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(
                point_in_time_recovery_enabled=True
            ),
            sse_specification=dynamodb.CfnTable.SSESpecificationProperty(
                sse_enabled=True, sse_type="KMS", kms_master_key_id=self.key.attr_arn
            ),
        )
        made.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        if table.personal:
            cdk.Tags.of(made).add("dpc:personal-data", "true")
        return made

    def _log_bucket(self) -> s3.CfnBucket:
        made = self._plain_bucket(
            "access-logs",
            ownership_controls=s3.CfnBucket.OwnershipControlsProperty(
                rules=[s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerEnforced")]
            ),
            lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(
                rules=[s3.CfnBucket.RuleProperty(id="expire", status="Enabled", expiration_in_days=365)]
            ),
            encryption="AES256",
        )
        return made

    def _bucket(self, bucket: buckets.Bucket, queue_arns: Mapping[str, str]) -> s3.CfnBucket:
        notification = None
        if bucket.notifies:
            queue = s3.CfnBucket.QueueConfigurationProperty(
                event="s3:ObjectCreated:*", queue=queue_arns[bucket.notifies]
            )
            notification = s3.CfnBucket.NotificationConfigurationProperty(queue_configurations=[queue])
        made = self._plain_bucket(
            bucket.name,
            notification_configuration=notification,
            logging_configuration=s3.CfnBucket.LoggingConfigurationProperty(
                destination_bucket_name=self._logs.ref, log_file_prefix=f"{bucket.name}/"
            ),
            versioning_configuration=s3.CfnBucket.VersioningConfigurationProperty(status="Enabled"),
            cors_configuration=_browser_uploads() if bucket.notifies else None,
            lifecycle_configuration=_lifecycle(bucket.expiries) if bucket.expiries else None,
        )
        if bucket.personal:
            cdk.Tags.of(made).add("dpc:personal-data", "true")
        return made

    def _plain_bucket(self, name: str, *, encryption: str = "aws:kms", **properties: Any) -> s3.CfnBucket:
        by_default = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
            sse_algorithm=encryption, kms_master_key_id=self.key.attr_arn if encryption == "aws:kms" else None
        )
        rule = s3.CfnBucket.ServerSideEncryptionRuleProperty(
            bucket_key_enabled=encryption == "aws:kms", server_side_encryption_by_default=by_default
        )
        made = s3.CfnBucket(
            self,
            f"Bucket-{name}",
            bucket_name=bucket_name(self._tenant, name),
            bucket_encryption=s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=[rule]),
            public_access_block_configuration=s3.CfnBucket.PublicAccessBlockConfigurationProperty(
                block_public_acls=True, block_public_policy=True, ignore_public_acls=True, restrict_public_buckets=True
            ),
            **properties,
        )
        made.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        self.policies[name] = _bucket_policy(made, name == "access-logs")
        s3.CfnBucketPolicy(self, f"Policy-{name}", bucket=made.ref, policy_document=self.policies[name])
        return made


def _index(index: tables.Index) -> dynamodb.CfnTable.GlobalSecondaryIndexProperty:
    return dynamodb.CfnTable.GlobalSecondaryIndexProperty(
        index_name=index.name,
        key_schema=[
            dynamodb.CfnTable.KeySchemaProperty(attribute_name=index.partition, key_type="HASH"),
            dynamodb.CfnTable.KeySchemaProperty(attribute_name=index.sort, key_type="RANGE"),
        ],
        projection=dynamodb.CfnTable.ProjectionProperty(projection_type="ALL"),
    )


def _account_policy() -> iam.PolicyDocument:
    """The account decides through IAM who may use the key."""
    own = iam.PolicyStatement(actions=["kms:*"], resources=["*"], principals=[iam.AccountRootPrincipal()])
    return iam.PolicyDocument(statements=[own])


def _policy_for_logs() -> iam.PolicyDocument:
    """The account decides; CloudWatch Logs uses the key for the account's log groups. DynamoDB, S3 and Lambda use it
    with the rights of whoever calls them."""
    groups = f"arn:{cdk.Aws.PARTITION}:logs:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:log-group:*"
    document = _account_policy()
    document.add_statements(
        iam.PolicyStatement(
            actions=["kms:Decrypt", "kms:GenerateDataKey*", "kms:Encrypt", "kms:ReEncrypt*", "kms:DescribeKey"],
            resources=["*"],
            principals=[iam.ServicePrincipal(f"logs.{cdk.Aws.REGION}.amazonaws.com")],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        )
    )
    return document


def _bucket_policy(bucket: s3.CfnBucket, receives_logs: bool) -> iam.PolicyDocument:
    document = iam.PolicyDocument()
    document.add_statements(
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=["s3:*"],
            resources=[bucket.attr_arn, f"{bucket.attr_arn}/*"],
            principals=[iam.AnyPrincipal()],
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        )
    )
    if receives_logs:
        document.add_statements(
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                resources=[f"{bucket.attr_arn}/*"],
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            )
        )
    return document


def _lifecycle(expiries: tuple[buckets.Expiry, ...]) -> s3.CfnBucket.LifecycleConfigurationProperty:
    rules = [
        s3.CfnBucket.RuleProperty(
            id=f"expire-{expiry.prefix.strip('/') or 'all'}",
            status="Enabled",
            prefix=expiry.prefix,
            expiration_in_days=expiry.days,
            noncurrent_version_expiration=s3.CfnBucket.NoncurrentVersionExpirationProperty(
                noncurrent_days=expiry.replaced_days
            ),
        )
        for expiry in expiries
    ]
    return s3.CfnBucket.LifecycleConfigurationProperty(rules=rules)


def _browser_uploads() -> s3.CfnBucket.CorsConfigurationProperty:
    rule = s3.CfnBucket.CorsRuleProperty(
        allowed_methods=["PUT"], allowed_origins=["*"], allowed_headers=["*"], max_age=300
    )
    return s3.CfnBucket.CorsConfigurationProperty(cors_rules=[rule])
