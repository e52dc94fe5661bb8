"""The scenarios of a bundle: read, checked and run against its compiled processes; findings and coverage.

SCENARIO-010 a step cannot happen      SCENARIO-012 an expectation is not met    SCENARIO-014 cannot be simulated
SCENARIO-011 a connector's answer      SCENARIO-013 the instance failed          SCENARIO-020 too much at once
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalogue.bundle import Bundle, BundleFinding
from catalogue.scenarios.check import check_scenario
from catalogue.scenarios.decisions import (
    RuleCoverage,
    is_decision_scenario,
    read_decision_scenario,
    rule_coverage,
    run_decision_scenario,
)
from catalogue.scenarios.forms import BundleForms
from catalogue.scenarios.read import read_scenario
from state_machines.compilation import Compilation, CompiledProcess
from state_machines.diagnostics import Diagnostic, has_errors
from state_machines.dmn import DecisionResult, Definitions
from state_machines.scenarios import Coverage, Failure, FormPort, Scenario, ScenarioResult, coverage, run_scenario

MAX_SCENARIOS = 100
MAX_STEPS = 10_000
"""Steps of all scenarios of a bundle together: what publishing has time for."""
CODES = {
    "step": "SCENARIO-010",
    "connector": "SCENARIO-011",
    "expectation": "SCENARIO-012",
    "instance": "SCENARIO-013",
    "runner": "SCENARIO-014",
}


@dataclass(frozen=True)
class BundleRun:
    """Results by file (of those that could be run), what is wrong, and the coverage of each process with scenarios."""

    results: Mapping[str, ScenarioResult]
    findings: tuple[BundleFinding, ...]
    coverage: tuple[Coverage, ...]
    rules: tuple[RuleCoverage, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; warnings aside."""
        return not has_errors(found.diagnostic for found in self.findings)


def run_bundle(
    bundle: Bundle, compilations: Mapping[str, Compilation], decisions: Mapping[str, Definitions]
) -> tuple[BundleFinding, ...]:
    """What publishing needs to know: everything that is wrong with a bundle's scenarios, or that they found.

    `compilations` by file, as the bundle's processes; `decisions` by id. Nothing is run where one did not compile, as
    the compiler has said why; the files are read all the same.
    """
    return run_scenarios(bundle, compilations, decisions).findings


def run_scenarios(
    bundle: Bundle, compilations: Mapping[str, Compilation], decisions: Mapping[str, Definitions]
) -> BundleRun:
    """Runs every scenario of a bundle. Never raises on their content."""
    if len(bundle.scenarios) > MAX_SCENARIOS:
        words = f"There are {len(bundle.scenarios)} scenarios; at most {MAX_SCENARIOS} are run."
        return BundleRun({}, (_finding("scenarios/", words),), ())
    of_decisions = {file: source for file, source in bundle.scenarios.items() if is_decision_scenario(file, source)}
    found, rules = _decisions(of_decisions, decisions)
    read = {f: read_scenario(f, source) for f, source in sorted(bundle.scenarios.items()) if f not in of_decisions}
    findings = [*found, *(BundleFinding(file, problem) for file, (_, said) in read.items() for problem in said)]
    scenarios = {file: scenario for file, (scenario, _) in read.items() if scenario is not None}
    if not all(compiled.processes for compiled in compilations.values()):
        return BundleRun({}, tuple(findings), (), rules)
    processes = {process.id: process for compiled in compilations.values() for process in compiled.processes}
    results, said = _run_all(scenarios, processes, decisions, BundleForms(bundle.forms))
    return BundleRun(results, (*findings, *said), _coverage(processes, results.values()), rules)


def _decisions(
    files: Mapping[str, bytes], decisions: Mapping[str, Definitions]
) -> tuple[list[BundleFinding], tuple[RuleCoverage, ...]]:
    """The scenarios of decisions."""
    findings: list[BundleFinding] = []
    results: list[DecisionResult] = []
    for file, source in sorted(files.items()):
        scenario, said = read_decision_scenario(file, source)
        if scenario is not None:
            said, made = run_decision_scenario(scenario, decisions)
            results += made
        findings += [BundleFinding(file, problem) for problem in said]
    return findings, rule_coverage(results, decisions)


def _run_all(
    scenarios: Mapping[str, Scenario],
    processes: Mapping[str, CompiledProcess],
    decisions: Mapping[str, Definitions],
    forms: FormPort,
) -> tuple[dict[str, ScenarioResult], list[BundleFinding]]:
    results: dict[str, ScenarioResult] = {}
    findings: list[BundleFinding] = []
    for file, scenario in scenarios.items():
        said = check_scenario(scenario, processes)
        findings += [BundleFinding(file, problem) for problem in said]
        if has_errors(said):
            continue
        if sum(result.steps for result in results.values()) > MAX_STEPS:
            words = f"Not run: the scenarios before it took more than {MAX_STEPS} steps together."
            findings.append(_finding(file, words))
            continue
        result = results[file] = run_scenario(scenario, processes[scenario.process], decisions, forms, processes)
        findings += [BundleFinding(file, _diagnostic(scenario, failure)) for failure in result.failures]
    return results, findings


def _finding(file: str, words: str) -> BundleFinding:
    return BundleFinding(file, Diagnostic("SCENARIO-020", "error", "", 0, words))


def _diagnostic(scenario: Scenario, failure: Failure) -> Diagnostic:
    return Diagnostic(CODES[failure.kind], "error", scenario.process, failure.line or 1, failure.message)


def _coverage(processes: Mapping[str, CompiledProcess], results: Iterable[ScenarioResult]) -> tuple[Coverage, ...]:
    found = list(results)
    tested = {result.process for result in found}
    return tuple(coverage(process, found) for id_, process in processes.items() if id_ in tested)
