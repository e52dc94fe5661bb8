"""What is checked of a page: that each block has what its type shows, and Markdown that is plain."""

from collections.abc import Iterator
from typing import Final

from catalogue.checks.setting import REQUIRED, VALUE, Said, Setting
from catalogue.checks.texts import markdown_fault
from catalogue.kinds.page import Page

_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "text": ("text",),
    "heading": ("text",),
    "image": ("media",),
    "products": ("products", "packages"),
    "link": ("url",),
    "video": ("media", "url"),
    "custom": ("data",),
}
"""By type of a block: what it shows, one of them at least."""


def blocks(page: Page, setting: Setting) -> Iterator[Said]:
    """Blocks that would show nothing, and texts that channels could not show as they are."""
    for index, block in enumerate(page.blocks):
        needed = _NEEDS.get(block.type, ())
        if needed and not any(getattr(block, field) for field in needed):
            words = f"A block of type {block.type!r} shows nothing without {' or '.join(needed)}."
            yield Said(REQUIRED, ("blocks", index), words)
        for language, text in block.text.items():
            if fault := markdown_fault(text):
                yield Said(VALUE, ("blocks", index, "text", language), f"The text cannot be shown: {fault}.")
