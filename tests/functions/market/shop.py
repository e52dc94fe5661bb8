"""A small shop of energy tariffs: a model, a dictionary, segments, products, a package, a promotion, pages."""

from typing import Any

from contract.routes import Route
from functions.market.handler import handle
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.market.releasing import release

Body = dict[str, Any]


def named(en: str, pl: str) -> Body:
    return {"en": en, "pl": pl}


MODEL: Body = {
    "id": "energy",
    "name": named("Energy", "Energia"),
    "languages": ["en", "pl"],
    "types": [{"id": "tariff", "name": named("Tariff", "Taryfa"), "features": ["unit-price", "source", "green"]}],
    "categories": [
        {"id": "power", "name": named("Power", "Prąd")},
        {"id": "night-power", "name": named("Night", "Nocny"), "parent": "power"},
    ],
    "groups": [
        {"id": "cost", "name": named("Cost", "Koszt")},
        {"id": "origin", "name": named("Origin", "Pochodzenie")},
    ],
    "features": [
        {"id": "source", "name": named("Source", "Źródło"), "kind": "dictionary",
         "dictionary": "sources", "group": "origin"},
        {"id": "unit-price", "name": named("Price of a kWh", "Cena kWh"), "kind": "money", "currency": "PLN",
         "group": "cost", "variesBy": ["channel", "variant"]},
        {"id": "green", "name": named("Green", "Zielony"), "kind": "yesNo", "group": "origin", "default": False},
    ],
}  # fmt: skip
SOURCES: Body = {
    "id": "sources",
    "name": named("Sources", "Źródła"),
    "items": [{"code": "WIND", "name": named("wind", "wiatr")}, {"code": "COAL", "name": named("coal", "węgiel")}],
}
YOUNG: Body = {
    "id": "young",
    "name": named("Young people", "Młodzi"),
    "conditions": [
        {"rule": "= customer.age < 26",
         "words": named("is older than 25 or has not told", "ma ponad 25 lat lub nie podał")},
    ],
}  # fmt: skip


def product(id_: str, en: str, pl: str, **more: Any) -> Body:
    about = {
        "id": id_,
        "name": named(en, pl),
        "category": "power",
        "model": "energy",
        "type": "tariff",
        "process": "sell-energy",
        "languages": ["pl", "en"],
        "content": {"summary": named(f"{en} for your home", f"{pl} do domu")},
        "prices": [{"id": "fee", "name": named("Fee", "Opłata"), "type": "recurring", "value": "12.50",
                    "currency": "PLN", "period": "P1M"}],
        "channels": {"web": {}, "mobile": {}},
    }  # fmt: skip
    return {**about, **more}


DAY = product(
    "day",
    "Day tariff",
    "Taryfa dzienna",
    features=[
        {"id": "unit-price", "value": 0.9, "values": [{"channel": "mobile", "value": 0.85}]},
        {"id": "source", "value": "COAL"},
    ],
    channels={"web": {"until": "2026-12-01T00:00:00Z"}, "mobile": {"actions": ["view"]}},
)
NIGHT = product(
    "night",
    "Night tariff",
    "Nocna żółć",
    category="night-power",
    features=[{"id": "unit-price", "value": 0.5}, {"id": "source", "value": "WIND"}, {"id": "green", "value": True}],
    relations=[{"type": "excludes", "product": "day"}],
)
STUDENT = product("student", "Student tariff", "Taryfa studencka", segments=["young"])
PACKAGE: Body = {
    "id": "starter",
    "name": named("Starter", "Na start"),
    "category": "power",
    "languages": ["en", "pl"],
    "content": {"summary": named("Both", "Obie")},
    "components": [{"product": "student", "minimum": 1, "default": 1}, {"product": "day"}],
    "channels": {"web": {}},
}
PROMOTION: Body = {
    "id": "spring",
    "name": named("Spring", "Wiosna"),
    "valid": {"from": "2026-11-01T00:00:00Z", "until": "2026-12-24T00:00:00Z"},
    "segments": ["young"],
    "channels": ["mobile"],
    "changes": [{"category": "power", "price": "fee", "effect": "percentOff", "value": "20"}],
    "texts": {"banner": named("20% off", "20% taniej")},
    "stock": 2,
}
ALL: dict[tuple[str, str], Body] = {
    ("model", "energy"): MODEL,
    ("dictionary", "sources"): SOURCES,
    ("segment", "young"): YOUNG,
    ("product", "day"): DAY,
    ("product", "night"): NIGHT,
    ("product", "student"): STUDENT,
    ("package", "starter"): PACKAGE,
    ("promotion", "spring"): PROMOTION,
}


def opened() -> World:
    """A world with the shop on its shelf."""
    world = World()
    release(world.store, ALL)
    return world


def ask(world: World, route: Route, *, id_: str = "", **query: str) -> Reply:
    """A question to the market; anybody may ask."""
    path = {"id": id_} if id_ else {}
    return call(world, handle, route, path=path, query=list(query.items()), claims={"sub": ""})
