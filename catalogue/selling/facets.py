"""What lists and searches look at before they read a product or package whole; made once per version."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalogue.selling.folding import folded

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sale:
    """How something is sold in a channel: from when until when (None: open), for which actions, by which process."""

    start: datetime | None
    until: datetime | None
    actions: tuple[str, ...]
    process: str | None

    def runs(self, at: datetime) -> bool:
        """Whether it is sold at that time."""
        return (self.start is None or self.start <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Facets:
    """`values` are those that a feature may have, with the channel where they do (empty: in any); `excludes` are
    products that its buyer must not have; `components` are a package's."""

    category: str
    languages: tuple[str, ...]
    channels: Mapping[str, Sale]
    rule: str
    segments: tuple[str, ...]
    model: str
    values: Mapping[str, tuple[tuple[str, Any], ...]]
    excludes: tuple[str, ...]
    components: tuple[str, ...]

    def spoken(self, language: str) -> str:
        """The language in which it answers: the one asked for, its base language, or its own first one."""
        wanted = (language, language.partition("-")[0])
        return next((one for one in wanted if one in self.languages), self.languages[0])


def facets_of(text: str) -> Facets:
    """Of a product's or package's body, as JSON text."""
    body: Body = json.loads(text)
    languages = tuple(body["languages"])
    process = body.get("process")
    return Facets(
        category=body["category"],
        languages=languages,
        channels={key: _sale(channel, process) for key, channel in body["channels"].items()},
        rule=body.get("segment") or "",
        segments=tuple(body.get("segments") or ()),
        model=body.get("model") or "",
        values={feature["id"]: tuple(_values(feature)) for feature in body.get("features") or ()},
        excludes=tuple(r["product"] for r in body.get("relations") or () if r["type"] == "excludes"),
        components=tuple(component["product"] for component in body.get("components") or ()),
    )


def texts_of(text: str) -> Mapping[str, str]:
    """What searches look into, by the languages of a product's or package's body: name, summary and description."""
    body: Body = json.loads(text)
    return {language: folded(" ".join(_texts(body, language))) for language in body["languages"]}


def _sale(channel: Body, process: str | None) -> Sale:
    actions = tuple(channel.get("actions", ("view", "simulate", "quote", "buy")))
    return Sale(_time(channel.get("from")), _time(channel.get("until")), actions, channel.get("process") or process)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _texts(body: Body, language: str) -> Iterable[str]:
    content = body["content"]
    for texts in (body["name"], content.get("summary") or {}, content.get("description") or {}):
        yield texts.get(language) or texts.get(body["languages"][0], "")


def _values(feature: Body) -> Iterable[tuple[str, Any]]:
    if feature.get("value") is not None:
        yield "", feature["value"]
    for varied in feature.get("values") or ():
        yield varied.get("channel") or "", varied["value"]
