"""Runs scenarios: one instance of one compiled process under a virtual clock, with connectors that answer as told.

Pure. The file format and its checks are in `catalogue.scenarios`.
"""

from state_machines.scenarios.coverage import Coverage, coverage
from state_machines.scenarios.model import (
    Advance,
    Answer,
    Complete,
    Expect,
    Expectation,
    FormPort,
    Mock,
    Publish,
    Resolve,
    Scenario,
    Step,
    TaskExpectation,
)
from state_machines.scenarios.result import Failure, ScenarioResult
from state_machines.scenarios.run import run_scenario

__all__ = [
    "Advance",
    "Answer",
    "Complete",
    "Coverage",
    "Expect",
    "Expectation",
    "Failure",
    "FormPort",
    "Mock",
    "Publish",
    "Resolve",
    "Scenario",
    "ScenarioResult",
    "Step",
    "TaskExpectation",
    "coverage",
    "run_scenario",
]
