"""Tables for spreadsheets: what is exported, changed there and imported changes that, and nothing else."""

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from catalogue.exchange.cells import apply
from catalogue.exchange.spreadsheet import read_table, write_table
from catalogue.zip_source import ArchiveError
from contract import routes
from tests.effort import effort
from tests.functions.catalogue.editors import Editor, product, published
from tests.functions.catalogue.jobs import begin, exported, job, run
from tests.functions.fakes import World

FEE = {"id": "fee", "name": {"en": "Fee"}, "type": "oneOff", "value": "5.00", "currency": "PLN"}
COLUMNS = ["name.en", "segment", "prices.fee.value", "prices.none.value", "discountLimit", "languages"]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.sampled_from(
    ["= customer.age >= 18", "-5", "+48 22", "@x", "'=x", "(none)", " a ", "a\nb", "6.50", "true", '"', ";,"]
)
VALUES = TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.lists(TEXTS)


def sheet(*rows: list[Any]) -> bytes:
    book, made = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(made)
    return made.getvalue()


@effort(60)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES), min_size=1, max_size=4), st.booleans())
def test_what_is_exported_and_imported_unchanged_changes_nothing(bodies: list[dict[str, Any]], workbook: bool) -> None:
    made = write_table(((f"e{at}", body) for at, body in enumerate(bodies)), ["a", "b", "c"], workbook=workbook)
    read = read_table(made, workbook=workbook)
    assert [row.id for row in read] == [f"e{at}" for at in range(len(bodies))]
    for body, row in zip(bodies, read, strict=True):
        after = body
        for path, cell in row.cells.items():
            after = apply(after, path, cell)
        assert after == body


@pytest.mark.parametrize("format_", ["table", "workbook"])
def test_a_table_is_exported_changed_and_imported(format_: str) -> None:
    world = World()
    for id_ in ("card", "loan"):
        published(world, product(id_, prices=[FEE], segment="= customer.age >= 18", discountLimit=3))
    asked = {"format": format_, "collections": ["products"], "columns": COLUMNS}
    made = exported(world, **asked)
    unchanged = job(world, begin(world, made, format=format_, collection="products", dryRun=True))
    assert (unchanged["status"], {r["action"] for r in unchanged["results"]}) == ("done", {"keep"})
    if format_ == "workbook":
        book, edited = load_workbook(BytesIO(made)), BytesIO()
        assert book.active is not None and book.active["C3"].data_type == "s"
        book.active["D3"] = 6.5
        book.save(edited)
        changed = edited.getvalue()
    else:
        lines = made.split(b"\r\n")
        changed = b"\r\n".join([*lines[:2], lines[2].replace(b"5.00", b"6.5"), *lines[3:]])
    id_ = begin(world, changed, format=format_, collection="products")
    run(world)
    done = {r["id"]: (r["action"], len(r["differences"])) for r in job(world, id_)["results"]}
    assert done == {"card": ("keep", 0), "loan": ("change", 1)}
    body = Editor(world, "maria").does(routes.GET_VERSION, collection="products", id="loan", n=2)["body"]
    assert (body["prices"][0]["value"], body["segment"], body["discountLimit"]) == ("6.5", "= customer.age >= 18", 3)


def test_a_table_is_of_one_collection_and_names_its_columns() -> None:
    maria, table = Editor(World(), "maria"), {"format": "workbook", "collections": ["products"], "columns": ["name.en"]}
    wrongs: list[dict[str, list[str]]] = [{"collections": []}, {"collections": ["products", "pages"]}, {"columns": []}]
    for wrong in [*wrongs, {"columns": ["id"]}]:
        assert maria.ask(routes.NEW_EXPORT, body={**table, **wrong}).code == "validation-failed", wrong


def test_numbers_and_dates_of_a_workbook_are_read_as_they_are_shown() -> None:
    midnight, noon = datetime(2026, 5, 1), datetime(2026, 5, 1, 12, 30)
    rows = sheet(
        ["id", "a", "b", "c", "d", "e"], ["x", 0.1 + 0.2, 12345678901234, midnight, noon, True], [], ["y", 5.0]
    )
    first, second = read_table(rows, workbook=True)
    assert list(first.cells.values()) == ["0.3", "12345678901234", "2026-05-01", "2026-05-01T12:30:00", "true"]
    assert (second.line, second.id, second.cells) == (4, "y", {"a": "5"})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (sheet(["id", "a"], ["x", "=1+1"]), "Cell B2 holds a formula"),
        (sheet(["id", "a"], ["x", "#NAME?"]), "Cell B2 holds the error"),
        (sheet(["id", "a"], ["x", "1", "2"]), "Line 2 has more cells"),
        (sheet(["a"], ["x"]), "names the columns"),
        (sheet(["id"], *[[f"p{at}"] for at in range(12_001)]), "more than 12000 lines"),
        (b"id,a\nx,1\n", "not a workbook"),
        (sheet()[:-40], "not a workbook"),
    ],
)
def test_a_workbook_that_is_not_read_says_why(content: bytes, why: str) -> None:
    with pytest.raises(ArchiveError, match=why):
        read_table(content, workbook=True)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked() -> None:
    made = BytesIO(sheet(["id"]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", bytes(101 * 1024 * 1024))
    with pytest.raises(ArchiveError, match="unpacks to more"):
        read_table(made.getvalue(), workbook=True)


@pytest.mark.parametrize(("text", "why"), [("x" * 32_768, "32768 characters"), ("\x01", "no workbook can hold")])
def test_what_no_cell_can_hold_is_not_cut_off(text: str, why: str) -> None:
    with pytest.raises(ArchiveError, match=why):
        write_table([("card", {"a": text})], ["a"], workbook=True)
