"""moto's interpreter of Step Functions, a second opinion on the simulator: the same machines end in the same way."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import Phase, given

from state_machines.compilation import CompiledProcess
from state_machines.compile import compile_bpmn
from tests.effort import effort
from tests.state_machines.flow.betsy import ROOT as BETSY
from tests.state_machines.flow.betsy import Case, cases
from tests.state_machines.flow.blocks import Sequence, drawn, processes
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.second_opinion import MotoWorld, lacks, moto_runs
from tests.state_machines.flow.test_products import APPLICANT, functions, product
from tests.state_machines.flow.world import World

pytestmark = pytest.mark.slow

Play = Callable[[Any], Any]


def approved(world: Any) -> None:
    world.start({}, "c").answer("FillInApplication", APPLICANT).answer("CheckApplication", {"approved": True})
    assert world.publish("message", "contract-signed", "c") == 1


def declined(world: Any) -> None:
    world.start({}, "c").answer("FillInApplication", APPLICANT).answer("CheckApplication", {"approved": False})


def minor(world: Any) -> None:
    world.start().answer("FillInApplication", {**APPLICANT, "age": 17})


def asked_back(world: Any) -> None:
    world.start({"complaintId": 'K-"7"\n', "customerName": "Ada", "refundAmount": 12.5})
    world.answer("AssessComplaint", {"assessment": "unclear"})
    assert world.publish("message", "complaint-answer", 'K-"7"\n', {"details": "this"}) == 1
    world.answer("AssessComplaint", {"assessment": "accepted"})


@pytest.mark.parametrize(
    ("name", "play"),
    [
        ("cash-loan", approved),
        ("cash-loan", declined),
        ("cash-loan", minor),
        ("complaint-handling", asked_back),
    ],
)
def test_products_end_the_same(name: str, play: Play) -> None:
    process = product(name)
    ours = World(process, functions())
    play(ours)
    assert moto(process, play, functions()) == (ours.status, ours.variables)


def moto(process: CompiledProcess, play: Play, known: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The status and variables in which moto ends."""
    with moto_runs(known):
        world = MotoWorld(process)
        play(world)
        return world.status, world.variables


def test_public_cases_end_the_same() -> None:
    if not BETSY.is_dir():
        pytest.skip("conformance/betsy does not stand beside the repository")
    compared, different = 0, {}
    for number, case in enumerate(cases()):
        process = comparable(case)
        if process is None or (number % 3 and not has_map(process)):  # each takes real time
            continue
        given_variables = case.data["variables"]
        platform = Platform([process])
        arn = platform.start(process.id, given_variables)
        while waits := platform.run().open():
            first = min(waits, key=lambda wait: str(wait["elementId"]))
            platform.answer(first, first["elementId"], {})
        compared += 1
        found = moto(process, lambda world, given=given_variables: all_answered(world, given), {})
        if found != ("SUCCEEDED", platform.variables(arn)):
            different[case.name] = (found, platform.variables(arn))
    assert different == {}
    assert compared > 8


def has_map(process: CompiledProcess) -> bool:
    return '"Type": "Map"' in json.dumps(process.machines["main"])


def comparable(case: Case) -> CompiledProcess | None:
    """The process of a case that needs nothing but answers, and nothing that moto lacks."""
    processes_of = compile_bpmn(case.model.read_bytes()).processes
    if len(processes_of) != 1 or case.data["expect"]["status"] != "completed":
        return None
    if case.data.get("advanceSeconds") or case.data.get("raises") or case.data.get("alsoStart"):
        return None
    return None if lacks(processes_of[0].machines["main"]) else processes_of[0]


def all_answered(world: MotoWorld, given_variables: Mapping[str, Any]) -> None:
    world.start(given_variables)
    while world.answer_first():
        pass


@effort(8, phases=[Phase.explicit, Phase.generate])  # shrinking in real time would take for ever
@given(processes())
def test_random_blocks_end_the_same(tree: Sequence) -> None:
    source, _ = drawn(tree)
    (process,) = compile_bpmn(source).processes
    if lacks(process.machines["main"]):
        return
    given_variables = {"a": 1, "b": 2, "c": 3}
    ours = World(process).start(given_variables)
    while ours.waits:
        wait = min(ours.waits.values(), key=lambda w: w["elementId"])
        ours._answer(wait, wait["elementId"], {})
    found = moto(process, lambda world: all_answered(world, given_variables), {})
    assert found == (ours.status, ours.variables)
