"""Words are found in the same offers, however many offers hold them."""

import json
from itertools import product

import pytest

from catalogue.selling import searching
from catalogue.selling.searching import found, wanted
from catalogue.selling.shelf import Published, Shelf
from tests.functions.market.shop import DAY, named

NAMES = [" ".join(words) for words in product(("konto", "karta"), ("złote", "srebrne"), ("Łódź", "Gdynia"))]


@pytest.mark.parametrize("many", [0, 500])
@pytest.mark.parametrize("text", ["konto", "ZLOTE konto", "lodz", "konto karta", "srebrne gdynia karta", ""])
def test_words_are_found(many: int, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_MANY", many)
    bodies = {f"p{n}": {**DAY, "id": f"p{n}", "name": named("x", name)} for n, name in enumerate(NAMES)}
    shelf = Shelf(1, {("product", id_): Published("product", id_, 1, json.dumps(b)) for id_, b in bodies.items()})
    plain = {"ZLOTE": "złote", "lodz": "Łódź", "gdynia": "Gdynia"}
    wished = [plain.get(word, word) for word in text.split()]
    expected = [f"p{n}" for n, name in enumerate(NAMES) if all(word in name for word in wished)]
    assert list(found(shelf, "pl", wanted(text, ()))) == expected
