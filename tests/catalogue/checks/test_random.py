"""Random catalogues: sound ones have no findings, what is planted is found where it is, nothing makes a check fail."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalogue.checks import check_entry, impact, references
from catalogue.completeness import completeness
from catalogue.differences import differences
from catalogue.domain_model import domain
from catalogue.kinds.model import DomainModel
from catalogue.kinds.product import Product
from tests.catalogue.checks.changed import AT, SHAPES, at_pointer, catalogue
from tests.catalogue.checks.energy import ENTRIES
from tests.catalogue.checks.generated import JSON, UNSOUND, Catalogue, catalogues
from tests.effort import effort


def pointers(body: Any, path: str = "") -> list[str]:
    """All places of a body but the whole."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [each for key, value in inner for each in (f"{path}/{key}", *pointers(value, f"{path}/{key}"))]


@effort(60)
@given(catalogues())
def test_nothing_is_said_of_a_sound_catalogue_and_nothing_is_missing(bodies: Catalogue) -> None:
    others = catalogue(bodies)
    for (kind, _), body in bodies.items():
        entry, problems = check_entry(kind, body, others, at=AT, publishing=True)
        assert problems == ()
        assert entry is not None
        assert all(others.find(found.kind, found.id) for found in references(entry))
    product, model = others.find("product", "p"), others.find("model", "m")
    assert isinstance(product, Product) and isinstance(model, DomainModel)
    assert {each.percent for each in completeness(product, domain(model, others.find))} == {100}


@effort(150)
@given(catalogues(), st.data())
def test_an_unsound_value_is_found_where_it_is(bodies: Catalogue, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(bodies["product", "p"]["features"]) - 1))
    definition = bodies["model", "m"]["features"][index]
    value = data.draw(UNSOUND[definition["kind"]])
    place = f"/features/{index}/value"
    body = at_pointer(bodies["product", "p"], place, [value] if "cardinality" in definition else value)
    _, problems = check_entry("product", body, catalogue(bodies), at=AT, publishing=True)
    assert problems
    assert all(problem.pointer.startswith(place) and problem.code == "PRODUCT-006" for problem in problems)


@effort(60)
@given(catalogues(), st.data())
def test_what_a_model_no_longer_admits_is_said_of_its_products(bodies: Catalogue, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(bodies["model", "m"]["features"]) - 1))
    feature = bodies["model", "m"]["features"][index]
    kept = at_pointer(bodies["model", "m"], f"/features/{index}/id", "renamed")
    text = json.dumps(kept["types"]).replace(f'"{feature["id"]}"', '"renamed"')
    renamed = SHAPES["model"].model_validate({**kept, "types": json.loads(text)})
    (broken,) = impact({("model", "m"): renamed}, catalogue(bodies), at=AT)
    assert broken.id == "p"
    assert f"/features/{index}/id" in {problem.pointer for problem in broken.problems}


@effort(300)
@given(st.sampled_from(sorted(ENTRIES)), JSON, st.data())
def test_no_body_makes_a_check_fail(named: tuple[str, str], value: Any, data: st.DataObject) -> None:
    body = ENTRIES[named]
    for _ in range(data.draw(st.integers(1, 3))):
        body = at_pointer(body, data.draw(st.sampled_from(pointers(body))), value)
    entry, problems = check_entry(named[0], body, catalogue(), at=AT, publishing=True)
    assert entry is not None or problems
    for problem in problems:
        assert problem.message
        assert problem.pointer == "" or problem.pointer.startswith("/")
    if entry is not None:
        whole = SHAPES[named[0]].model_validate(ENTRIES[named])
        assert bool(differences(whole, entry)) == (entry != whole)
        list(impact({named: entry}, catalogue(), at=AT))
