"""The story of the product over HTTP alone: a loan from the drawn process to the signed contract."""

from io import BytesIO

import httpx
import pytest
from pypdf import PdfReader

from tests.journeys.bundles import PRODUCTS, publish
from tests.journeys.sale import Sale
from tests.platform import RunningPlatform

HAPPY = [
    "LoanRequested", "FillInApplication", "ScoreApplication", "Eligible", "ChecksBegin", "AskCreditBureau",
    "CheckApplication", "Checked", "ChecksDone", "Approved", "PrepareContract", "ContractSigned", "ActivateLoan",
    "LoanPaidOut",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def published(platform: RunningPlatform) -> None:
    publish(platform.client(), "cash-loan")


def test_the_offer_is_listed_in_the_customers_language(platform: RunningPlatform) -> None:
    def offers(**query: str) -> list[dict]:
        return platform.anybody.get("/market/offers", params=query).raise_for_status().json()["items"]

    loan = next(o for o in offers(channel="web", language="pl", customer='{"age": 34}') if o["id"] == "cash-loan")
    assert (loan["name"], loan["language"], loan["processId"]) == ("Kredyt gotówkowy", "pl", "cash-loan")
    assert {p["id"]: float(p["value"]) for p in loan["prices"]}["nominal-rate"] == 9.9
    assert {f["id"] for f in loan["features"]} >= {"amount", "term"}
    known = next(o for o in offers(channel="web", customer='{"age": 34, "existing": true}') if o["id"] == "cash-loan")
    assert {p["id"]: float(p["value"]) for p in known["prices"]}["nominal-rate"] == 8.9
    for nobody in ({"customer": '{"age": 17}'}, {"customer": '{"age": 40, "insolvent": true}'}, {"channel": "branch"}):
        assert "cash-loan" not in [o["id"] for o in offers(**{"channel": "web", **nobody})]


def test_a_loan_is_sold(platform: RunningPlatform) -> None:
    sale = Sale(platform, "SOLD-1").apply()
    assert sale.waiting() == ["CheckApplication"]
    active = [item["elementId"] for item in sale.history()["items"] if item["state"] == "active"]
    assert active == ["CheckApplication"]
    assert sale.get()["variables"]["scoring"]["eligible"] is True
    sale.check()
    assert sale.waiting() == ["ContractSigned"]
    contract = sale.channel.get(f"/documents/{sale.get()['variables']['contract']}").raise_for_status().json()
    pdf = httpx.get(contract["url"]).raise_for_status().content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "Józef" in text and "Żółciński" in text and len(pdf) == contract["size"]
    assert contract["contentType"] == "application/pdf"
    assert sale.sign() == sale.sign()
    done = sale.get()
    assert (done["status"], done["businessKey"], done["waiting"]) == ("completed", "SOLD-1", [])
    assert done["endedAt"] and "_dpc" not in done["variables"]
    history = sale.history()
    assert sorted(sale.path()) == sorted(HAPPY)
    assert all(item["state"] == "completed" and item["startedAt"] <= item["endedAt"] for item in history["items"])
    assert {flow["flowId"]: flow["count"] for flow in history["flows"]}["Flow_Approved"] == 1
    assert len(platform.partner("core-banking")["calls"]) >= 1


def test_the_applicant_works_over_a_case_link_and_sees_nothing_else(platform: RunningPlatform) -> None:
    sale, other = Sale(platform, "LINK-1"), Sale(platform, "LINK-2")
    with sale.applicant() as applicant:
        tasks = applicant.get("/tasks").raise_for_status().json()["items"]
        assert [(t["elementId"], t["instanceId"]) for t in tasks] == [("FillInApplication", sale.id)]
        form = applicant.get(f"/tasks/{tasks[0]['id']}").raise_for_status().json()
        assert form["form"]["components"]
        refused = applicant.post(
            f"/tasks/{tasks[0]['id']}/complete", json={"variables": {"firstName": "J", "age": "x"}}
        )
        assert refused.status_code == 422
        wrong = {error["field"] for error in refused.json()["errors"]}
        assert {"firstName", "lastName", "email", "age", "amount"} <= {
            field.strip("/").split("/")[-1] for field in wrong
        }
        assert applicant.get(f"/instances/{sale.id}").json()["status"] == "active"
        assert applicant.get(f"/instances/{other.id}").status_code in (403, 404)
        foreign = other.task(platform.client(), "FillInApplication")
        assert applicant.get(f"/tasks/{foreign['id']}").status_code in (403, 404)
        for path in ("/processes", "/instances", "/analytics/funnel?processId=cash-loan"):
            assert applicant.get(path).status_code in (401, 403), path
        sale.apply()
        assert applicant.get("/tasks").json()["items"] == []
        seen = applicant.get(f"/instances/{sale.id}").json()
        assert (seen["variables"], seen["waiting"]) == ({}, []), "what the bank knows stays in the bank"


def test_a_case_link_can_be_revoked_and_expires(platform: RunningPlatform) -> None:
    sale = Sale(platform, "LINK-3")
    link = sale.channel.post("/caselinks", json={"instanceId": sale.id, "expiresIn": "PT1H"}).json()
    headers = {"Authorization": f"Bearer {link['token']}"}
    assert platform.anybody.get(f"/instances/{sale.id}", headers=headers).status_code == 200
    assert sale.channel.delete(f"/caselinks/{link['id']}").status_code == 204
    assert platform.anybody.get(f"/instances/{sale.id}", headers=headers).status_code in (401, 403)
    short = sale.channel.post("/caselinks", json={"instanceId": sale.id, "expiresIn": "PT5S"}).json()
    platform.advance("PT6S")
    headers = {"Authorization": f"Bearer {short['token']}"}
    assert platform.anybody.get(f"/instances/{sale.id}", headers=headers).status_code in (401, 403)


def test_a_signature_before_its_time_is_kept(platform: RunningPlatform) -> None:
    sale = Sale(platform, "EARLY-1")
    assert sale.sign()["result"] == "buffered"
    assert sale.sign()["result"] == "buffered"
    sale.apply().check()
    assert sale.get()["status"] == "completed"
    assert sale.path().count("ContractSigned") == 1


def test_nobody_checks_and_the_supervisor_does(platform: RunningPlatform) -> None:
    sale = Sale(platform, "LATE-1").apply()
    task = sale.task(sale.clerk, "CheckApplication")
    platform.advance("PT25H")
    assert sale.waiting() == ["CheckAsSupervisor"]
    gone = sale.clerk.post(f"/tasks/{task['id']}/complete", json={"variables": {"approved": True}})
    assert (gone.status_code, gone.json()["code"]) == (409, "task-not-open")
    sale.check(element="CheckAsSupervisor", user="anna").sign()
    assert sale.get()["status"] == "completed"
    states = {item["elementId"]: item["state"] for item in sale.history()["items"]}
    assert (states["CheckApplication"], states["NotCheckedInTime"]) == ("cancelled", "completed")


@pytest.mark.parametrize(
    ("changes", "approved", "last"), [({"monthlyIncome": 900}, None, "LoanRefused"), ({}, False, "LoanRefused")]
)
def test_refusals(platform: RunningPlatform, changes: dict, approved: bool | None, last: str) -> None:
    sale = Sale(platform, f"REFUSED-{approved}").apply(**changes)
    if approved is not None:
        sale.check(approved=approved)
    assert sale.get()["status"] == "completed"
    assert {"WriteRefusal", last} <= set(sale.path())
    letter = sale.channel.get(f"/documents/{sale.get()['variables']['refusalLetter']}").json()
    assert letter["size"] > 1000


def test_the_bureau_is_down_then_an_operator_retries(platform: RunningPlatform) -> None:
    platform.partner("credit-bureau", available=False)
    try:
        sale = Sale(platform, "DOWN-1").apply()
        calls = len(platform.partner("credit-bureau")["calls"])
        platform.advance("PT30S")
        stuck = sale.get()
        assert stuck["status"] == "incident"
        assert [i["elementId"] for i in stuck["incidents"]] == ["AskCreditBureau"]
        assert "answered 503" in stuck["incidents"][0]["cause"] and "Traceback" not in str(stuck)
        assert "stackTrace" not in str(stuck)
        assert len(platform.partner("credit-bureau")["calls"]) - calls == 2, "three tries in all, as modelled"
        listed = sale.channel.get("/instances", params={"status": "incident", "processId": "cash-loan"}).json()
        assert sale.id in [item["id"] for item in listed["items"]]
    finally:
        platform.partner("credit-bureau", available=True)
    path = f"/instances/{sale.id}/incidents/{stuck['incidents'][0]['id']}/resolve"
    assert platform.client("ola").post(path, json={"action": "retry"}).status_code == 200
    platform.idle()
    assert sale.get()["status"] == "active"
    assert platform.client("ola").post(path, json={"action": "retry"}).status_code in (404, 409)
    sale.check().sign()
    assert sale.get()["status"] == "completed"
    assert sale.path().count("AskCreditBureau") == 1


def test_the_funnel_counts_who_reached_what(platform: RunningPlatform) -> None:
    def funnel() -> dict[str, int]:
        answer = platform.client("demo").get("/analytics/funnel", params={"processId": "cash-loan"}).raise_for_status()
        return {e["elementId"]: e["count"] for e in answer.json()["elements"]}

    before = funnel()
    Sale(platform, "FUNNEL-1").apply().check().sign()
    Sale(platform, "FUNNEL-2").apply()
    after = funnel()
    grown = {element: after[element] - before.get(element, 0) for element in after}
    assert (grown["LoanRequested"], grown["CheckApplication"], grown["LoanPaidOut"]) == (2, 2, 1)
    elements = platform.client("demo").get("/analytics/funnel?processId=cash-loan").json()["elements"]
    by_id = {e["elementId"]: e for e in elements}
    assert list(by_id)[:4] == ["LoanRequested", "FillInApplication", "ScoreApplication", "Eligible"], "as one reads it"
    assert by_id["LoanRequested"]["conversion"] == 1
    assert by_id["LoanPaidOut"]["conversion"] == pytest.approx(after["LoanPaidOut"] / after["LoanRequested"], abs=1e-5)


def test_the_same_file_makes_no_second_version_and_a_broken_one_none_at_all(platform: RunningPlatform) -> None:
    designer, xml = platform.client("demo"), {"Content-Type": "application/xml"}
    source = (PRODUCTS / "cash-loan" / "cash-loan.bpmn").read_bytes()
    versions = [
        designer.post("/processes", content=source, headers=xml).json()["processes"][0]["version"] for _ in "ab"
    ]
    assert versions[0] == versions[1] == designer.get("/processes/cash-loan").json()["version"]
    broken = source.replace(b'targetRef="ScoreApplication"', b'targetRef="Nowhere"').replace(
        b"scoring.eligible == true", b"scoring.eligible == = true"
    )
    refused = designer.post("/processes", content=broken, headers=xml)
    assert refused.status_code == 422
    errors = [e for e in refused.json()["errors"] if e["severity"] == "error"]
    assert len(errors) >= 2 and all(e["line"] and e["message"] for e in errors)
    assert designer.get("/processes/cash-loan").json()["version"] == versions[0]
    assert designer.get("/processes/cash-loan/bpmn").content == source


def test_a_dropped_file_compiles_by_itself(platform: RunningPlatform) -> None:
    designer = platform.client("demo")
    source = (PRODUCTS / "cash-loan" / "cash-loan.bpmn").read_bytes()
    for content, expected in ((source.replace(b"Cash loan", b"Cash loan, dropped"), "deployed"), (b"<a/>", "refused")):
        upload = designer.post("/uploads", json={"filename": "cash-loan.bpmn"})
        assert upload.status_code == 201, upload.text
        where = upload.json()
        assert designer.get(f"/uploads/{where['id']}").json()["status"] == "waiting"
        httpx.request(where["method"], where["url"], headers=where["headers"], content=content).raise_for_status()
        platform.idle()
        status = designer.get(f"/uploads/{where['id']}").json()
        assert status["status"] == expected, status
        assert bool(status.get("errors")) == (expected == "refused")


def test_an_instance_can_be_cancelled_once(platform: RunningPlatform) -> None:
    sale, operator = Sale(platform, "CANCEL-1").apply(), platform.client("ola")
    assert operator.post(f"/instances/{sale.id}/cancel").status_code == 200
    platform.idle()
    assert (sale.get()["status"], sale.waiting()) == ("cancelled", [])
    assert operator.post(f"/instances/{sale.id}/cancel").status_code == 409
    assert sale.id not in [t["instanceId"] for t in operator.get("/tasks").json()["items"]]


def test_a_start_is_repeated_without_a_second_instance(platform: RunningPlatform) -> None:
    def start(key: str, body: dict) -> httpx.Response:
        return platform.client().post("/processes/cash-loan/instances", json=body, headers={"Idempotency-Key": key})

    first, again = start("once", {"businessKey": "ONCE"}), start("once", {"businessKey": "ONCE"})
    assert first.json() == again.json()
    other = start("once", {"businessKey": "TWICE"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
