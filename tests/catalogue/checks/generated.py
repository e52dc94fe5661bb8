"""Random sound catalogues: a model with features of all kinds, its dictionary, and a product that says them all."""

from typing import Any, Final

from hypothesis import strategies as st

from tests.catalogue.checks.energy import words

Draw = st.DrawFn
Catalogue = dict[tuple[str, str], dict[str, Any]]
CODES: Final = ("a", "b", "c1")
NAME: Final = words("Name", "Nazwa")
TEXTS: Final = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
NUMBERS: Final = st.integers(0, 1000).map(lambda hundredths: hundredths / 100)
DAYS: Final = st.dates().map(str)
KEYS: Final = st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True)
RANGES: Final = st.tuples(NUMBERS, NUMBERS).map(lambda ends: {"min": min(ends), "max": max(ends)})
SOUND: Final[dict[str, st.SearchStrategy[Any]]] = {
    "text": TEXTS,
    "richText": TEXTS.map(lambda text: f"**{text}** [{text}](https://example.com/{text})"),
    "number": NUMBERS,
    "money": NUMBERS,
    "percentage": NUMBERS,
    "yesNo": st.booleans(),
    "date": DAYS,
    "image": st.just("picture"),
    "attachment": st.just("terms"),
    "dictionary": st.sampled_from(CODES),
    "list": st.lists(TEXTS, min_size=1, max_size=3, unique=True),
    "range": RANGES,
    "choice": st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True),
}
UNSOUND: Final[dict[str, st.SearchStrategy[Any]]] = {
    "text": st.integers(),
    "richText": TEXTS.map(lambda text: f"<script>{text}</script>"),
    "number": st.integers(11, 99) | st.just("1") | st.booleans() | st.just(0.125),
    "money": st.integers(max_value=-1) | st.just(float("inf")),
    "percentage": st.just([1]) | st.just({"min": 1}),
    "yesNo": st.sampled_from(["yes", 1, 0]),
    "date": st.sampled_from(["2026-13-01", "1.1.2026", 20260101]),
    "image": st.sampled_from(["Image", "https://example.com/x.png", 7]),
    "attachment": st.sampled_from(["a b", "-a", True]),
    "dictionary": st.sampled_from(["d", "A", "", 1]),
    "list": st.lists(st.integers(), min_size=1, max_size=3) | TEXTS,
    "range": st.just({"min": 3, "max": 2}) | st.just({"min": 0, "max": 11}) | NUMBERS,
    "choice": st.lists(st.sampled_from(["x", "y"]), min_size=1, unique=True) | st.just("a"),
}
NUMERIC: Final = {"number", "money", "percentage", "range"}


@st.composite
def definitions(draw: Draw, index: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(SOUND)))
    several = kind not in ("list", "choice", "range") and draw(st.booleans())
    return {
        "id": f"f{index}" + ("-x" if index % 2 else ""),
        "name": NAME,
        "kind": kind,
        **({"currency": "PLN"} if kind == "money" else {}),
        **({"precision": 2, "min": 0, "max": 10} if kind in NUMERIC else {}),
        **({"dictionary": "codes"} if kind in ("dictionary", "choice") else {}),
        **({"cardinality": [1, 3]} if several else {}),
        "variesBy": draw(st.lists(st.sampled_from(["language", "channel", "variant"]), unique=True)),
    }


def values(definition: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Sound values of a feature."""
    one = SOUND[definition["kind"]]
    return st.lists(one, min_size=1, max_size=3) if "cardinality" in definition else one


@st.composite
def features(draw: Draw, definition: dict[str, Any]) -> dict[str, Any]:
    axes = {"language": ["pl", "en"], "channel": ["web", "mobile"], "variant": ["v1", "v2"]}
    varied = []
    for axis in definition["variesBy"]:
        for name in draw(st.lists(st.sampled_from(axes[axis]), unique=True)):
            varied.append({axis: name, "value": draw(values(definition))})
    return {"id": definition["id"], "value": draw(values(definition)), "values": varied}


@st.composite
def catalogues(draw: Draw) -> Catalogue:
    """A sound catalogue; its product is ("product", "p")."""
    defined = [draw(definitions(index)) for index in range(draw(st.integers(1, 6)))]
    ids = [each["id"] for each in defined]
    cut = draw(st.integers(0, len(ids)))
    model = {
        "id": "m",
        "name": NAME,
        "languages": ["pl", "en"],
        "features": defined,
        "types": [
            {"id": "low", "name": NAME, "parent": "high", "features": ids[cut:]},
            {"id": "high", "name": NAME, "features": ids[:cut], "required": ids[:cut]},
        ],
    }
    product = {
        "id": "p",
        "name": NAME,
        "category": "c",
        "model": "m",
        "type": "low",
        "languages": ["pl", "en"],
        "content": {"summary": NAME, "description": NAME},
        "variants": [{"id": "v1", "name": NAME}, {"id": "v2", "name": NAME}],
        "features": [draw(features(each)) for each in defined],
        "channels": {"web": {}, "mobile": {"until": "2030-01-01T00:00:00Z"}},
    }
    codes = {"id": "codes", "name": NAME, "items": [{"code": code, "name": NAME} for code in CODES]}
    return {("dictionary", "codes"): codes, ("model", "m"): model, ("product", "p"): product}


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("= a.b + c["),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
