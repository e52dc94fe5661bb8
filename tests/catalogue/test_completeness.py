"""What is still missing of a product, by channel and language."""

from typing import Any

from catalogue.completeness import completeness
from catalogue.domain_model import domain
from catalogue.kinds.model import DomainModel
from catalogue.kinds.product import Product
from tests.catalogue.checks.changed import GONE, at_pointer
from tests.catalogue.checks.energy import MODEL, PRODUCT, words

ENERGY = domain(DomainModel.model_validate(MODEL), lambda kind, id_: None)
WHOLE = at_pointer(PRODUCT, "/content/description", words("All about it.", "Wszystko o niej."))


def found(body: dict[str, Any]) -> dict[tuple[str, str], tuple[int, set[str]]]:
    product = Product.model_validate(body)
    return {
        (each.channel, each.language): (each.percent, {"/" + "/".join(map(str, path)) for path in each.missing})
        for each in completeness(product, ENERGY)
    }


def test_a_whole_product_lacks_nothing_anywhere() -> None:
    everywhere = {(channel, language) for channel in ("web", "mobile") for language in ("pl", "en")}
    assert found(WHOLE) == dict.fromkeys(everywhere, (100, set()))


def test_a_missing_translation_is_missing_in_that_language_alone() -> None:
    answer = found(at_pointer(at_pointer(WHOLE, "/content/description/en", GONE), "/features/3/value/en", GONE))
    assert answer["web", "pl"] == (100, set())
    percent, missing = answer["web", "en"]
    assert missing == {"/content/description", "/features/3/value"}
    assert 50 < percent < 100


def test_a_note_for_a_channel_and_a_value_that_holds_elsewhere_count_where_they_matter() -> None:
    noted = at_pointer(WHOLE, "/channels/web/note", {"pl": "Zapytaj o licznik."})
    answer = found(at_pointer(noted, "/features/1/value", GONE))
    assert answer["web", "pl"][1] == {"/features/1"}
    assert answer["web", "en"][1] == {"/features/1", "/channels/web/note"}
    assert answer["mobile", "en"][1] == set()


def test_required_features_that_are_not_stated_are_missing() -> None:
    answer = found(at_pointer(WHOLE, "/features", PRODUCT["features"][1:]))
    assert answer["mobile", "pl"][1] == {"/features"}
