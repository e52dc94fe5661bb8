"""Each fault is found where it is, and alone; a sound catalogue has none."""

from typing import Any

import pytest

from tests.catalogue.checks.changed import GONE, at_pointer, problems_of
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
    ("/prices/0/value", "= 1 +", "PRODUCT-003", "/prices/0/value"),
    ("/segment", "= age > 18", "PRODUCT-003", "/segment"),
    ("/segment", "= features.colour = null", "PRODUCT-003", "/segment"),
    ("/features/-", {"id": "code", "value": "G13"}, "PRODUCT-004", "/features/7/id"),
    ("/languages/-", "pl", "PRODUCT-004", "/languages/2"),
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
