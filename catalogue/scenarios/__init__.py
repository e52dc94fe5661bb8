"""Scenario files: their format, what is checked of them, and running those of a bundle (docs/scenarios.md).

Pure: no AWS, no clock, no files. What happens in a run is in `state_machines.scenarios`.
"""

from catalogue.scenarios.bundle import BundleRun, run_bundle, run_scenarios
from catalogue.scenarios.check import check_scenario
from catalogue.scenarios.decisions import RuleCoverage
from catalogue.scenarios.read import read_scenario

__all__ = ["BundleRun", "RuleCoverage", "check_scenario", "read_scenario", "run_bundle", "run_scenarios"]
