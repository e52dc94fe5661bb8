"""Makes what the contract names: tables, buckets, queues, the timers' group, the case-link key, the user pool."""

from __future__ import annotations

import json
from typing import Any

from contract import auth, buckets, names, queues, tables
from contract.buckets import Bucket
from contract.queues import Queue
from contract.rights import CASE_LINK_KEY
from contract.tables import Table
from contract.tenant import Tenant
from local.cloud.clients import Clients
from local.cloud.where import Where


def create_all(clients: Clients, where: Where, tenant: Tenant) -> str:
    """Make every resource; answers the ARN of the case-link key. Nothing may exist yet."""
    for table in tables.ALL:
        _create_table(clients("dynamodb"), where, table)
    for queue in queues.ALL:
        _create_queue(clients("sqs"), where, queue)
    clients("sqs").create_queue(QueueName=where.physical(queues.STREAM_FAILURES.name))
    clients("scheduler").create_schedule_group(Name=names.timers(where.tenant))
    for bucket in buckets.ALL:
        _create_bucket(clients("s3"), where, bucket)
    _create_pool(clients("cognito-idp"), where, tenant)
    return _create_key(clients("kms"), where)


def _create_table(dynamodb: Any, where: Where, table: Table) -> None:
    attributes = {"pk", "sk"} | {name for i in table.indexes for name in (i.partition, i.sort)}
    options: dict[str, Any] = {}
    if table.stream:
        options["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    if table.indexes:
        options["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _keys(index.partition, index.sort),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in table.indexes
        ]
    dynamodb.create_table(
        TableName=where.physical(table.name),
        KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in sorted(attributes)],
        BillingMode="PAY_PER_REQUEST",
        **options,
    )


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def _create_queue(sqs: Any, where: Where, queue: Queue) -> None:
    sqs.create_queue(QueueName=where.physical(queue.dead))
    redrive = {"deadLetterTargetArn": where.queue_arn(queue.dead), "maxReceiveCount": queue.max_receives}
    sqs.create_queue(QueueName=where.physical(queue.name), Attributes={"RedrivePolicy": json.dumps(redrive)})


def _create_bucket(s3: Any, where: Where, bucket: Bucket) -> None:
    name = where.bucket(bucket.name)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": where.region})
    if bucket.notifies:
        target = {"QueueArn": where.queue_arn(bucket.notifies), "Events": ["s3:ObjectCreated:*"]}
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"QueueConfigurations": [target]}
        )


def _create_key(kms: Any, where: Where) -> str:
    key = kms.create_key(KeyUsage="GENERATE_VERIFY_MAC", KeySpec="HMAC_256")["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{where.physical(CASE_LINK_KEY)}", TargetKeyId=key["KeyId"])
    return str(key["Arn"])


def _create_pool(cognito: Any, where: Where, tenant: Tenant) -> None:
    pool = cognito.create_user_pool(PoolName=where.physical("users"))["UserPool"]["Id"]
    for group in auth.GROUPS:
        cognito.create_group(GroupName=group, UserPoolId=pool)
    for user in tenant.demo_users:
        cognito.admin_create_user(UserPoolId=pool, Username=user.name, MessageAction="SUPPRESS")
        for member_of in user.groups:
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=user.name, GroupName=member_of)
