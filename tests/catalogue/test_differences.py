"""What a reviewer reads of a change: each thing once, wherever it stands now."""

from typing import Any

from catalogue.differences import Difference, differences
from catalogue.kinds.product import Product
from tests.catalogue.checks.changed import GONE, at_pointer
from tests.catalogue.checks.energy import PRODUCT


def between(place: str, value: Any) -> tuple[Difference, ...]:
    after = at_pointer(PRODUCT, place, value)
    return differences(Product.model_validate(PRODUCT), Product.model_validate(after))


def test_versions_that_say_the_same_do_not_differ() -> None:
    assert between("/name", PRODUCT["name"]) == ()


def test_a_changed_value_is_named_by_where_it_belongs() -> None:
    (found,) = between("/features/1/value", 0.59)
    assert found == Difference(("features", 1, "value"), 0.62, 0.59, "features › unit-price › value: 0.62 → 0.59")


def test_added_and_removed_parts_are_said_once() -> None:
    price = {**PRODUCT["prices"][0], "id": "exit-fee", "type": "oneOff"}
    assert [d.words for d in between("/prices/-", price)] == ["prices › exit-fee: added exit-fee"]
    (gone,) = between("/prices", [])
    assert (gone.path, gone.after, gone.words) == (
        ("prices", 0), None, "prices › standing-charge: removed standing-charge",
    )  # fmt: skip


def test_what_only_moved_has_moved() -> None:
    first, second, *others = PRODUCT["features"]
    assert [d.words for d in between("/features", [second, first, *others])] == ["features: in another order"]


def test_texts_differ_by_language_and_rules_as_a_whole() -> None:
    assert [d.words for d in between("/name/pl", "Dom")] == ["name › pl: Zielony dom → Dom"]
    assert [d.words for d in between("/segment", GONE)] == [
        "segment: removed = customer.age = null or customer.age >= 18"
    ]
