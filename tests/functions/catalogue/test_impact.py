"""What is published stays sound: a change that would break something else is refused, unless it comes along mended."""

from contract import routes, tables
from functions.catalogue.shelves import shelf
from functions.catalogue.snapshots import write_snapshot
from functions.catalogue.spec import SPEC
from functions.runtime.records import Put
from tests.catalogue.checks.changed import at_pointer
from tests.catalogue.checks.energy import DICTIONARY, MODEL, OTHER
from tests.functions.catalogue.editors import Editor, approved, product, published
from tests.functions.fakes import FakeStore, World
from tests.functions.market.releasing import release


def test_a_model_that_would_break_a_product_is_refused_and_says_which() -> None:
    world = World()
    for collection, body in (("dictionaries", DICTIONARY), ("models", MODEL), ("products", OTHER)):
        published(world, body, collection)
    model = approved(world, at_pointer(MODEL, "/features/1/min", "0.4"), "models")
    reply = Editor(world, "tomek").moves("publish", "energy", model, "models")
    assert reply.status == 422
    (finding,) = reply.json["errors"]
    assert (finding["file"], finding["field"]) == ("products/gas-home.yaml", "/features/1/value")

    product = approved(world, at_pointer(OTHER, "/features/1/value", 0.45))
    entries = [
        {"collection": "models", "id": "energy", "version": model},
        {"collection": "products", "id": "gas-home", "version": product},
    ]
    released = Editor(world, "tomek").does(routes.NEW_RELEASE, body={"entries": entries})
    assert released["revision"] == 4


def test_what_many_use_is_judged_with_few_reads() -> None:
    world, users = World(), [f"card-{at}" for at in range(60)]
    published(world, {"id": "young", "name": {"en": "Young"}, "conditions": [{"rule": "= true"}]}, "segments")
    for id_ in users:
        release(world.store, {("product", id_): product(id_, segments=["young"])})
        world.store.write(Put(tables.CATALOGUE, {"pk": "SEGMENT#young", "sk": f"USER#product#{id_}"}))
    write_snapshot(world.ports(SPEC), shelf(world.ports(SPEC)))
    begun_anew, world.store = world.store, FakeStore(world.steps)
    world.store.tables = begun_anew.tables
    world.steps.taken.clear()
    reply = Editor(world, "tomek").moves("retire", "young", 1, "segments")
    assert {error["file"] for error in reply.json["errors"]} == {f"products/{id_}.yaml" for id_ in users}
    assert sum(step.startswith(("before get", "before query")) for step in world.steps.taken) < 30
