"""What is published stays sound: a change that would break something else is refused, unless it comes along mended."""

from contract import routes
from tests.catalogue.checks.changed import at_pointer
from tests.catalogue.checks.energy import DICTIONARY, MODEL, OTHER
from tests.functions.catalogue.editors import Editor, approved, published
from tests.functions.fakes import World


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
