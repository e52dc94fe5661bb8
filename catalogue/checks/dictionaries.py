"""What is checked of a dictionary: its hierarchy, what replaces what, and that codes in use do not vanish."""

from collections.abc import Iterator
from typing import Any

from catalogue.checks.setting import VANISHED, Said, Setting
from catalogue.checks.trees import tree
from catalogue.domain_model import domain
from catalogue.features import stated_codes
from catalogue.kinds.dictionary import Dictionary
from catalogue.kinds.model import DomainModel
from catalogue.kinds.product import Product


def hierarchy(dictionary: Dictionary, setting: Setting) -> Iterator[Said]:
    """Parents and replacements are there, and lead nowhere in a circle."""
    yield from tree(dictionary.items, "items", key="code", known={})
    yield from tree(dictionary.items, "items", key="code", link="replaced_by", known={})


def vanished(dictionary: Dictionary, setting: Setting) -> Iterator[Said]:
    """Codes of the published version that products use, and that this version lacks."""
    live = setting.others.find("dictionary", dictionary.id)
    if not isinstance(live, Dictionary):
        return
    gone = {item.code for item in live.items} - {item.code for item in dictionary.items}
    for product, feature, code in uses(dictionary.id, setting) if gone else ():
        if code in gone:
            words = (
                f"The code {code!r} is used by the product {product!r} (feature {feature!r}); keep it, and end it with"
                " `valid.until` or name what replaces it."
            )
            yield Said(VANISHED, ("items",), words)


def uses(dictionary_id: str, setting: Setting) -> Iterator[tuple[str, str, Any]]:
    """Which products use which codes in which of their features."""
    for model in _models(dictionary_id, setting):
        whole = domain(model, setting.others.find)
        read = {id_ for id_, feature in whole.features.items() if feature.dictionary == dictionary_id}
        for kind, product in setting.others.users("model", model.id):
            if kind == "product" and isinstance(product, Product):
                for feature in product.features:
                    if feature.id in read:
                        yield from ((product.id, feature.id, code) for code in stated_codes(feature))


def _models(dictionary_id: str, setting: Setting) -> Iterator[DomainModel]:
    """The models that name a dictionary, and those that extend them."""
    pending = [user for kind, user in setting.others.users("dictionary", dictionary_id) if kind == "model"]
    seen: set[str] = set()
    while pending:
        model = pending.pop()
        if isinstance(model, DomainModel) and model.id not in seen:
            seen.add(model.id)
            yield model
            pending += [user for kind, user in setting.others.users("model", model.id) if kind == "model"]
