"""cfn-lint, a second opinion on all that is emitted."""

import json
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from state_machines.compile import compile_bpmn
from tests.state_machines.corpora import library, models

MACHINES_A_TEMPLATE = 40
FALSE_ALARM = "TimeoutSeconds"
"""The field that Step Functions takes as one JSONata expression, and E3601 does not."""


@pytest.mark.slow
def test_cfn_lint_is_quiet(tmp_path: Path) -> None:
    numbers, machines = count(), {}
    for name, path in models().items():
        for process in compile_bpmn(path.read_bytes(), library=library(path)).processes:
            machines[f"Machine{next(numbers)}"] = _resource(f"{name} {process.id}", process.machines["main"])
    names = list(machines)
    parts = [names[i : i + MACHINES_A_TEMPLATE] for i in range(0, len(names), MACHINES_A_TEMPLATE)]
    templates = [tmp_path / f"{i}.json" for i in range(len(parts))]
    for template, part in zip(templates, parts, strict=True):
        resources = {name: machines[name] for name in part}
        template.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}))
    assert templates
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "json", *map(str, templates)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout, run.stderr
    found = [
        (machines[item["Location"]["Path"][1]]["Metadata"], item["Rule"]["Id"], item["Message"])
        for item in json.loads(run.stdout)
        if not (item["Rule"]["Id"] == "E3601" and item["Location"]["Path"][-1] == FALSE_ALARM)
    ]
    assert found == []


def _resource(about: str, definition: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(definition).replace("${dpc:", "dpc{")
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Metadata": {"model": about},
        "Properties": {"RoleArn": "arn:aws:iam::123456789012:role/r", "Definition": json.loads(text)},
    }
