"""A small catalogue in which nothing is wrong: tariffs of energy. Tests change a copy of it."""

from typing import Any


def words(en: str, pl: str) -> dict[str, str]:
    return {"en": en, "pl": pl}


DICTIONARY: dict[str, Any] = {
    "id": "energy-source",
    "name": words("Sources of energy", "Źródła energii"),
    "items": [
        {"code": "renewable", "name": words("Renewable", "Odnawialne")},
        {"code": "wind", "name": words("Wind", "Wiatr"), "parent": "renewable"},
        {"code": "coal", "name": words("Coal", "Węgiel"), "valid": {"until": "2030-01-01T00:00:00Z"}},
        {
            "code": "lignite",
            "name": words("Lignite", "Węgiel brunatny"),
            "valid": {"until": "2020-01-01T00:00:00Z"},
            "replacedBy": "coal",
        },
    ],
}
MODEL: dict[str, Any] = {
    "id": "energy",
    "name": words("Energy", "Energia"),
    "languages": ["pl", "en"],
    "categories": [
        {"id": "tariffs", "name": words("Tariffs", "Taryfy")},
        {"id": "home-tariffs", "name": words("For the home", "Dla domu"), "parent": "tariffs"},
    ],
    "groups": [{"id": "supply", "name": words("Supply", "Dostawa")}],
    "features": [
        {
            "id": "source",
            "name": words("Source", "Źródło"),
            "kind": "dictionary",
            "dictionary": "energy-source",
            "group": "supply",
        },
        {
            "id": "unit-price",
            "name": words("Price of a kilowatt hour", "Cena kilowatogodziny"),
            "kind": "money",
            "currency": "PLN",
            "unit": "kWh",
            "precision": 4,
            "min": "0.1",
            "max": "5",
            "variesBy": ["channel", "variant"],
            "rules": [{"when": "= value > 0.2", "words": words("Too cheap", "Za tanio")}],
        },
        {"id": "term", "name": words("Term", "Okres"), "kind": "range", "unit": "months", "min": 1, "max": 60},
        {"id": "promise", "name": words("Promise", "Obietnica"), "kind": "richText", "variesBy": ["language"]},
        {"id": "code", "name": words("Code", "Kod"), "kind": "text", "pattern": "^[A-Z]\\d{2}$"},
        {"id": "payments", "name": words("Payments", "Płatności"), "kind": "list", "cardinality": [1, 3]},
        {"id": "since", "name": words("Since", "Od"), "kind": "date"},
        {"id": "smart-meter", "name": words("Smart meter", "Inteligentny licznik"), "kind": "yesNo", "default": False},
    ],
    "types": [
        {
            "id": "tariff",
            "name": words("Tariff", "Taryfa"),
            "features": ["source", "unit-price", "term", "promise", "code", "payments", "since"],
            "required": ["source", "unit-price"],
        },
        {
            "id": "smart-tariff",
            "name": words("Smart tariff", "Taryfa dynamiczna"),
            "parent": "tariff",
            "features": ["smart-meter"],
            "required": ["smart-meter"],
        },
    ],
}
SEGMENT: dict[str, Any] = {
    "id": "young",
    "name": words("The young", "Młodzi"),
    "conditions": [{"rule": "= customer.age < 26", "words": words("under 26", "przed 26. urodzinami")}],
}
PRODUCT: dict[str, Any] = {
    "id": "green-home",
    "name": words("Green home", "Zielony dom"),
    "category": "home-tariffs",
    "model": "energy",
    "type": "smart-tariff",
    "languages": ["pl", "en"],
    "content": {
        "summary": words("Wind for your home.", "Wiatr dla domu."),
        "channels": {"mobile": {"summary": words("Wind.", "Wiatr.")}},
    },
    "variants": [{"id": "day", "name": words("Day", "Dzień")}, {"id": "night", "name": words("Night", "Noc")}],
    "features": [
        {"id": "source", "value": "wind"},
        {
            "id": "unit-price",
            "value": 0.62,
            "values": [{"variant": "night", "value": 0.41}, {"channel": "mobile", "value": 0.6}],
        },
        {"id": "term", "value": {"min": 12, "max": 36}},
        {"id": "promise", "value": words("**Green** power", "**Zielony** prąd")},
        {"id": "code", "value": "G12"},
        {"id": "payments", "value": ["card", "transfer"]},
        {"id": "since", "value": "2026-01-01"},
    ],
    "prices": [
        {
            "id": "standing-charge",
            "name": words("Standing charge", "Opłata stała"),
            "type": "recurring",
            "value": "= if features.smart-meter then 9.9 else 14.9",
            "currency": "PLN",
            "period": "P1M",
        }
    ],
    "segment": "= customer.age = null or customer.age >= 18",
    "segments": ["young"],
    "relations": [{"type": "goesWith", "product": "gas-home"}],
    "channels": {"web": {}, "mobile": {"from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}},
}
OTHER: dict[str, Any] = {
    "id": "gas-home",
    "name": words("Gas home", "Gaz do domu"),
    "category": "home-tariffs",
    "model": "energy",
    "type": "tariff",
    "languages": ["pl", "en"],
    "content": {"summary": words("Gas for your home.", "Gaz dla domu.")},
    "features": [{"id": "source", "value": "coal"}, {"id": "unit-price", "value": 0.31}],
    "channels": {"web": {}, "mobile": {}},
}
ENTRIES: dict[tuple[str, str], dict[str, Any]] = {
    ("dictionary", "energy-source"): DICTIONARY,
    ("model", "energy"): MODEL,
    ("segment", "young"): SEGMENT,
    ("product", "green-home"): PRODUCT,
    ("product", "gas-home"): OTHER,
}
PACKAGE: dict[str, Any] = {
    "id": "home-energy",
    "name": words("All for the home", "Wszystko dla domu"),
    "category": "home-tariffs",
    "languages": ["pl", "en"],
    "content": {"summary": words("Power and gas.", "Prąd i gaz.")},
    "components": [
        {"product": "green-home", "minimum": 1, "default": 1},
        {"product": "gas-home", "maximum": 2, "default": 1},
    ],
    "groups": [
        {"id": "supply", "name": words("Supply", "Dostawa"), "products": ["green-home", "gas-home"], "maximum": 3}
    ],
    "changes": [{"product": "green-home", "price": "standing-charge", "effect": "percentOff", "value": 20}],
    "channels": {"web": {}},
}
PROMOTION: dict[str, Any] = {
    "id": "spring",
    "name": words("Spring", "Wiosna"),
    "valid": {"from": "2026-03-01T00:00:00Z", "until": "2026-06-01T00:00:00Z"},
    "segments": ["young"],
    "channels": ["mobile"],
    "changes": [{"product": "green-home", "effect": "amountOff", "value": "= price / 2"}],
    "texts": {"banner": words("Half price", "Za pół ceny")},
    "stacks": "= count(applied) = 0",
}
PAGE: dict[str, Any] = {
    "id": "welcome",
    "name": words("Welcome", "Witaj"),
    "type": "page",
    "languages": ["pl", "en"],
    "blocks": [
        {"type": "text", "text": words("Read [this](https://example.com).", "Czytaj [to](/o-nas).")},
        {"type": "products", "products": ["green-home"], "packages": ["home-energy"]},
        {"type": "link", "url": "/more"},
    ],
    "segments": ["young"],
}
ENTRIES |= {
    ("package", "home-energy"): PACKAGE,
    ("promotion", "spring"): PROMOTION,
    ("page", "welcome"): PAGE,
}
