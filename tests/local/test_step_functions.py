"""The Step Functions API over real boto3: error codes, versions, pages, history."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local import sample

ROLE = "arn:aws:iam::111122223333:role/r"


def machine(**states: Any) -> str:
    first = next(iter(states))
    return json.dumps({"QueryLanguage": "JSONata", "StartAt": first, "States": states})


PASS = machine(Only={"Type": "Pass", "End": True})
WAITS = machine(
    Wait={
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken",
        "Arguments": {
            "TableName": "dpc-sample-waits",
            "Item": {"pk": {"S": "t"}, "sk": {"S": "{% $states.context.Execution.Name %}"},
                     "token": {"S": "{% $states.context.Task.Token %}"}},
        },
        "TimeoutSeconds": 30,
        "End": True,
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    with sample.running() as running:
        yield running


@pytest.fixture
def states(running: Any) -> Any:
    return running[0].clients("stepfunctions")


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value.response["Error"]["Code"])


def create(states: Any, name: str, definition: str = PASS, **more: Any) -> Any:
    return states.create_state_machine(name=name, definition=definition, roleArn=ROLE, **more)


def test_creating_the_same_again_answers_it_and_another_is_refused(states: Any) -> None:
    first = create(states, "same", publish=True, versionDescription="one")
    assert create(states, "same")["stateMachineArn"] == first["stateMachineArn"]
    assert first["stateMachineVersionArn"].endswith(":same:1")
    assert code(lambda: create(states, "same", WAITS)) == "StateMachineAlreadyExists"
    assert code(lambda: create(states, "bad name")) == "InvalidName"
    assert code(lambda: create(states, "broken", "{")) == "InvalidDefinition"
    assert code(lambda: create(states, "dangling", machine(A={"Type": "Pass", "Next": "B"}))) == "InvalidDefinition"


def test_versions_stand_still_while_the_machine_changes(states: Any) -> None:
    arn = create(states, "versions", publish=True)["stateMachineArn"]
    same = states.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    assert same == f"{arn}:1"
    updated = states.update_state_machine(stateMachineArn=arn, definition=WAITS)
    assert code(states.publish_state_machine_version, stateMachineArn=arn, revisionId="old") == "ConflictException"
    second = states.publish_state_machine_version(stateMachineArn=arn, revisionId=updated["revisionId"])
    assert second["stateMachineVersionArn"] == f"{arn}:2"
    assert states.describe_state_machine(stateMachineArn=f"{arn}:1")["definition"] == PASS
    assert states.describe_state_machine(stateMachineArn=f"{arn}:2")["definition"] == WAITS
    first_page = states.list_state_machine_versions(stateMachineArn=arn, maxResults=1)
    assert [v["stateMachineVersionArn"] for v in first_page["stateMachineVersions"]] == [f"{arn}:2"]
    rest = states.list_state_machine_versions(stateMachineArn=arn, maxResults=1, nextToken=first_page["nextToken"])
    assert [v["stateMachineVersionArn"] for v in rest["stateMachineVersions"]] == [f"{arn}:1"]
    states.delete_state_machine_version(stateMachineVersionArn=f"{arn}:1")
    assert code(states.start_execution, stateMachineArn=f"{arn}:1") == "StateMachineDoesNotExist"
    states.delete_state_machine(stateMachineArn=arn)
    assert code(states.describe_state_machine, stateMachineArn=arn) == "StateMachineDoesNotExist"


def test_a_start_is_idempotent_by_name_only_while_it_runs(running: Any, states: Any) -> None:
    arn = create(states, "starts", WAITS)["stateMachineArn"]
    first = states.start_execution(stateMachineArn=arn, name="a", input='{"x": 1}')["executionArn"]
    assert states.start_execution(stateMachineArn=arn, name="a", input='{"x": 1}')["executionArn"] == first
    start = {"stateMachineArn": arn, "name": "a"}
    assert code(states.start_execution, **start, input='{"x": 2}') == "ExecutionAlreadyExists"
    states.stop_execution(executionArn=first, error="E", cause="because")
    assert code(states.start_execution, **start, input='{"x": 1}') == "ExecutionAlreadyExists"
    described = states.describe_execution(executionArn=first)
    assert (described["status"], described["error"], described["input"]) == ("ABORTED", "E", '{"x":1}')
    assert code(states.start_execution, stateMachineArn=arn, input="{") == "InvalidExecutionInput"
    assert code(states.describe_execution, executionArn=f"{first}x") == "ExecutionDoesNotExist"
    assert [e["name"] for e in states.list_executions(stateMachineArn=arn)["executions"]] == ["a"]


def test_tokens_end_once_and_not_after_their_time(running: Any, states: Any) -> None:
    platform, client = running
    arn = create(states, "tokens", WAITS)["stateMachineArn"]

    def token(name: str) -> str:
        states.start_execution(stateMachineArn=arn, name=name)
        client.post("/_local/idle")
        key = {"pk": {"S": "t"}, "sk": {"S": name}}
        return str(platform.clients("dynamodb").get_item(TableName="dpc-sample-waits", Key=key)["Item"]["token"]["S"])

    first = token("t1")
    states.send_task_heartbeat(taskToken=first)
    assert code(states.send_task_success, taskToken=first, output="{") == "InvalidOutput"
    states.send_task_success(taskToken=first, output='{"done": 1}')
    assert code(states.send_task_success, taskToken=first, output="{}") == "TaskTimedOut"
    assert code(states.send_task_success, taskToken="nobody's", output="{}") == "InvalidToken"
    second = token("t2")
    client.post("/_local/clock/advance", json={"duration": "PT30S"})
    assert code(states.send_task_failure, taskToken=second, error="E") == "TaskTimedOut"


def test_history_comes_in_pages_both_ways(running: Any, states: Any) -> None:
    _, client = running
    arn = create(states, "history", PASS)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=arn, input='{"secret": 1}')["executionArn"]
    client.post("/_local/idle")
    kinds = [
        event["type"]
        for page in states.get_paginator("get_execution_history").paginate(
            executionArn=execution, PaginationConfig={"PageSize": 2}
        )
        for event in page["events"]
    ]
    assert kinds == ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    newest = states.get_execution_history(executionArn=execution, reverseOrder=True, includeExecutionData=False)
    assert [event["id"] for event in newest["events"]] == [4, 3, 2, 1]
    assert "secret" not in json.dumps(newest["events"], default=str)


def test_validating_and_unknown_operations(states: Any) -> None:
    assert states.validate_state_machine_definition(definition=PASS)["result"] == "OK"
    assert states.validate_state_machine_definition(definition="{}")["result"] == "FAIL"
    assert code(states.list_activities) == "UnknownOperationException"


def test_the_machines_own_calls_fail_by_the_names_of_the_sdk(running: Any, states: Any) -> None:
    put = {
        "TableName": "dpc-sample-outbox",
        "Item": {"pk": {"S": "once"}, "sk": {"S": "-"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    once = {"Put": put}
    tries = {
        "First": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem", "Arguments": put},
        "Second": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem", "Arguments": put},
        "Third": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:transactWriteItems",
            "Arguments": {"TransactItems": [once]},
        },
        "Failed": {"Type": "Pass", "End": True},
    }
    tries["First"]["Next"] = "Second"
    caught = {"ErrorEquals": ["DynamoDb.ConditionalCheckFailedException"], "Next": "Third"}
    tries["Second"] |= {"Catch": [caught], "End": True}
    cancelled = {"ErrorEquals": ["DynamoDb.TransactionCanceledException"], "Next": "Failed"}
    cancelled["Output"] = "{% $states.errorOutput %}"
    tries["Third"] |= {"Catch": [cancelled], "End": True}
    arn = create(states, "sdk", machine(**tries))["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    running[1].post("/_local/idle")
    output = json.loads(states.describe_execution(executionArn=execution)["output"])
    assert output["Error"] == "DynamoDb.TransactionCanceledException"
    assert "[ConditionalCheckFailed]" in output["Cause"]
