"""Changes of prices, as packages and promotions make them: whether they change anything."""

from collections.abc import Iterator

from catalogue.checks.setting import WITHOUT_EFFECT, Said, Setting
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Change
from catalogue.problems import Path


def change_faults(change: Change, path: Path, setting: Setting) -> Iterator[Said]:
    """A change of a price that its product does not have, or by nothing."""
    product = setting.others.find("product", change.product) if change.product else None
    if isinstance(product, Product):
        ids = [price.id for price in product.prices]
        if not ids:
            yield Said(WITHOUT_EFFECT, (*path, "product"), f"The product {product.id!r} has no prices to be changed.")
        elif change.price is not None and change.price not in ids:
            words = f"The product {product.id!r} has no price {change.price!r}; it has {', '.join(ids)}."
            yield Said(WITHOUT_EFFECT, (*path, "price"), words)
        if change.category is not None and change.category != product.category:
            words = f"The product {product.id!r} stands in {product.category!r}; name one of the two alone."
            yield Said(WITHOUT_EFFECT, (*path, "category"), words)
    if change.effect != "set" and change.value == 0:
        yield Said(WITHOUT_EFFECT, (*path, "value"), "Taking off 0 changes nothing.")
