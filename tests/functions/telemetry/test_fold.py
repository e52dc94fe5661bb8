"""The read model against what compiled processes really do, however late, doubled or lost the lines of the log are."""

import json
import random
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contract import tables
from contract.buckets import ARTIFACTS
from functions.runtime.ports import Execution
from functions.runtime.records import Put
from functions.telemetry.handler import handle
from state_machines import compile_bpmn
from state_machines.dmn import read_dmn
from state_machines.library import Library
from tests.functions.fakes import World
from tests.functions.invoking import Context
from tests.functions.telemetry.lines import deliver, lines_of
from tests.state_machines.flow.world import FunctionError
from tests.state_machines.flow.world import World as Machine

LOAN = Path(__file__).parents[3] / "catalogue/products/cash-loan"
EXECUTION = "arn:aws:states:eu-central-1:000000000000:execution:process:inst-1_1"
APPLICANT = {
    "firstName": "Ada", "lastName": "Żak", "email": "a@b.pl", "age": 34, "monthlyIncome": 8200, "amount": 20000,
    "termMonths": 36, "purpose": "home",
}  # fmt: skip


@pytest.fixture(scope="module")
def process() -> Any:
    decisions = {"loan-scoring": read_dmn((LOAN / "loan-scoring.dmn").read_bytes())}
    compilation = compile_bpmn((LOAN / "cash-loan.bpmn").read_bytes(), library=Library(decisions=decisions))
    assert compilation.processes, compilation.diagnostics
    return compilation.processes[0]


def machine(process: Any, *, bureau_fails: int = 0) -> Machine:
    failures = iter(range(bureau_fails))

    def http(call: dict[str, Any]) -> dict[str, Any]:
        if call["context"]["elementId"] == "AskCreditBureau" and next(failures, None) is not None:
            raise FunctionError("ConnectorUnavailable", "down")
        return {"statusCode": 200, "headers": {}, "response": {"score": 700, "reference": "r", "loanNumber": "L-1"}}

    functions = {
        "http-connector": http,
        "dpc:document": lambda _call: {"documentId": "d-1"},
    }
    return Machine(process, functions).start({})


def finish(run: Machine) -> Machine:
    if "FillInApplication" in run.open():
        run.answer("FillInApplication", APPLICANT)
    run.pass_time(seconds=60)
    if "AskCreditBureau!" in run.open():
        run.resolve("AskCreditBureau", "retry")
    if "CheckApplication" in run.open():
        run.answer("CheckApplication", {"approved": True})
    else:
        run.answer("CheckAsSupervisor", {"approved": True})
    return run.answer("ContractSigned")


def late(run: Machine) -> Machine:
    run.answer("FillInApplication", APPLICANT)
    run.pass_time(hours=25)
    return run


PLAYS = {
    "straight": lambda p: finish(machine(p)),
    "bureau down, incident, retry": lambda p: finish(machine(p, bureau_fails=3)),
    "checked too late": lambda p: (
        late(machine(p)).answer("CheckAsSupervisor", {"approved": True}).answer("ContractSigned")
    ),
    "still waiting": lambda p: late(machine(p)),
    "refused": lambda p: late(machine(p)).answer("CheckAsSupervisor", {"approved": False}),
}


def lines(run: Machine) -> list[dict[str, Any]]:
    """The log of a run."""
    return lines_of(run.simulator.history(run.execution), EXECUTION)


def prepared(process: Any, run: Machine) -> World:
    world = World()
    world.objects.put(ARTIFACTS, "processes/cash-loan/3/source_map.json", json.dumps(process.source_map).encode(), "")
    item = {"pk": "inst-1", "sk": "INSTANCE", "entity": "instance", "processId": "cash-loan", "version": 3}
    item |= {"status": "active", "startedAt": world.clock.now().isoformat()}
    world.store.write(Put(tables.INSTANCES, item))
    said = run.simulator.describe(run.execution)
    started: datetime = said.start
    world.machines.executions[EXECUTION] = Execution(
        EXECUTION, said.status, started, said.stop, said.input, said.output, "", ""
    )
    world.machines.histories[EXECUTION] = list(run.simulator.history(run.execution))
    return world


def model(world: World) -> tuple[Counter[str], dict[str, int], dict[str, Any]]:
    rows = world.store.query(tables.INSTANCES, "inst-1").items
    passages = Counter(f"{r['elementId']}:{r['state']}" for r in rows if r["sk"].startswith("EL#"))
    flows = {r["flowId"]: int(r["count"]) for r in rows if r["sk"].startswith("FLOW#")}
    return passages, flows, next(r for r in rows if r["sk"] == "INSTANCE")


def expected(run: Machine, process: Any) -> tuple[Counter[str], dict[str, int]]:
    """From the compiler's own reader of histories, which shares nothing with telemetry."""
    walked = Counter(run.walk())
    flows = {name: n for name, n in walked.items() if name in process.source_map["flows"]}
    passages = Counter(
        {
            f"{n.rstrip('!')}:{'cancelled' if n.endswith('!') else 'completed'}": c
            for n, c in walked.items()
            if n not in flows
        }
    )
    return passages, flows


@pytest.mark.parametrize("play", PLAYS)
def test_the_read_model_is_the_path(process: Any, play: str) -> None:
    run = PLAYS[play](process)
    world = prepared(process, run)
    deliver(world, lines(run))
    passages, flows, instance = model(world)
    walked, walked_flows = expected(run, process)
    open_ = {name: n for name, n in passages.items() if name.endswith(":active")}
    assert passages - Counter(open_) == walked
    assert flows == walked_flows
    assert sorted(name.split(":")[0] for name in open_) == [name.rstrip("!") for name in run.open()]
    assert instance["status"] == ("active" if run.open() else "completed")


@pytest.mark.parametrize("seed", range(12))
def test_order_repetition_and_loss_change_nothing(process: Any, seed: int) -> None:
    chance = random.Random(seed)
    run = finish(machine(process, bureau_fails=3))
    in_order, scrambled = prepared(process, run), prepared(process, run)
    deliver(in_order, lines(run))
    batch = lines(run) + [line for line in lines(run) if chance.random() < 0.3]
    kept = [line for line in batch if chance.random() > 0.15 or line["type"] == "ExecutionSucceeded"]
    chance.shuffle(kept)
    while kept:
        size = chance.randint(1, 20)
        deliver(scrambled, kept[:size])
        kept = kept[size:]
    handle.with_ports(scrambled.ports)({"source": "aws.events", "detail-type": "Scheduled Event"}, Context())
    assert model(scrambled)[:2] == model(in_order)[:2]
    assert model(scrambled)[2]["status"] == "completed"
    assert json.loads(model(scrambled)[2]["variables"])["loanNumber"] == "L-1"
    assert entered(scrambled) == entered(in_order)


def entered(world: World) -> Counter[tuple[str, int]]:
    """The entries that were told to analytics: each once, with or without its end in the same event."""
    sent = [item for item in world.store.items(tables.OUTBOX) if item["type"] == "ElementPassed"]
    details = [json.loads(item["detail"])["data"] for item in sent]
    return Counter((d["elementId"], d["iteration"]) for d in details if d["entered"])


def test_an_incident_shows_while_it_lasts(process: Any) -> None:
    run = machine(process, bureau_fails=3)
    run.answer("FillInApplication", APPLICANT)
    run.pass_time(seconds=60)
    world = prepared(process, run)
    before = lines(run)
    deliver(world, before)
    assert model(world)[2]["status"] == "incident"
    run.resolve("AskCreditBureau", "retry")
    deliver(world, lines(run)[len(before) :])
    assert model(world)[2]["status"] == "active"
    assert model(world)[0]["AskCreditBureau:completed"] == 1
