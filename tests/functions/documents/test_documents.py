"""A document from a state machine's call to the bytes that a customer reads."""

import io
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from contract import buckets, routes, tables
from functions.documents.handler import handle
from functions.documents.pdf import UnprintableError, print_pdf
from functions.runtime.machine_calls import ConnectorRejected
from tests.functions.fakes import World
from tests.functions.invoking import Context, call
from tests.functions.steps import KilledError

PRODUCTS = Path(__file__).parents[3] / "catalogue" / "products"
LOAN = {
    "firstName": "Łucja", "lastName": "Źdźbło-Żółć", "email": "lucja@example.pl", "amount": 25000, "termMonths": 24,
    "purpose": "home", "riskClass": "B", "bureauReference": "BIK-77",
}  # fmt: skip


@pytest.fixture
def world() -> World:
    world = World()
    for path in PRODUCTS.glob("*/documents/*.html"):
        key = f"processes/{path.parents[1].name}/1/documents/{path.name}"
        world.objects.put(buckets.ARTIFACTS, key, path.read_bytes(), "text/html")
    world.objects.put(buckets.ARTIFACTS, "processes/cash-loan/1/documents/small.html", b"<p>{{ x }}</p>", "text/html")
    return world


def render(
    world: World, template: str, data: dict[str, Any], process: str = "cash-loan", **given: Any
) -> dict[str, Any]:
    context = {"instanceId": "i1", "execution": "arn:aws:states:e:1:execution:m:i1_1", "processId": process,
               "version": 1, "elementId": "PrepareContract", "state": "PrepareContract", "businessKey": "",
               "enteredAt": "2026-11-22T09:00:00.000Z", "attempt": 0, **given.pop("context", {})}  # fmt: skip
    event = {"connector": "dpc:document", "input": {"template": template, "data": data, **given}, "headers": {},
             "context": context}  # fmt: skip
    answer: dict[str, Any] = handle.with_ports(world.ports)(event, Context())
    return answer


def read(world: World, document: dict[str, Any]) -> PdfReader:
    stored = world.objects.stored["archive", f"i1/{document['documentId']}.pdf"]
    assert len(stored) == document["size"]
    return PdfReader(io.BytesIO(stored))


def text(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ").split())


def test_the_contract_is_a_pdf_in_polish_and_english(world: World):
    document = render(world, "loan-contract", LOAN, name="Umowa pożyczki")
    assert (document["name"], document["contentType"]) == ("Umowa pożyczki.pdf", "application/pdf")
    reader = read(world, document)
    words = text(reader)
    for expected in (
        "Umowa pożyczki gotówkowej", "Cash loan agreement", "a Łucja Źdźbło-Żółć, adres e-mail lucja@example.pl",
        "22 listopada 2026", "22 November 2026", "25 000,00 zł", "10,90% rocznie", "24 mies.", "dom i remont", "BIK-77",
        "Załącznik nr 1. Harmonogram spłat", "22.12.2026", "22.11.2028", "Razem / Total (PLN)", "ąćęłńóśźż"[3],
    ):  # fmt: skip
        assert expected in words, expected
    assert f"Strona 1 z {len(reader.pages)}" in words and f"Page {len(reader.pages)} of {len(reader.pages)}" in words
    assert words.count("Harmonogram") == 1 and words.count("Nr / No.") >= 1


def test_every_polish_letter_can_be_read_back(world: World):
    letters = "ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ zażółć gęślą jaźń „cudzysłów” – € §"
    assert letters in text(read(world, render(world, "small", {"x": letters})))


@pytest.mark.parametrize(
    ("process", "template", "data", "polish", "english"),
    [
        ("cash-loan", "loan-refusal", {**LOAN, "maxAmount": 20000}, "do kwoty 20 000,00 zł", "up to PLN 20,000.00"),
        ("cash-loan", "loan-refusal", {"amount": 1, "termMonths": 3, "maxAmount": None}, "nie możemy", "cannot grant"),
        ("complaint-handling", "complaint-question", {"complaintId": "C-7", "note": "Kiedy?"}, "Kiedy?", "14 days"),
        ("complaint-handling", "complaint-answer",
         {"complaintId": "C-7", "customerName": "Ewa", "assessment": "accepted", "refundAmount": 12.5},
         "Zwracamy kwotę 12,50 zł", "We return PLN 12.50"),
        ("complaint-handling", "complaint-answer", {"complaintId": "C-7"}, "nie możemy uznać", "cannot find"),
    ],
)  # fmt: skip
def test_letters_in_both_languages(
    world: World, process: str, template: str, data: dict[str, Any], polish: str, english: str
):
    assert polish in text(read(world, render(world, template, data, process, language="pl")))
    assert english in text(read(world, render(world, template, data, process, language="en")))


def test_a_repeated_call_makes_no_second_document(world: World):
    first = render(world, "small", {"x": 1})
    written = dict(world.objects.stored)
    assert render(world, "small", {"x": 1}, context={"attempt": 3}) == first
    assert world.objects.stored == written
    assert [item["type"] for item in world.store.items(tables.OUTBOX)] == ["DocumentRendered"]
    other = render(world, "small", {"x": 1}, context={"enteredAt": "2026-11-22T09:00:01.000Z"})
    assert other["documentId"] != first["documentId"], "entered again, as in a loop"
    assert render(world, "small", {"x": 2})["documentId"] != first["documentId"], "another iteration at the same moment"


@pytest.mark.parametrize("at", range(8))
def test_killed_at_any_step_one_document_and_one_event_come_of_it(world: World, at: int):
    world.steps.taken.clear()
    world.steps.kill_at = at
    with pytest.raises(KilledError):
        render(world, "small", {"x": 1})
    world.steps.dead = False
    again = render(world, "small", {"x": 1})
    (item,) = world.store.items(tables.DOCUMENTS)
    assert (item["sha256"], item["pk"]) == (again["sha256"], again["documentId"])
    assert read(world, again).pages and len(world.store.items(tables.OUTBOX)) == 1


def test_two_at_once_write_the_same_bytes_and_one_record(world: World, monkeypatch: Any):
    write, nested = world.store.write, []

    def racing(*writes: Any) -> None:
        if not nested:
            nested.append(1)
            nested.append(render(world, "small", {"x": 1}))
        write(*writes)

    monkeypatch.setattr(world.store, "write", racing)
    assert render(world, "small", {"x": 1}) == nested[1]
    assert len(world.store.items(tables.DOCUMENTS)) == len(world.store.items(tables.OUTBOX)) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"template": "nothing"}, "no document template"),
        ({"template": "../../cash-loan/2/documents/x"}, "template:"),
        ({"template": ""}, "template:"),
        ({"name": "a/b"}, "name:"),
        ({"name": 'a".pdf'}, "name:"),
        ({"odd": 1}, "odd:"),
        ({"data": []}, "data:"),
        ({"data": {}}, "'x' is undefined"),
        ({"data": {"x": "y" * 60_000}}, "50000"),
    ],
)
def test_what_a_retry_would_not_cure_is_rejected_with_words(world: World, given: dict[str, Any], words: str):
    template = given.pop("template", "small")
    with pytest.raises(ConnectorRejected, match=words):
        render(world, template, given.pop("data", {"x": 1}), **given)
    assert world.store.items(tables.DOCUMENTS) == []


def test_html_beyond_the_limits_is_refused_before_it_costs_anything():
    at = datetime(2026, 11, 22, tzinfo=UTC)
    for html in ("<div>" * 4000, "<p>x</p>" * 20_001, "x" * 1_000_001, "<table><tr><td>" * 1000):
        began = time.perf_counter()
        with pytest.raises(UnprintableError):
            print_pdf(html, document_id="0" * 32, at=at)
        assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "html",
    ['<img src="file:///etc/passwd"/>', '<img src="../handler.py"/>', '<img src="http://169.254.169.254/latest"/>',
     '<link rel="stylesheet" href="file:///etc/passwd"/>', "<style>@import url(/etc/passwd);</style>",
     '<pdf:pdf src="/etc/passwd"/>', "<style>@page{background-image: url(/etc/passwd)}</style>"],
)  # fmt: skip
def test_nothing_is_read_or_fetched_while_printing(html: str):
    pdf = print_pdf(f"<p>before</p>{html}<p>after</p>", document_id="0" * 32, at=datetime(2026, 11, 22, tzinfo=UTC))
    words = text(PdfReader(io.BytesIO(pdf)))
    assert "root:" not in words and "before" in words


def test_reading_a_document(world: World):
    document = render(world, "small", {"x": 1}, name="List")
    id_ = document["documentId"]
    reply = call(world, handle, routes.GET_DOCUMENT, path={"id": id_})
    assert reply.status == 200
    assert {name: reply.json[name] for name in ("name", "contentType", "size", "sha256")} == {
        name: document[name] for name in ("name", "contentType", "size", "sha256")
    }
    assert f"i1/{id_}.pdf" in reply.json["url"] and reply.json["expiresAt"].startswith("2026-11-22T09:15")


def test_a_case_link_reads_the_documents_of_its_case_that_are_for_the_applicant(world: World):
    id_ = render(world, "small", {"x": 1}, audience="applicant")["documentId"]
    inside = render(world, "small", {"x": 2})["documentId"]
    mine, other = {"link_id": "l", "instance_id": "i1"}, {"link_id": "l", "instance_id": "i2"}
    assert call(world, handle, routes.GET_DOCUMENT, path={"id": id_}, link=mine).status == 200
    assert call(world, handle, routes.GET_DOCUMENT, path={"id": id_}, link=other).code == "not-found"
    assert call(world, handle, routes.GET_DOCUMENT, path={"id": inside}, link=mine).code == "not-found"
    assert call(world, handle, routes.GET_DOCUMENT, path={"id": inside}).status == 200
    assert call(world, handle, routes.GET_DOCUMENT, path={"id": "nothing"}).code == "not-found"
