"""Finding and removing machines over AWS's own API, with the rights that the cleanup function has."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from contract import machines as machine_names
from functions.cleanup.spec import SPEC
from tests.functions.runtime.cloud import ACCOUNT, REGION, cloud

EPOCH = datetime.fromtimestamp(0, UTC)
PASS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}


def test_only_the_tenants_machines_are_found_and_removed_with_the_rights_of_the_spec() -> None:
    used: set[str] = set()

    def observe(_: str, service: str, operation: str, __: Mapping[str, Any]) -> None:
        used.add(f"{'states' if service == 'stepfunctions' else service}:{operation}")

    with cloud(observe=observe) as ports:
        versions = [ports.machines.deploy(name, PASS, description="") for name in ("loan", "claim")]
        started = ports.machines.start(versions[0].rsplit(":", 1)[0], "instance_1", {})
        client = boto3.client("stepfunctions", region_name=REGION)
        role = f"arn:aws:iam::{ACCOUNT}:role/{machine_names.ROLE}"
        client.create_state_machine(
            name="dpc-other-p-loan", definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}', roleArn=role
        )
        used.clear()

        found = ports.machines.list_machines()
        assert sorted(arn.rpartition(":")[2] for arn in found) == ["dpc-demo-p-claim", "dpc-demo-p-loan"]
        assert [e for arn in found for e in ports.machines.list_running(arn)] == [started]
        ((listed, began),) = [each for arn in found for each in ports.machines.list_started(arn, EPOCH)]
        assert (listed, list(ports.machines.list_started(found[0], began + timedelta(seconds=1)))) == (started, [])
        ports.machines.stop(started, "the stack goes")
        assert [e for arn in found for e in ports.machines.list_running(arn)] == []
        for arn in (*found, *found):
            ports.machines.remove(arn)
        assert ports.machines.list_machines() == []
        assert [ports.machines.list_running(arn) for arn in found] == [[], []]
        assert [m["name"] for m in client.list_state_machines()["stateMachines"]] == ["dpc-other-p-loan"]
    assert used == {action for right in SPEC.rights for action in right.actions}
