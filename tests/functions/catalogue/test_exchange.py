"""Import and export: nothing is lost on the way, all that is wrong is said at once, and a kill changes nothing."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.exchange.archive import read_archive
from catalogue.exchange.cells import CellError, apply
from catalogue.kinds import PRODUCT
from contract import routes, tables
from functions.catalogue.shelves import shelf
from functions.catalogue.spec import SPEC
from tests.catalogue.archives import write_archive
from tests.effort import effort
from tests.functions.catalogue.editors import Editor, heard, product, published
from tests.functions.catalogue.jobs import arrived, begin, deliver, exported, job, run
from tests.functions.crashing import kill_everywhere
from tests.functions.fakes import World

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
BODIES = st.fixed_dictionaries(
    {"name": st.dictionaries(st.sampled_from(["en", "pl", "no"]), TEXTS, min_size=1)},
    optional={
        "segment": st.just("= customer.age >= 18"),
        "discountLimit": st.integers(0, 100),
        "features": st.lists(
            st.fixed_dictionaries(
                {"kind": st.just("number"), "value": st.floats(-1e9, 1e9), "name": st.just({"en": "F"})}
            ),
            max_size=2,
        ).map(lambda found: [{**each, "id": f"f{at}"} for at, each in enumerate(found)]),
        "channels": st.just({"web": {"from": "2026-01-01T00:00:00Z"}}),
    },
)


def archive(*bodies: dict[str, Any]) -> bytes:
    return write_archive((PRODUCT, body) for body in bodies)


@effort(25)
@given(st.lists(BODIES, min_size=1, max_size=3))
def test_what_is_exported_is_imported_and_exported_again_byte_by_byte(found: list[dict[str, Any]]) -> None:
    bodies = [{**product(f"p{at}"), "languages": sorted(body["name"]), **body} for at, body in enumerate(found)]
    for body in bodies:
        words = dict.fromkeys(body["languages"], "A thing.")
        body |= {"content": {"summary": words}}
        body["features"] = [{**feature, "name": words} for feature in body.get("features", [])]
    first, second = World(), World()
    for body in bodies:
        Editor(first, "maria").drafts(body)
    content = exported(first, drafts=True)
    id_ = begin(second, content)
    run(second)
    assert job(second, id_)["status"] == "done", job(second, id_)
    assert exported(second, drafts=True) == content


def test_an_import_is_published_when_somebody_else_has_approved_it() -> None:
    world = World()
    requires = [{"type": "requires", "product": "zebra"}]
    many = [product(f"p{at:02}", relations=requires) for at in range(25)]
    id_ = begin(world, archive(*many, product("zebra")), publish=True)
    run(world)
    assert (job(world, id_)["status"], exported(world)) == ("inReview", archive())
    assert Editor(world, "maria").ask(routes.APPROVE_JOB, id=id_).code == "four-eyes"
    Editor(world, "tomek").does(routes.APPROVE_JOB, id=id_)
    run(world, times=2)
    found = job(world, id_, limit=200)
    assert (found["status"], found["done"], found["total"]) == ("done", 26, 26)
    assert found["results"][0]["id"] == "zebra" and all(result["done"] for result in found["results"])
    heads = [item["revision"] for item in world.store.items(tables.CATALOGUE) if item["pk"] == "HEAD"]
    assert heads == [3]
    again = begin(world, exported(world), publish=True)
    assert {result["action"] for result in job(world, again)["results"]} == {"keep"}


def test_many_entries_are_read_together() -> None:
    """How many reads it takes to plan an import, or to export, does not depend on how many entries there are."""
    world, many = World(), archive(*(product(f"p{at:03}") for at in range(120)))
    first = begin(world, many, publish=True)
    Editor(world, "tomek").does(routes.APPROVE_JOB, id=first)
    run(world)
    shelf(world.ports(SPEC))
    world.steps.taken.clear()
    again = begin(world, many, publish=True)
    assert job(world, again)["results"][0]["action"] == "keep"
    assert exported(world) == exported(world, drafts=True) == many
    assert sum(step.startswith(("before get", "before query")) for step in world.steps.taken) < 60


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_done() -> None:
    world = World()
    good, wrong = product("good"), {**product("wrong"), "colour": 1, "discountLimit": 300}
    id_ = begin(
        world, archive(good, wrong, product("lost", relations=[{"type": "requires", "product": "none"}])), publish=True
    )
    run(world)
    found = job(world, id_)
    assert found["status"] == "refused"
    said = {(f["file"], f["field"]) for result in found["results"] for f in result["findings"]}
    assert said == {
        ("products/wrong.yaml", "/colour"), ("products/wrong.yaml", "/discountLimit"),
        ("products/lost.yaml", "/relations/0/product"),
    }  # fmt: skip
    assert all(f["line"] > 1 for result in found["results"] for f in result["findings"])
    assert Editor(world, "maria").does(routes.LIST_ENTRIES, collection="products")["items"] == []
    assert job(world, begin(world, b"PK nothing"))["errors"][0]["code"] == "unreadable"


def test_a_table_changes_many_after_a_dry_run() -> None:
    world = World()
    fee = {"id": "fee", "name": {"en": "Fee"}, "type": "oneOff", "value": "5", "currency": "PLN"}
    for id_ in ("card", "loan"):
        published(world, product(id_, prices=[fee]))
    table = b"id,prices.fee.value,name.en\ncard,6.50,Card\nloan,,Best loan\n"
    asked = {"format": "table", "collection": "products"}
    dry = job(world, begin(world, table, dryRun=True, **asked))
    assert dry["status"] == "done" and not any(result["done"] for result in dry["results"])
    (card,) = (result for result in dry["results"] if result["id"] == "card")
    assert (card["line"], card["action"], len(card["differences"])) == (2, "change", 1)
    wrong = b"id,prices.tax.value,category\ncard,1,\nnone,,x\ncard,,y\n"
    refused = job(world, begin(world, wrong, **asked))
    assert [(r["line"], r["action"]) for r in sorted(refused["results"], key=lambda r: r["line"])] == [
        (2, "refused"), (3, "refused"), (4, "refused"),
    ]  # fmt: skip
    begin(world, table, **asked)
    run(world)
    path = {"collection": "products", "n": 2}
    maria = Editor(world, "maria")
    assert maria.does(routes.GET_VERSION, id="card", **path)["body"]["prices"][0]["value"] == "6.50"
    assert maria.does(routes.GET_VERSION, id="loan", **path)["body"]["name"] == {"en": "Best loan"}


@pytest.mark.parametrize(("path", "cell"), [("prices.x.value", "1"), ("name.en.x", "1"), ("prices.fee", "1")])
def test_cells_that_lead_nowhere(path: str, cell: str) -> None:
    with pytest.raises(CellError, match=path.replace(".", r"\.")):
        apply({"name": {"en": "X"}, "prices": [{"id": "fee"}]}, path, cell)


def test_cells_keep_their_kind_and_may_remove() -> None:
    body = {"name": {"en": "X"}, "limit": 3}
    assert apply(body, "limit", "4") == {"name": {"en": "X"}, "limit": 4}
    assert apply(body, "name.en", "4")["name"] == {"en": "4"}
    assert apply(body, "limit", "(none)") == {"name": {"en": "X"}}


def test_a_job_that_is_killed_goes_on() -> None:
    content = archive(*(product(f"p{at:02}") for at in range(23)))

    def build() -> World:
        world = World()
        world.objects.stored["exchange", "imports/x"] = b""
        return world

    def act(world: World) -> None:
        begin(world, content)
        run(world)

    def end(world: World) -> Any:
        found = [(i["pk"], i["sk"], i.get("body")) for i in world.store.items(tables.CATALOGUE) if i["sk"][0] in "VE"]
        return found, sorted(name for name, _ in heard(world) if name != "CatalogueJobRequested")

    clean = build()
    act(clean)
    for step, world in kill_everywhere(build, act):
        jobs = [i["pk"].removeprefix("JOB#") for i in world.store.items(tables.CATALOGUE) if i["pk"].startswith("JOB#")]
        for id_ in jobs:
            key = f"imports/{id_}/catalogue.zip"
            world.objects.stored["exchange", key] = content
            deliver(world, arrived(key, content))
        run(world)
        assert not jobs or end(world) == end(clean), step


def test_files_that_are_no_entries_are_named() -> None:
    read = read_archive(BytesIO(archive(product("card"))))
    assert [(one.name, one.id, one.error) for one in read] == [("products/card.yaml", "card", "")]


def test_what_is_named_and_not_there_is_said_at_once() -> None:
    maria = Editor(World(), "maria")
    maria.drafts(product("drafted"))
    named = [{"collection": "products", "id": id_} for id_ in ("drafted", "none")]
    refused = maria.ask(routes.NEW_EXPORT, body={"entries": named})
    assert [error["field"] for error in refused.json["errors"]] == ["/entries/0", "/entries/1"]
    refused = maria.ask(routes.NEW_EXPORT, body={"entries": named, "drafts": True})
    assert [error["field"] for error in refused.json["errors"]] == ["/entries/1"]
