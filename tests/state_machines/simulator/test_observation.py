"""What a host sees: logs without execution data, status changes, the history in botocore's shapes."""

import json
from datetime import timedelta

import botocore.session
from botocore.stub import Stubber

from state_machines.simulator import FunctionTasks
from tests.state_machines.simulator.machines import (
    ARN,
    START,
    Recorder,
    function_task,
    machine,
    simulate,
    wait_for_token,
)


def test_every_event_is_logged_once_without_execution_data() -> None:
    records = []
    definition = machine(
        T=function_task("f", Output="{% $states.result %}"), P={"Type": "Pass", "Assign": {"x": "secret"}}
    )
    simulator = simulate(definition, FunctionTasks({"f": lambda _: "secret"}), on_log=records.append)
    execution = simulator.start(ARN, {"name": "secret"})
    simulator.run_until_idle()
    history = simulator.history(execution)
    assert [(r["id"], r["type"], r["previous_event_id"]) for r in records] == [
        (str(e["id"]), e["type"], str(e["previousEventId"])) for e in history
    ]
    assert records[1] == {
        "id": "2",
        "type": "TaskStateEntered",
        "details": {"name": "T"},
        "previous_event_id": "0",
        "event_timestamp": str(int(START.timestamp() * 1000)),
        "execution_arn": execution,
        "redrive_count": "0",
    }
    assert "secret" not in json.dumps(records)


def test_status_changes_are_announced() -> None:
    seen = []
    simulator = simulate(
        machine(F={"Type": "Fail", "Error": "E"}), on_status=lambda e: seen.append((e.status, e.error))
    )
    simulator.start(ARN, {})
    simulator.run_until_idle()
    assert seen == [("RUNNING", None), ("FAILED", "E")]


def test_histories_have_the_shape_of_the_api() -> None:
    port = Recorder({"f": lambda payload: payload})
    item = {"StartAt": "F", "States": {"F": function_task("f", End=True)}}
    group = {"Type": "Map", "ItemProcessor": item, "Items": [1, 2]}
    simulator = simulate(machine(T=wait_for_token(TimeoutSeconds=60), M=group, W={"Type": "Wait", "Seconds": 5}), port)
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    simulator.send_task_success(port.tokens[0], {})
    simulator.advance(timedelta(minutes=1))
    client = botocore.session.get_session().create_client(
        "stepfunctions", region_name="eu-central-1", aws_access_key_id="-", aws_secret_access_key="-"
    )
    with Stubber(client) as stub:  # it checks a response against the service's model
        stub.add_response("get_execution_history", {"events": simulator.history(execution)})
        assert client.get_execution_history(executionArn=execution)["events"][0]["type"] == "ExecutionStarted"


def test_the_context_object() -> None:
    port = Recorder()
    task = wait_for_token(Output="{% $states.context %}")
    simulator = simulate(machine(T=task), port)
    execution = simulator.start(ARN, {"a": 1}, "name")
    simulator.run_until_idle()
    simulator.send_task_success(port.tokens[0], {})
    simulator.run_until_idle()
    context = simulator.describe(execution).output
    assert context == {
        "Execution": {
            "Id": execution,
            "Input": {"a": 1},
            "Name": "name",
            "RedriveCount": 0,
            "RoleArn": "arn:aws:iam::111111111111:role/states",
            "StartTime": "2026-03-01T12:00:00.000Z",
        },
        "State": {"EnteredTime": "2026-03-01T12:00:00.000Z", "Name": "T", "RetryCount": 0},
        "StateMachine": {"Id": ARN, "Name": "m"},
        "Task": {"Token": port.tokens[0]},
    }
