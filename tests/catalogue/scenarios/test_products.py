"""The demo products' own scenarios: all pass, and together they go everywhere."""

import json

import pytest

from catalogue.bundle import Bundle
from catalogue.scenarios import read_scenario, run_bundle, run_scenarios
from catalogue.scenarios.decisions import is_decision_scenario
from state_machines import Compilation
from tests.catalogue.scenarios.bundles import NAMES, compiled


def of_processes(name: str) -> dict[str, bytes]:
    """The scenarios that are no tables of a decision."""
    return {f: source for f, source in compiled(name)[0].scenarios.items() if not is_decision_scenario(f, source)}


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_pass_and_cover_everything(name: str) -> None:
    outcome = run_scenarios(*compiled(name))
    assert [(f.file, f.diagnostic) for f in outcome.findings] == []
    assert len(outcome.results) == len(of_processes(name)) >= 2
    assert all(table.missed == () for table in outcome.rules)
    (covered,) = outcome.coverage
    assert (covered.missed_elements, covered.missed_flows) == ((), ())
    assert (covered.element_share, covered.flow_share) == (1, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_deterministic(name: str) -> None:
    assert run_scenarios(*compiled(name)).results == run_scenarios(*compiled(name)).results


@pytest.mark.parametrize("name", NAMES)
def test_json_means_the_same(name: str) -> None:
    import yaml

    for file, source in of_processes(name).items():
        as_json = json.dumps(yaml.safe_load(source), ensure_ascii=False).encode()
        first, second = read_scenario(file, source)[0], read_scenario(file, as_json)[0]
        assert first is not None
        assert second is not None
        assert (first.mocks.keys(), first.variables, first.expect.path) == (
            second.mocks.keys(),
            second.variables,
            second.expect.path,
        )
        assert [type(step) for step in first.steps] == [type(step) for step in second.steps]


def test_publishing_is_told_and_nothing_runs_beside_a_model_that_does_not_compile() -> None:
    bundle, compilations, decisions = compiled("car-insurance")
    wrong = Bundle(scenarios={"scenarios/a.yaml": b"process: car-insurance\nexpect: {status: completed}\n"})
    (found,) = run_bundle(wrong, compilations, decisions)
    assert (found.file, found.diagnostic.code, found.diagnostic.severity) == (
        "scenarios/a.yaml",
        "SCENARIO-012",
        "error",
    )
    broken = {**compilations, "other.bpmn": Compilation((), ())}
    assert run_bundle(wrong, broken, decisions) == ()
    unread = Bundle(scenarios={"scenarios/a.yaml": b"process: ["})
    assert [f.diagnostic.code for f in run_bundle(unread, broken, decisions)] == ["SCENARIO-001"]
    assert run_bundle(Bundle(processes=bundle.processes), compilations, decisions) == ()


def test_too_many_scenarios_are_refused() -> None:
    _, compilations, decisions = compiled("car-insurance")
    many = Bundle(scenarios={f"scenarios/{n}.yaml": b"process: car-insurance\n" for n in range(101)})
    assert [f.diagnostic.code for f in run_bundle(many, compilations, decisions)] == ["SCENARIO-020"]
