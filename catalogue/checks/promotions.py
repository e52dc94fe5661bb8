"""What is checked of a promotion: that it changes something, for somebody, for a time."""

from collections.abc import Iterator

from catalogue.checks.changes import change_faults
from catalogue.checks.setting import WINDOW, WITHOUT_EFFECT, Said, Setting
from catalogue.kinds.parts import Key
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Promotion
from catalogue.pricing.check import check_promotion
from catalogue.problems import Path, Problem


def effect(promotion: Promotion, setting: Setting) -> Iterator[Said | Problem]:
    """Promotions that change no price and say nothing, or say it of no product."""
    if not promotion.changes and not promotion.texts:
        words = "The promotion changes no price and adds no text; add one of `changes` and `texts`."
        yield Said(WITHOUT_EFFECT, (), words)
    elif promotion.texts and not promotion.changes and not promotion.products:
        yield Said(WITHOUT_EFFECT, ("products",), "The texts stand at no product; name those that they concern.")
    for index, change in enumerate(promotion.changes):
        yield from change_faults(change, ("changes", index), setting)
    yield from check_promotion(promotion)


def reach(promotion: Promotion, setting: Setting) -> Iterator[Said]:
    """Products that are not sold in any channel of the promotion; promotions without an end."""
    sold_in = set(promotion.channels)
    for path, id_ in _named(promotion):
        product = setting.others.find("product", id_)
        if isinstance(product, Product) and sold_in and not sold_in & product.channels.keys():
            words = f"The product {id_!r} is sold in no channel of the promotion: {', '.join(promotion.channels)}."
            yield Said(WITHOUT_EFFECT, path, words, "warning")
    if promotion.valid.until is None:
        yield Said(WINDOW, ("valid",), "The promotion never ends; say `until` when it holds.", "warning")


def _named(promotion: Promotion) -> Iterator[tuple[Path, Key]]:
    for index, change in enumerate(promotion.changes):
        if change.product is not None:
            yield ("changes", index, "product"), change.product
    yield from ((("products", index), id_) for index, id_ in enumerate(promotion.products))
