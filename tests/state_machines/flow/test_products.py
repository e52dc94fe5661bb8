"""The two processes that come with the platform: they compile without warnings, and every path of theirs runs."""

from pathlib import Path
from typing import Any

from state_machines.compilation import CompiledProcess
from state_machines.compile import compile_bpmn
from state_machines.dmn import read_dmn
from state_machines.library import Library
from tests.state_machines.flow.world import FunctionError, World

PRODUCTS = Path(__file__).parents[3] / "catalogue" / "products"
APPLICANT = {
    **{"firstName": "Zażółć", "lastName": "Gęślą", "email": "z@example.org", "purpose": "car"},
    **{"age": 40, "monthlyIncome": 7000, "amount": 20000, "termMonths": 24},
}


def product(name: str) -> CompiledProcess:
    folder = PRODUCTS / name
    decisions = {}
    for file in sorted(folder.glob("*.dmn")):
        definitions = read_dmn(file.read_bytes())
        decisions.update(dict.fromkeys(definitions.decisions, definitions))
    compilation = compile_bpmn((folder / f"{name}.bpmn").read_bytes(), library=Library(decisions=decisions))
    assert [d for d in compilation.diagnostics if d.severity != "info"] == []
    return compilation.processes[0]


def functions(score: int = 700, failures: int = 0) -> dict[str, Any]:
    left = [failures]

    def http(payload: dict[str, Any]) -> dict[str, Any]:
        if left[0]:
            left[0] -= 1
            raise FunctionError("ConnectorUnavailable", "down")
        body = {"score": score, "reference": "CB-1", "loanNumber": "L-1"}
        return {"response": body, "statusCode": 200, "headers": {}}

    def document(payload: dict[str, Any]) -> dict[str, Any]:
        return {"documentId": f"doc-{payload['input']['template']}"}

    return {"http-connector": http, "dpc:document": document, "io.camunda:http-json:1": http}


def test_cash_loan_is_sold() -> None:
    process = product("cash-loan")
    world = World(process, functions()).start({}, "case-1").answer("FillInApplication", APPLICANT)
    assert world.record("CheckApplication")["candidateGroups"] == "back-office"
    world.answer("CheckApplication", {"approved": True})
    assert world.open() == ["ContractSigned"]
    assert world.publish("message", "contract-signed", "case-1") == 1
    assert world.status == "SUCCEEDED"
    assert world.variables["loanNumber"] == "L-1"
    assert world.variables["contract"] == "doc-loan-contract"
    walk = world.walk()
    assert (walk[0], walk[-1]) == ("LoanRequested", "LoanPaidOut")
    assert {"ChecksBegin", "ChecksDone", "Checked", "Approved", "Flow_Checked", "Flow_BureauAnswered"} <= set(walk)


def test_cash_loan_escalates_and_is_refused() -> None:
    process = product("cash-loan")
    world = World(process, functions()).start({}, "c").answer("FillInApplication", APPLICANT).pass_time(hours=24)
    assert world.open() == ["CheckAsSupervisor"]
    world.answer("CheckAsSupervisor", {"approved": False})
    assert world.variables["refusalLetter"] == "doc-loan-refusal"
    walk = world.walk()
    assert {"CheckApplication!", "NotCheckedInTime", "CheckAsSupervisor", "Checked"} <= set(walk)
    assert walk[-1] == "LoanRefused"
    assert "loanNumber" not in world.variables


def test_cash_loan_is_refused_by_the_table_alone() -> None:
    world = World(product("cash-loan"), functions()).start().answer("FillInApplication", {**APPLICANT, "age": 17})
    assert world.variables["scoring"] == {"eligible": False, "riskClass": "D", "maxAmount": 0}
    assert [call["connector"] for call in world.calls] == ["dpc:document"]
    assert world.walk()[-1] == "LoanRefused"


def test_cash_loan_survives_a_credit_bureau_that_is_down() -> None:
    world = World(product("cash-loan"), functions(failures=3)).start({}, "c").answer("FillInApplication", APPLICANT)
    world.pass_time(seconds=10)
    assert world.open() == ["AskCreditBureau!", "CheckApplication"]
    world.resolve("AskCreditBureau", "retry").answer("CheckApplication", {"approved": True})
    assert world.open() == ["ContractSigned"]
    assert world.walk().count("AskCreditBureau") == 1


def test_complaint_asks_back_refunds_and_answers() -> None:
    process = product("complaint-handling")
    details = {"complaintId": "K-7", "customerName": "Ada", "subject": "fees", "refundAmount": 12.5}
    world = World(process, functions()).start(details)
    world.answer("AssessComplaint", {"assessment": "unclear", "assessmentNote": "which?"})
    assert world.publish("message", "complaint-answer", "K-7", {"details": "this"}) == 1
    world.answer("AssessComplaint", {"assessment": "accepted", "assessmentNote": "sorry"})
    assert world.variables["refund"]["statusCode"] == 200
    assert world.variables["answerLetter"] == "doc-complaint-answer"
    assert world.calls[1]["input"]["authentication"] == {"type": "noAuth"}
    assert world.counts()["AssessComplaint"] == world.counts()["ReadyToAssess"] == 2
    assert world.walk()[-1] == "ComplaintAnswered"


def test_complaint_is_answered_without_an_answer() -> None:
    world = World(product("complaint-handling"), functions()).start({"complaintId": "K-8"})
    world.answer("AssessComplaint", {"assessment": "unclear"}).pass_time(days=14)
    assert {"AwaitAnswer!", "NoAnswerInTime", "Decided", "ComplaintAnswered"} <= set(world.walk())
    world = World(product("complaint-handling"), functions()).start({"complaintId": "K-9"})
    assert world.answer("AssessComplaint", {"assessment": "rejected"}).walk()[-1] == "ComplaintAnswered"


def test_happy_paths_take_fewer_transitions_than_nodes() -> None:
    for name in ("cash-loan", "complaint-handling"):
        report = product(name).report
        assert report["transitionsOnHappyPath"] < report["nodesOnHappyPath"]
