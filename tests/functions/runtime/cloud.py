"""A small cloud on moto for the adapters: the contract's tables and buckets, and ports over them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import boto3
from moto import mock_aws
from moto.backends import get_backend

from contract import buckets
from contract.functions import FunctionSpec
from contract.names import bucket, physical
from contract.tables import Table
from functions.runtime.aws.clients import Observe
from functions.runtime.ports import Ports
from functions.runtime.wiring import ports, read_environment
from local.cloud.data import forget_buckets
from tests.functions.fakes import FakeClock, FakeIds

REGION, ACCOUNT = "eu-central-1", "123456789012"
ENVIRONMENT = {
    "DPC_TENANT": "demo",
    "DPC_PUBLIC_URL": "https://demo.test/",
    "DPC_ACCOUNT": ACCOUNT,
    "AWS_REGION": REGION,
    "DPC_CONNECTIONS": '[{"name": "bureau", "url": "https://bureau.example/", "target": "http://127.0.0.1:1/"}]',
    "DPC_LANGUAGES": '["pl", "en"]',
    "DPC_MACHINE_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/machines",
}


@contextmanager
def cloud(*made: Table, observe: Observe | None = None) -> Iterator[Ports]:
    """Ports over moto, with these tables and all buckets."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "test"}
    with mock.patch.dict(os.environ, credentials), mock_aws():
        dynamodb: Any = boto3.client("dynamodb", region_name=REGION)
        for table in made:
            dynamodb.create_table(**_table(table))
        s3 = boto3.client("s3", region_name=REGION)
        for one in buckets.ALL:
            name = bucket("demo", one.name, ACCOUNT, REGION)
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        boto3.client("events", region_name=REGION).create_event_bus(Name=physical("demo", "platform"))
        key = boto3.client("kms", region_name=REGION).create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
        environment = read_environment({**ENVIRONMENT, "DPC_CASE_LINK_KEY_ARN": key["KeyMetadata"]["Arn"]})
        spec = FunctionSpec("probe", "none")
        try:
            yield ports(
                spec, environment, clock=FakeClock(), ids=FakeIds(), sleep=lambda _: None, observe=observe
            )  # fmt: skip
        finally:
            _forget()


def _forget() -> None:
    """moto resets itself with its last mock only, and a platform may be running beside us in another account."""
    for service in ("dynamodb", "events", "kms", "stepfunctions"):
        get_backend(service)[ACCOUNT].reset()
    forget_buckets(ACCOUNT)


def _table(table: Table) -> dict[str, Any]:
    names = {"pk", "sk"} | {name for i in table.indexes for name in (i.partition, i.sort)}
    indexes = [
        {
            "IndexName": i.name,
            "KeySchema": _keys(i.partition, i.sort),
            "Projection": {"ProjectionType": "ALL"},
        }
        for i in table.indexes
    ]
    return {
        "TableName": physical("demo", table.name),
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)],
        "KeySchema": _keys("pk", "sk"),
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    }


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
