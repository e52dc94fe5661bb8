"""What a customer sees of a product's features: the most special value, with what the model says of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalogue.domain_model import Domain, domain
from catalogue.features import Axes, resolve
from catalogue.kinds.model import DomainModel
from catalogue.kinds.product import Product
from tests.catalogue.checks.energy import MODEL, PRODUCT
from tests.effort import effort

ENERGY: Domain = domain(DomainModel.model_validate(MODEL), lambda kind, id_: None)


def seen(axes: Axes, **changes: Any) -> dict[str, Any]:
    product = Product.model_validate({**PRODUCT, **changes})
    return {each.definition.id: each.value for each in resolve(product, ENERGY, axes)}


def test_features_come_in_the_order_of_the_type_with_their_units_and_defaults() -> None:
    found = resolve(Product.model_validate(PRODUCT), ENERGY, Axes("pl", "web"))
    assert [each.definition.id for each in found] == [
        "source", "unit-price", "term", "promise", "code", "payments", "since", "smart-meter",
    ]  # fmt: skip
    assert found[1].definition.unit == "kWh"
    assert (found[-1].value, found[-1].is_default) == (False, True)


def test_values_vary_by_channel_and_variant_and_texts_by_language() -> None:
    assert seen(Axes("pl", "web"))["unit-price"] == 0.62
    assert seen(Axes("pl", "mobile"))["unit-price"] == 0.6
    assert seen(Axes("pl", "mobile", "night"))["unit-price"] == 0.41
    assert seen(Axes("en-GB"))["promise"] == "**Green** power"
    assert seen(Axes("de"))["promise"] == "**Zielony** prąd"


def test_a_product_of_a_model_that_extends_another_has_the_features_of_both() -> None:
    plus = DomainModel.model_validate(
        {
            "id": "energy-plus",
            "name": {"pl": "Energia plus"},
            "extends": "energy",
            "languages": ["pl", "en"],
            "types": [{"id": "solar", "name": {"pl": "Słońce"}, "parent": "tariff", "features": ["panels"]}],
            "features": [{"id": "panels", "name": {"pl": "Panele"}, "kind": "number", "default": 4}],
        }
    )
    model = domain(plus, lambda kind, id_: DomainModel.model_validate(MODEL) if id_ == "energy" else None)
    product = Product.model_validate({**PRODUCT, "model": "energy-plus", "type": "solar"})
    found = {each.definition.id: each.value for each in resolve(product, model, Axes("pl"))}
    assert found["panels"] == 4
    assert found["source"] == "wind"


AXIS = {"language": ["pl", "en"], "channel": ["web", "mobile"], "variant": ["day", "night"]}
VARIED = st.fixed_dictionaries({}, optional={axis: st.sampled_from(names) for axis, names in AXIS.items()})


@effort(200)
@given(st.lists(VARIED, max_size=8, unique_by=lambda v: tuple(sorted(v.items()))), st.data())
def test_the_most_special_value_wins(varied: list[dict[str, str]], data: st.DataObject) -> None:
    asked = {axis: data.draw(st.sampled_from(names)) for axis, names in AXIS.items()}
    values = [{**each, "value": index} for index, each in enumerate(varied)]
    features = [{"id": "f", "name": {"pl": "F"}, "kind": "number", "value": -1, "values": values}]
    product = Product.model_validate({**PRODUCT, "model": None, "type": None, "features": features})
    (found,) = resolve(product, None, Axes(**asked))
    fitting = [each for each in varied if each.items() <= asked.items()]
    shown = varied[found.value] if found.value >= 0 else {}
    assert shown in (fitting or [{}])
    assert len(shown) == max(map(len, fitting), default=0)
