"""cfn-lint, a second opinion on what is emitted. E3601 for a TimeoutSeconds in JSONata is its known false alarm."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.state_machines.flow.test_products import product


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cash-loan", "complaint-handling"])
def test_cfn_lint_is_quiet(name: str, tmp_path: Path) -> None:
    text = json.dumps(product(name).machines["main"]).replace("${dpc:", "dpc{")
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"RoleArn": "arn:aws:iam::123456789012:role/r", "Definition": json.loads(text)},
    }
    template = tmp_path / "template.json"
    template.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Machine": machine}}))
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "json", str(template)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [
        (item["Rule"]["Id"], item["Message"])
        for item in json.loads(run.stdout or "[]")
        if not (item["Rule"]["Id"] == "E3601" and "TimeoutSeconds" in str(item))
    ]
    assert found == []
