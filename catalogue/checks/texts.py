"""Texts: in each language that the entry speaks, and in no other; Markdown without anything that runs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from catalogue.checks.setting import TRANSLATION, Said, Setting
from catalogue.checks.walk import Place
from catalogue.kinds.parts import Entry
from catalogue.kinds.product import ChannelContent
from catalogue.problems import Path

_HTML: Final = re.compile(r"<[A-Za-z/!?][^>]*>?")
_TARGET: Final = re.compile(r"\]\(\s*<?\s*([^)\s>]*)|^ {0,3}\[[^\]]+\]:\s*<?\s*(\S*)", re.MULTILINE)
_SAFE: Final = ("https://", "mailto:", "tel:", "/", "#")


def translations(entry: Entry, setting: Setting) -> Iterator[Said]:
    """What is said must be said in every language; what is said otherwise in a channel falls back to the general."""
    spoken = languages(entry)
    for place in setting.places(entry):
        if place.role == "words" and not isinstance(place.part, ChannelContent):
            yield from untranslated(place.value, spoken, place.path, optional=_is_optional(place))


def untranslated(texts: Mapping[str, Any], spoken: tuple[str, ...], path: Path, *, optional: bool) -> Iterator[Said]:
    """The languages that are missing, and those that nobody is shown."""
    if not texts and optional:
        return
    for language in spoken:
        if language not in texts:
            words = f"The text in {language!r} is missing; add it or drop the language."
            yield Said(TRANSLATION, path, words)
    for language in texts:
        if language not in spoken:
            words = f"The text in {language!r} is shown to nobody; add the language to `languages`, or drop the text."
            yield Said(TRANSLATION, (*path, language), words, "warning")


def languages(entry: Entry) -> tuple[str, ...]:
    """The languages that the entry declares; those of its name if its kind declares none."""
    return tuple(getattr(entry, "languages", ())) or tuple(entry.name)


def markdown_fault(text: str) -> str | None:
    """Why a text is not the Markdown that channels may show as it is: HTML in it, or links that are not plain."""
    if (tag := _HTML.search(text)) is not None:
        return f"{tag[0]!r} is HTML; write Markdown, and `&lt;` for the sign itself"
    for target in (inline or defined for inline, defined in _TARGET.findall(text)):
        if not target.startswith(_SAFE) or target.startswith("//"):
            return f"the link {target!r} must begin with one of {', '.join(_SAFE)}"
    return None


def _is_optional(place: Place) -> bool:
    return not type(place.part).model_fields[place.field].is_required()
