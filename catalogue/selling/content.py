"""Pages, banners and articles for one asker: which are shown, in which words, beside which offers."""

from collections.abc import Iterator
from typing import Any

from catalogue.kinds import PACKAGE, PRODUCT
from catalogue.kinds.page import Block, Page
from catalogue.kinds.parts import words
from catalogue.pricing import is_within
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.offering import offer
from catalogue.selling.shelf import Published

Shape = dict[str, Any]
_HEAD = ("id", "type", "version", "name", "summary", "category")


def is_shown(eligibility: Eligibility, page: Page) -> bool:
    """Whether a page is for this customer in this channel now."""
    channel = eligibility.asker.channel
    here = not page.channels or not channel or channel in page.channels
    return here and is_within(page.valid, eligibility.asker.at) and eligibility.is_in(page.segments)


def page_shape(eligibility: Eligibility, one: Published) -> Shape:
    """A page in the shape of the API."""
    page = one.entry
    assert isinstance(page, Page)
    language, first = spoken(page, eligibility.asker.language), page.languages[0]
    return {
        "id": page.id,
        "version": one.version,
        "type": page.type,
        "slot": page.slot,
        "priority": page.priority,
        "name": words(page.name, language, first),
        "summary": words(page.summary, language, first),
        "blocks": [_block(eligibility, one, block, language, first) for block in page.blocks],
        "tags": list(page.tags),
        "language": language,
    }


def spoken(page: Page, language: str) -> str:
    """The language in which a page answers: the one asked for, its base language, or the page's first one."""
    wanted = (language, language.partition("-")[0])
    return next((one for one in wanted if one in page.languages), page.languages[0])


def _block(eligibility: Eligibility, one: Published, block: Block, language: str, fallback: str) -> Shape:
    """Of products and packages those that the customer is offered here: nothing else is told of them."""
    return {
        "type": block.type,
        "text": words(block.text, language, fallback),
        "offers": list(_offers(eligibility, block)),
        "media": one.media.get(block.media) if block.media else None,
        "url": block.url,
        "data": block.data,
    }


def _offers(eligibility: Eligibility, block: Block) -> Iterator[Shape]:
    named = [(PRODUCT.name, id_) for id_ in block.products] + [(PACKAGE.name, id_) for id_ in block.packages]
    for key in named:
        one = eligibility.shelf.published.get(key)
        if one is not None and eligibility.is_offered(one):
            whole = offer(eligibility, one, whole=False)
            yield {name: whole[name] for name in _HEAD}
