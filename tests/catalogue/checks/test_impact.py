"""A change says what it would break before it does; what is not changed breaks nothing."""

from typing import Any

import pytest

from catalogue.checks import check_entry, impact
from tests.catalogue.checks.changed import AT, GONE, SHAPES, at_pointer, catalogue
from tests.catalogue.checks.energy import ENTRIES


def broken(named: str, place: str, value: Any) -> set[tuple[str, str, str, str]]:
    kind, id_ = named.split("/")
    after = SHAPES[kind].model_validate(at_pointer(ENTRIES[kind, id_], place, value))
    found = list(impact({(kind, id_): after}, catalogue(), at=AT))
    return {(each.kind, each.id, p.code, p.pointer) for each in found for p in each.problems}


@pytest.mark.parametrize("named", ENTRIES, ids="/".join)
def test_publishing_the_same_again_breaks_nothing(named: tuple[str, str]) -> None:
    assert not list(impact({named: SHAPES[named[0]].model_validate(ENTRIES[named])}, catalogue(), at=AT))


def test_a_tighter_feature_breaks_the_products_that_are_beyond_it() -> None:
    assert broken("model/energy", "/features/1/min", "0.4") == {
        ("product", "gas-home", "PRODUCT-006", "/features/1/value")
    }


def test_a_new_required_feature_breaks_the_products_without_it() -> None:
    assert broken("model/energy", "/types/0/required/-", "term") == {
        ("product", "gas-home", "PRODUCT-011", "/features")
    }


def test_a_removed_category_breaks_what_stands_in_it() -> None:
    assert {found[1] for found in broken("model/energy", "/categories/1/id", "others")} == {"green-home", "gas-home"}


def test_a_removed_price_breaks_the_package_that_changes_it() -> None:
    assert broken("product/green-home", "/prices/0/id", "base-price") == {
        ("package", "home-energy", "PACKAGE-013", "/changes/0/price")
    }


def test_what_is_retired_breaks_what_refers_to_it() -> None:
    found = list(impact({("segment", "young"): None}, catalogue(), at=AT))
    assert {(each.kind, each.id) for each in found} == {
        ("product", "green-home"), ("promotion", "spring"), ("page", "welcome"),
    }  # fmt: skip


def test_a_code_in_use_cannot_vanish_and_can_end() -> None:
    body = at_pointer(ENTRIES["dictionary", "energy-source"], "/items/1/code", "breeze")
    _, found = check_entry("dictionary", body, catalogue(), at=AT)
    assert [(p.code, p.pointer) for p in found] == [("DICTIONARY-015", "/items")]
    assert "'green-home'" in found[0].message
    assert ("product", "green-home", "PRODUCT-006", "/features/0/value") in broken(
        "dictionary/energy-source", "/items/1/code", "breeze"
    )
    assert broken("dictionary/energy-source", "/items/1/valid", {"until": "2026-01-01T00:00:00Z"}) == set()


def test_one_change_can_mend_what_another_would_break() -> None:
    model = at_pointer(ENTRIES["model", "energy"], "/features/1/min", "0.4")
    product = at_pointer(ENTRIES["product", "gas-home"], "/features/1/value", 0.5)
    changed = {
        ("model", "energy"): SHAPES["model"].model_validate(model),
        ("product", "gas-home"): SHAPES["product"].model_validate(product),
    }
    assert not list(impact(changed, catalogue(), at=AT))


def test_models_that_extend_each_other_are_refused_and_harm_nobody() -> None:
    plus = {
        "id": "energy-plus",
        "name": {"pl": "Plus", "en": "Plus"},
        "extends": "energy",
        "languages": ["pl", "en"],
        "types": [{"id": "tariff", "name": {"pl": "Taryfa", "en": "Tariff"}}],
    }
    others = catalogue({**ENTRIES, ("model", "energy-plus"): plus})
    _, found = check_entry("model", plus, others, at=AT)
    assert [(p.code, p.pointer) for p in found] == [("MODEL-004", "/types/0/id")]
    circle = at_pointer(ENTRIES["model", "energy"], "/extends", "energy-plus")
    _, found = check_entry("model", circle, others, at=AT)
    assert ("MODEL-010", "/extends") in {(p.code, p.pointer) for p in found}
    assert at_pointer(circle, "/extends", GONE) == ENTRIES["model", "energy"]
