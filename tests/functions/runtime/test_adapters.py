"""The other adapters over moto, or over recorded answers where moto does not behave as AWS."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from botocore.exceptions import ClientError

from contract import buckets
from functions.runtime.aws.bus import EventBridgeBus
from functions.runtime.aws.deploying import MachineDeployer, resolve
from functions.runtime.aws.machines import StepFunctionsMachines
from functions.runtime.aws.names import Names
from functions.runtime.aws.removing import MachineRemover
from functions.runtime.ids import Ulids
from functions.runtime.ports import ExecutionGoneError, PublishedEvent, TokenGoneError
from functions.runtime.wiring import Environment, read_environment
from tests.functions.fakes import FakeClock
from tests.functions.runtime.cloud import ACCOUNT, ENVIRONMENT, REGION, cloud

NAMES = Names("demo", ACCOUNT, REGION)


def test_objects_are_kept_and_links_to_them_work_as_given() -> None:
    with cloud() as ports:
        ports.objects.put(buckets.ARCHIVE, "i/umowa ż.pdf", b"%PDF", "application/pdf")
        assert ports.objects.get(buckets.ARCHIVE, "i/umowa ż.pdf") == b"%PDF"
        assert ports.objects.get(buckets.ARCHIVE, "none") is None
        link = ports.objects.presign_get(
            buckets.ARCHIVE, "i/umowa ż.pdf", filename="Umowa ż.pdf", content_type="application/pdf",
            expires=timedelta(minutes=5),
        )  # fmt: skip
        asked = {name: values[0] for name, values in parse_qs(urlparse(link).query).items()}
        assert asked["X-Amz-Expires"] == "300" and asked["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
        assert asked["response-content-disposition"] == "attachment; filename*=UTF-8''Umowa%20%C5%BC.pdf"
        put = ports.objects.presign_put(
            buckets.BUNDLES, "uploads/1/a.zip", content_type="application/zip", expires=timedelta(minutes=15)
        )
        assert (put.method, put.headers) == ("PUT", {"Content-Type": "application/zip"})
        assert "content-type" in parse_qs(urlparse(put.url).query)["X-Amz-SignedHeaders"][0]


def test_every_call_and_every_link_is_observed_under_the_functions_name() -> None:
    seen: list[tuple[str, str, str]] = []
    with cloud(observe=lambda function, service, operation, _: seen.append((function, service, operation))) as ports:
        ports.objects.get(buckets.ARCHIVE, "none")
        ports.objects.presign_put(buckets.BUNDLES, "a", content_type="x/y", expires=timedelta(1))
        assert ports.signer.verify(b"message", ports.signer.sign(b"message"))
    assert seen == [
        ("probe", "s3", "GetObject"),
        ("probe", "s3", "PutObject"),
        ("probe", "kms", "GenerateMac"),
        ("probe", "kms", "VerifyMac"),
    ]


def test_a_forged_code_is_no_error_but_false() -> None:
    with cloud() as ports:
        mac = ports.signer.sign(b"message")
        assert not ports.signer.verify(b"other", mac)
        assert not ports.signer.verify(b"message", bytes(32))


class Recorded:
    """A client that answers what it is told, by operation, and remembers what it was asked."""

    def __init__(self, **answers: list[Any]) -> None:
        self.answers, self.asked = answers, []

    def __getattr__(self, operation: str) -> Any:
        def call(**asked: Any) -> Any:
            self.asked.append((operation, asked))
            answer = self.answers[operation].pop(0)
            if isinstance(answer, str):
                raise ClientError({"Error": {"Code": answer, "Message": ""}}, operation)
            return answer

        return call


class Clients:
    def __init__(self, client: Recorded) -> None:
        self.stepfunctions = self.events = client


def machines(client: Recorded) -> Any:
    clients: Any = Clients(client)
    deployer = MachineDeployer(clients, NAMES, "arn:aws:iam::1:role/machines", lambda _: None)
    return StepFunctionsMachines(clients, deployer, MachineRemover(clients, NAMES))


def test_the_bus_takes_batches_and_tells_what_it_refused() -> None:
    events = [PublishedEvent(f"e{n}", "TaskCompleted", "{}", datetime(2026, 1, 1, tzinfo=UTC)) for n in range(12)]
    refused = [{"EventId": "x"}] * 10, [{"ErrorCode": "InternalFailure"}, {"EventId": "y"}]
    client = Recorded(put_events=[{"Entries": entries} for entries in refused])
    clients: Any = Clients(client)
    assert EventBridgeBus(clients, NAMES).publish(events) == ("e10",)
    entry = client.asked[0][1]["Entries"][0]
    assert entry["EventBusName"] == "dpc-demo-platform" and entry["Source"] == "dpc"
    large = [PublishedEvent(str(n), "X", "x" * 200_000, datetime(2026, 1, 1, tzinfo=UTC)) for n in range(2)]
    client = Recorded(put_events=[{"Entries": [{}]}, {"Entries": [{}]}])
    clients = Clients(client)
    assert EventBridgeBus(clients, NAMES).publish(large) == () and len(client.asked) == 2


def test_a_machine_is_created_with_its_version_logs_role_and_tags() -> None:
    client = Recorded(create_state_machine=[{"stateMachineVersionArn": "arn:v1"}])
    definition = {"States": {"A": {"Arguments": {"TableName": "${dpc:table:waits}"}, "Catch": ["${dpc:bus:platform}"]}}}
    assert machines(client).deploy("cash-loan", definition, description="v1") == "arn:v1"
    asked = client.asked[0][1]
    assert asked["name"] == "dpc-demo-p-cash-loan" and asked["publish"] is True
    inside = json.loads(asked["definition"])["States"]["A"]
    assert inside == {"Arguments": {"TableName": "dpc-demo-waits"}, "Catch": ["dpc-demo-platform"]}
    logs = asked["loggingConfiguration"]
    assert (logs["level"], logs["includeExecutionData"]) == ("ALL", False)
    group = logs["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    assert group == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/vendedlogs/states/dpc-demo:*"
    assert {"key": "dpc:tenant", "value": "demo"} in asked["tags"]


def test_an_existing_machine_is_updated_and_exactly_that_revision_published() -> None:
    client = Recorded(
        create_state_machine=["StateMachineAlreadyExists", "StateMachineAlreadyExists"],
        update_state_machine=[{"revisionId": "r1"}, {"revisionId": "r3"}],
        publish_state_machine_version=["ConflictException", {"stateMachineVersionArn": "arn:v3"}],
    )
    assert machines(client).deploy("loan", {"States": {}}, description="v3") == "arn:v3"
    published = [asked["revisionId"] for operation, asked in client.asked if operation.startswith("publish")]
    assert published == ["r1", "r3"]


def test_unknown_placeholders_are_not_passed_on() -> None:
    assert resolve("{% '${dpc:function:integration}' %}", NAMES) == (
        f"{{% 'arn:aws:lambda:{REGION}:{ACCOUNT}:function:dpc-demo-integration' %}}"
    )
    for text in ("${dpc:table:none}", "${dpc:bus:other}"):
        with pytest.raises(ValueError, match="unknown placeholder"):
            resolve([{"a": text}], NAMES)


@pytest.mark.parametrize("name", ["cash-loan", "a" * 200, "żółw", "a.b", "a_b"])
def test_names_of_machines_keep_to_the_rules(name: str) -> None:
    physical = NAMES.machine(name)
    assert len(physical) <= 80 and physical.startswith("dpc-demo-p-") and physical.isascii()
    assert NAMES.machine(name + "x") != physical


def test_starting_twice_is_starting_once() -> None:
    client = Recorded(start_execution=["ExecutionAlreadyExists"])
    arn = machines(client).start(f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m:2", "i1_1", {"a": 1})
    assert arn == f"arn:aws:states:{REGION}:{ACCOUNT}:execution:m:i1_1"


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_that_nobody_waits_on(code: str) -> None:
    with pytest.raises(TokenGoneError):
        machines(Recorded(send_task_success=[code])).answer("t", {})


def test_what_ended_long_ago() -> None:
    gone = Recorded(
        stop_execution=["ExecutionDoesNotExist"],
        describe_execution=["ExecutionDoesNotExist"],
        get_execution_history=["ExecutionDoesNotExist"],
    )
    machines(gone).stop("arn", "cause")
    for asked in (machines(gone).describe, machines(gone).history):
        with pytest.raises(ExecutionGoneError):
            asked("arn")


def test_history_is_read_whole_or_from_the_end() -> None:
    pages: list[Any] = [{"events": [{"id": 1}, {"id": 2}], "nextToken": "n"}, {"events": [{"id": 3}]}]
    assert [e["id"] for e in machines(Recorded(get_execution_history=pages)).history("arn")] == [1, 2, 3]
    backwards: list[Any] = [
        {"events": [{"id": 5}, {"id": 4}], "nextToken": "n"},
        {"events": [{"id": 3}, {"id": 2}], "nextToken": "m"},
    ]
    client = Recorded(get_execution_history=backwards)
    assert [e["id"] for e in machines(client).history("arn", after=2)] == [3, 4, 5]
    assert client.asked[0][1]["reverseOrder"] is True
    moments = [datetime(2026, 11, 22, 8, minute, tzinfo=UTC) for minute in range(4)]
    newest: list[Any] = [
        {"events": [{"id": 3, "timestamp": moments[3]}, {"id": 2, "timestamp": moments[2]}], "nextToken": "n"},
        {"events": [{"id": 1, "timestamp": moments[1]}], "nextToken": "m"},
    ]
    found = machines(Recorded(get_execution_history=newest)).history("arn", since=moments[2])
    assert [e["id"] for e in found] == [2, 3]


def test_the_environment_is_checked_all_at_once() -> None:
    with pytest.raises(ValueError, match="DPC_ACCOUNT") as wrong:
        read_environment({**ENVIRONMENT, "DPC_ACCOUNT": "1", "DPC_TENANT": "X", "DPC_CONNECTIONS": "[{}]"})
    assert "DPC_TENANT" in str(wrong.value) and "DPC_CONNECTIONS" in str(wrong.value)
    read: Environment = read_environment(ENVIRONMENT)
    assert read.languages == ["pl", "en"] and read.connections[0].target == "http://127.0.0.1:1/"


def test_ids_sort_by_time_and_never_repeat() -> None:
    clock = FakeClock()
    ids = Ulids(clock, lambda n: bytes(n - 1) + b"\xff")
    made = [ids.new() for _ in range(300)]
    clock.advance(milliseconds=1)
    made.append(ids.new())
    clock.advance(seconds=-10)
    made.append(ids.new())
    assert made == sorted(set(made)) and {len(id_) for id_ in made} == {26}
