"""What lists and searches look at before they read a product or package whole; made once per version."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from catalogue.selling.folding import folded

Body = Mapping[str, Any]
_TIES: Final = ("requires", "excludes")


@dataclass(frozen=True, slots=True)
class Span:
    """From when (inclusive) until when (exclusive); open where there is None."""

    start: datetime | None
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether a moment is in it."""
        return (self.start is None or self.start <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Sale(Span):
    """When something is sold in a channel, for which actions, by which process."""

    actions: tuple[str, ...]
    process: str | None


@dataclass(frozen=True, slots=True)
class Tie(Span):
    """When a product requires or excludes another."""

    type: str
    product: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many of these products together a package needs at least."""

    products: tuple[str, ...]
    minimum: int


@dataclass(frozen=True, slots=True)
class Facets:
    """`rule` is FEEL; `values` are those that a feature may have, with the channel where they do (empty: in any);
    `needs` is what a package cannot do without."""

    category: str
    languages: tuple[str, ...]
    channels: Mapping[str, Sale]
    rule: str | None
    segments: tuple[str, ...]
    model: str
    values: Mapping[str, tuple[tuple[str, Any], ...]]
    ties: tuple[Tie, ...]
    needs: tuple[Bounds, ...]
    prices: tuple[str, ...]

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
        rule=body.get("segment"),
        segments=tuple(body.get("segments") or ()),
        model=body.get("model") or "",
        values={feature["id"]: tuple(_values(feature)) for feature in body.get("features") or ()},
        ties=tuple(_tie(relation) for relation in body.get("relations") or () if relation["type"] in _TIES),
        needs=tuple(_needs(body)),
        prices=tuple(price["id"] for price in body.get("prices") or ()),
    )


def texts_of(text: str) -> Mapping[str, str]:
    """What searches look into, by the languages of a product's or package's body: name, summary and description."""
    body: Body = json.loads(text)
    return {language: folded(" ".join(_texts(body, language))) for language in body["languages"]}


def _tie(relation: Body) -> Tie:
    valid = relation.get("valid") or {}
    return Tie(_time(valid.get("from")), _time(valid.get("until")), relation["type"], relation["product"])


def _needs(body: Body) -> Iterable[Bounds]:
    for component in body.get("components") or ():
        yield Bounds((component["product"],), component.get("minimum", 0))
    for group in body.get("groups") or ():
        yield Bounds(tuple(group["products"]), group.get("minimum", 0))


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
