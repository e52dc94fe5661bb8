"""Each fault is found where it is, and alone; a sound catalogue has none."""

from typing import Any

import pytest

from catalogue.checks import check_entry
from tests.catalogue.checks.changed import AT, GONE, at_pointer, catalogue, problems_of
from tests.catalogue.checks.energy import ENTRIES, words

ONE_LANGUAGE = {"pl": "Wiatr"}
PRODUCT = ("product", "green-home")


@pytest.mark.parametrize("named", ENTRIES, ids="/".join)
def test_nothing_is_said_of_a_sound_catalogue(named: tuple[str, str]) -> None:
    assert problems_of(named[0], ENTRIES[named]) == ()


PRODUCT_FAULTS: list[tuple[str, Any, str, str]] = [
    ("/colour", "red", "PRODUCT-002", "/colour"),
    ("/content", GONE, "PRODUCT-002", "/content"),
    ("/prices/0/value", {}, "PRODUCT-002", "/prices/0/value"),
    ("/prices/0/value", "= 1 +", "PRICE-002", "/prices/0/value"),
    ("/segment", "= age > 18", "PRODUCT-003", "/segment"),
    ("/segment", "= features.colour = null", "PRODUCT-003", "/segment"),
    ("/features/-", {"id": "code", "value": "G13"}, "PRODUCT-004", "/features/7/id"),
    ("/languages/-", "pl", "PRODUCT-004", "/languages/2"),
    ("/id", "home-energy", "PRODUCT-004", "/id"),
    ("/segments/-", "young", "PRODUCT-004", "/segments/1"),
    ("/features/1/values/-", {"variant": "night", "value": 0.4}, "PRODUCT-004", "/features/1/values/2"),
    ("/name", ONE_LANGUAGE, "PRODUCT-005", "/name"),
    ("/content/summary", ONE_LANGUAGE, "PRODUCT-005", "/content/summary"),
    ("/content/more", {"terms": ONE_LANGUAGE}, "PRODUCT-005", "/content/more/terms"),
    ("/variants/0/name", ONE_LANGUAGE, "PRODUCT-005", "/variants/0/name"),
    ("/name/de", "Grünes Heim", "PRODUCT-005", "/name/de"),
    ("/features/3/value", ONE_LANGUAGE, "PRODUCT-005", "/features/3/value"),
    ("/features/0/value", "sun", "PRODUCT-006", "/features/0/value"),
    ("/features/0/value", "lignite", "PRODUCT-006", "/features/0/value"),
    ("/features/0/value", ["wind"], "PRODUCT-006", "/features/0/value"),
    ("/features/0/value", words("wind", "wiatr"), "PRODUCT-006", "/features/0/value"),
    ("/features/1/value", "0.62", "PRODUCT-006", "/features/1/value"),
    ("/features/1/value", True, "PRODUCT-006", "/features/1/value"),
    ("/features/1/value", float("nan"), "PRODUCT-006", "/features/1/value"),
    ("/features/1/value", 6, "PRODUCT-006", "/features/1/value"),
    ("/features/1/value", 0.62001, "PRODUCT-006", "/features/1/value"),
    ("/features/1/values/0/value", 6, "PRODUCT-006", "/features/1/values/0/value"),
    ("/features/1/values/1/language", "pl", "PRODUCT-006", "/features/1/values/1/language"),
    ("/features/1/values/1", {"value": 0.6}, "PRODUCT-006", "/features/1/values/1"),
    ("/features/2/value", {"min": 12, "max": 72}, "PRODUCT-006", "/features/2/value"),
    ("/features/2/value", {"min": 36, "max": 12}, "PRODUCT-006", "/features/2/value"),
    ("/features/2/value", [12, 36], "PRODUCT-006", "/features/2/value"),
    ("/features/3/value/pl", "<script>alert(1)</script>", "PRODUCT-006", "/features/3/value/pl"),
    ("/features/3/value/pl", "[tu](javascript:alert(1))", "PRODUCT-006", "/features/3/value/pl"),
    ("/features/3/value/pl", "[tu]\n\n[tu]: data:text/html,x", "PRODUCT-006", "/features/3/value/pl"),
    ("/features/4/value", "12G", "PRODUCT-006", "/features/4/value"),
    ("/features/5/value/0", 3, "PRODUCT-006", "/features/5/value/0"),
    ("/features/5/value", "card", "PRODUCT-006", "/features/5/value"),
    ("/features/6/value", "1 January", "PRODUCT-006", "/features/6/value"),
    ("/features/6/value", "2026-02-30", "PRODUCT-006", "/features/6/value"),
    ("/features/0/kind", "text", "PRODUCT-006", "/features/0/kind"),
    ("/features/0/unit", "kWh", "PRODUCT-006", "/features/0/unit"),
    ("/prices/0/currency", GONE, "PRODUCT-007", "/prices/0"),
    ("/prices/0/period", GONE, "PRODUCT-007", "/prices/0"),
    ("/channels/mobile/until", "2026-01-01T00:00:00Z", "PRODUCT-008", "/channels/mobile"),
    ("/model", "water", "PRODUCT-009", "/model"),
    ("/type", "water", "PRODUCT-009", "/type"),
    ("/category", "water", "PRODUCT-009", "/category"),
    ("/segments/0", "old", "PRODUCT-009", "/segments/0"),
    ("/relations/0/product", "water", "PRODUCT-009", "/relations/0/product"),
    ("/relations/0/product", "green-home", "PRODUCT-009", "/relations/0/product"),
    ("/features/-", {"id": "colour", "value": "red"}, "PRODUCT-009", "/features/7/id"),
    ("/features/1/values/0/variant", "noon", "PRODUCT-009", "/features/1/values/0/variant"),
    ("/features/1/values/1/channel", "fax", "PRODUCT-009", "/features/1/values/1/channel"),
    ("/features/5/value", [], "PRODUCT-011", "/features/5/value"),
    ("/features/5/value", ["a", "b", "c", "d"], "PRODUCT-011", "/features/5/value"),
    ("/features/0", {"id": "source"}, "PRODUCT-011", "/features"),
]


@pytest.mark.parametrize(("place", "value", "code", "pointer"), PRODUCT_FAULTS)
def test_a_fault_of_a_product_is_found_where_it_is(place: str, value: Any, code: str, pointer: str) -> None:
    found = problems_of("product", at_pointer(ENTRIES[PRODUCT], place, value))
    assert [(p.code, p.pointer) for p in found] == [(code, pointer)]


def test_all_faults_are_found_at_once() -> None:
    body = ENTRIES[PRODUCT]
    faults = [f for f in PRODUCT_FAULTS if f[0] in ("/segment", "/name", "/features/4/value", "/category")]
    for place, value, _, _ in faults:
        body = at_pointer(body, place, value)
    assert {(p.code, p.pointer) for p in problems_of("product", body)} >= {f[2:] for f in faults}


def test_what_is_not_published_yet_is_a_warning_until_the_product_is() -> None:
    body = at_pointer(ENTRIES[PRODUCT], "/segments/0", "old")
    assert [p.severity for p in problems_of("product", body, publishing=False)] == ["warning"]
    assert [p.severity for p in problems_of("product", body)] == ["error"]


OTHER_FAULTS: list[tuple[str, str, Any, str, str]] = [
    ("dictionary/energy-source", "/items/1/parent", "sun", "DICTIONARY-010", "/items/1/parent"),
    ("dictionary/energy-source", "/items/0/parent", "wind", "DICTIONARY-010", "/items/0/parent"),
    ("dictionary/energy-source", "/items/2/replacedBy", "lignite", "DICTIONARY-010", "/items/2/replacedBy"),
    (
        "dictionary/energy-source",
        "/items/-",
        {"code": "wind", "name": words("Wind", "Wiatr")},
        "DICTIONARY-004",
        "/items/4/code",
    ),
    ("dictionary/energy-source", "/items/1/name", ONE_LANGUAGE, "DICTIONARY-005", "/items/1/name"),
    ("model/energy", "/extends", "energy", "MODEL-009", "/extends"),
    ("model/energy", "/extends", "water", "MODEL-009", "/extends"),
    ("model/energy", "/categories/0/parent", "home-tariffs", "MODEL-010", "/categories/0/parent"),
    ("model/energy", "/groups/0/parent", "all", "MODEL-010", "/groups/0/parent"),
    ("model/energy", "/types/0/parent", "smart-tariff", "MODEL-010", "/types/0/parent"),
    ("model/energy", "/types/0/features/-", "colour", "MODEL-009", "/types/0/features/7"),
    ("model/energy", "/types/0/required/-", "smart-meter", "MODEL-009", "/types/0/required/2"),
    ("model/energy", "/features/0/dictionary", GONE, "MODEL-011", "/features/0/dictionary"),
    ("model/energy", "/features/0/dictionary", "colours", "MODEL-009", "/features/0/dictionary"),
    ("model/energy", "/features/0/group", "colours", "MODEL-009", "/features/0/group"),
    ("model/energy", "/features/0/precision", 2, "MODEL-006", "/features/0/precision"),
    ("model/energy", "/features/0/default", "sun", "MODEL-006", "/features/0/default"),
    ("model/energy", "/features/1/currency", GONE, "MODEL-007", "/features/1/currency"),
    ("model/energy", "/features/1/min", "6", "MODEL-006", "/features/1/min"),
    ("model/energy", "/features/1/default", 9, "MODEL-006", "/features/1/default"),
    ("model/energy", "/features/1/rules/0/when", "= price > 1", "MODEL-003", "/features/1/rules/0/when"),
    ("model/energy", "/features/1/rules/0/when", "= features.colour = 1", "MODEL-003", "/features/1/rules/0/when"),
    ("model/energy", "/features/4/pattern", "[", "MODEL-006", "/features/4/pattern"),
    ("model/energy", "/features/5/cardinality", [3, 1], "MODEL-006", "/features/5/cardinality"),
    ("model/energy", "/features/6/name", ONE_LANGUAGE, "MODEL-005", "/features/6/name"),
    ("segment/young", "/conditions/0/rule", "= features.x", "SEGMENT-003", "/conditions/0/rule"),
    ("segment/young", "/conditions/0/rule", "= customer.age <", "SEGMENT-003", "/conditions/0/rule"),
    ("segment/young", "/conditions", [], "SEGMENT-002", "/conditions"),
    ("package/home-energy", "/id", "gas-home", "PACKAGE-004", "/id"),
    ("package/home-energy", "/components/0/default", 0, "PACKAGE-011", "/components/0/default"),
    ("package/home-energy", "/components/-", {"product": "gas-home"}, "PACKAGE-004", "/components/2/product"),
    ("package/home-energy", "/groups/0/minimum", 4, "PACKAGE-011", "/groups/0/minimum"),
    ("package/home-energy", "/groups/0/maximum", 0, "PACKAGE-002", "/groups/0/maximum"),
    ("package/home-energy", "/groups/0/maximum", 1, "PACKAGE-011", "/groups/0"),
    ("package/home-energy", "/channels/fax", {}, "PACKAGE-013", "/components/0/product"),
    ("package/home-energy", "/changes/0/price", "colour", "PACKAGE-013", "/changes/0/price"),
    ("package/home-energy", "/changes/0/product", "gas-home", "PACKAGE-013", "/changes/0/product"),
    ("package/home-energy", "/changes/0/value", 0, "PACKAGE-013", "/changes/0/value"),
    ("package/home-energy", "/changes/0/value", 101, "PRICE-011", "/changes/0/value"),
    ("promotion/spring", "/valid/until", GONE, "PROMOTION-008", "/valid"),
    ("promotion/spring", "/valid/until", "2026-02-01T00:00:00Z", "PRICE-010", "/valid"),
    ("promotion/spring", "/changes", [], "PROMOTION-013", "/products"),
    ("promotion/spring", "/changes/0/value", "= cost / 2", "PRICE-009", "/changes/0/value"),
    ("promotion/spring", "/changes/0/price", "colour", "PROMOTION-013", "/changes/0/price"),
    ("promotion/spring", "/channels/0", "fax", "PROMOTION-013", "/changes/0/product"),
    ("promotion/spring", "/segments/0", "old", "PROMOTION-009", "/segments/0"),
    ("page/welcome", "/blocks/0/text", {}, "PAGE-011", "/blocks/0"),
    ("page/welcome", "/blocks/0/text/en", "<b>x</b>", "PAGE-006", "/blocks/0/text/en"),
    ("page/welcome", "/blocks/1/packages/0", "all", "PAGE-009", "/blocks/1/packages/0"),
    ("page/welcome", "/blocks/2/url", "javascript:x", "PAGE-002", "/blocks/2/url"),
]


@pytest.mark.parametrize(("named", "place", "value", "code", "pointer"), OTHER_FAULTS)
def test_a_fault_of_any_kind_is_found_where_it_is(named: str, place: str, value: Any, code: str, pointer: str) -> None:
    kind, id_ = named.split("/")
    found = problems_of(kind, at_pointer(ENTRIES[kind, id_], place, value))
    assert [(p.code, p.pointer) for p in found] == [(code, pointer)]


def test_a_rule_of_the_model_holds_of_each_value() -> None:
    found = problems_of("product", at_pointer(ENTRIES[PRODUCT], "/features/1/values/0/value", 0.15))
    assert [(p.code, p.pointer) for p in found] == [("PRODUCT-012", "/features/1/values/0/value")]
    assert "Too cheap" in found[0].message


def test_a_product_cannot_need_what_excludes_it() -> None:
    relations = [{"type": "requires", "product": "gas-home"}]
    excluding = at_pointer(ENTRIES["product", "gas-home"], "/relations", [{"type": "excludes", "product": PRODUCT[1]}])
    others = catalogue({**ENTRIES, ("product", "gas-home"): excluding})
    body = at_pointer(ENTRIES[PRODUCT], "/relations", relations)
    _, found = check_entry("product", body, others, at=AT, publishing=True)
    assert [(p.code, p.pointer) for p in found] == [("PRODUCT-014", "/relations/0")]


def test_components_that_must_both_be_in_cannot_exclude_each_other() -> None:
    excluding = at_pointer(ENTRIES[PRODUCT], "/relations", [{"type": "excludes", "product": "gas-home"}])
    others = catalogue({**ENTRIES, PRODUCT: excluding})
    body = at_pointer(ENTRIES["package", "home-energy"], "/components/1/minimum", 1)
    _, found = check_entry("package", body, others, at=AT, publishing=True)
    assert [(p.code, p.pointer) for p in found] == [("PACKAGE-014", "/components/0")]


def test_what_is_sound_is_checked_beside_what_has_no_shape() -> None:
    """Places are those of the whole body, also behind an item that cannot be read."""
    body = {
        **ENTRIES[PRODUCT],
        "category": 5,
        "colour": "red",
        "prices": [
            {"id": "NO KEY", "name": {}, "type": "oneOff", "value": "= 1 +"},
            {"id": "fee", "name": {"en": "Fee", "pl": "Opłata"}, "type": "oneOff", "value": "= 1 +"},
        ],
    }
    found = {(p.code, p.pointer) for p in problems_of("product", body)}
    assert {("PRODUCT-002", "/category"), ("PRODUCT-002", "/colour"), ("PRODUCT-002", "/prices/0/id")} <= found
    assert {("PRODUCT-007", "/prices/1"), ("PRICE-002", "/prices/1/value")} <= found
    assert not any(pointer.startswith("/category/") for _, pointer in found)
