"""The scenarios of a bundle: read, checked and run against its compiled processes; findings and coverage.

SCENARIO-010 a step cannot happen      SCENARIO-012 an expectation is not met    SCENARIO-014 cannot be simulated
SCENARIO-011 a connector's answer      SCENARIO-013 the instance failed          SCENARIO-020 too many files
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalogue.bundle import Bundle, BundleFinding
from catalogue.scenarios.check import check_scenario
from catalogue.scenarios.read import read_scenario
from state_machines.compilation import Compilation, CompiledProcess
from state_machines.diagnostics import Diagnostic, has_errors
from state_machines.dmn import Definitions
from state_machines.scenarios import Coverage, Failure, Scenario, ScenarioResult, coverage, run_scenario

MAX_SCENARIOS = 100
CODES = {
    "step": "SCENARIO-010",
    "connector": "SCENARIO-011",
    "expectation": "SCENARIO-012",
    "instance": "SCENARIO-013",
    "runner": "SCENARIO-014",
}


@dataclass(frozen=True)
class BundleRun:
    """Results by file (None: it could not be run), what is wrong, and the coverage of each process with scenarios."""

    results: Mapping[str, ScenarioResult | None]
    findings: tuple[BundleFinding, ...]
    coverage: tuple[Coverage, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; warnings aside."""
        return not has_errors(found.diagnostic for found in self.findings)


def run_bundle(
    bundle: Bundle, compilations: Mapping[str, Compilation], decisions: Mapping[str, Definitions]
) -> tuple[BundleFinding, ...]:
    """What publishing needs to know: everything that is wrong with a bundle's scenarios, or that they found.

    `compilations` by file, as the bundle's processes; `decisions` by id. Without processes (they did not compile)
    nothing is run, as the compiler has said why.
    """
    return run_scenarios(bundle, compilations, decisions).findings


def run_scenarios(
    bundle: Bundle, compilations: Mapping[str, Compilation], decisions: Mapping[str, Definitions]
) -> BundleRun:
    """Runs every scenario of a bundle. Never raises on their content."""
    processes = {process.id: process for compiled in compilations.values() for process in compiled.processes}
    if not bundle.scenarios or not processes:
        return BundleRun({}, (), ())
    if len(bundle.scenarios) > MAX_SCENARIOS:
        words = f"There are {len(bundle.scenarios)} scenarios; at most {MAX_SCENARIOS} are run."
        return BundleRun({}, (BundleFinding("scenarios/", Diagnostic("SCENARIO-020", "error", "", 0, words)),), ())
    results: dict[str, ScenarioResult | None] = {}
    findings: list[BundleFinding] = []
    for file, source in sorted(bundle.scenarios.items()):
        results[file], said = _run(file, source, processes, decisions)
        findings += [BundleFinding(file, diagnostic) for diagnostic in said]
    return BundleRun(results, tuple(findings), _coverage(processes, [r for r in results.values() if r]))


def _run(
    file: str, source: bytes, processes: Mapping[str, CompiledProcess], decisions: Mapping[str, Definitions]
) -> tuple[ScenarioResult | None, tuple[Diagnostic, ...]]:
    scenario, said = read_scenario(file, source)
    if scenario is None:
        return None, said
    said = check_scenario(scenario, processes)
    if has_errors(said):
        return None, said
    result = run_scenario(scenario, processes[scenario.process], decisions)
    return result, (*said, *(_diagnostic(scenario, failure) for failure in result.failures))


def _diagnostic(scenario: Scenario, failure: Failure) -> Diagnostic:
    return Diagnostic(CODES[failure.kind], "error", scenario.process, failure.line or 1, failure.message)


def _coverage(processes: Mapping[str, CompiledProcess], results: Iterable[ScenarioResult]) -> tuple[Coverage, ...]:
    found = list(results)
    tested = {result.process for result in found}
    return tuple(coverage(process, found) for id_, process in processes.items() if id_ in tested)
