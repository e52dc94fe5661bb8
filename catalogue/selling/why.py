"""Why something is offered or not: each thing that an offer depends on, in words. It asks what `Eligibility` asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from catalogue.kinds.parts import words
from catalogue.kinds.promotion import Promotion
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.facets import Sale, Span
from catalogue.selling.prices import concerns, priced
from catalogue.selling.shelf import Published

Step = Literal["channel", "time", "segment", "rule", "relation", "component", "promotion"]


@dataclass(frozen=True)
class Check:
    """One condition: `about` is the id of what it is about (a channel, segment, product, promotion)."""

    step: Step
    about: str
    passed: bool
    words: str


def checks(eligibility: Eligibility, one: Published) -> Iterator[Check]:
    """Everything that decides whether it is offered; it is, if all have passed."""
    yield from _sold(eligibility, one)
    yield from _segments(eligibility, one)
    if one.facets.rule is not None:
        passed = eligibility.rule_holds(one)
        yield Check("rule", one.id, passed, f"Its own rule is {'' if passed else 'not '}true: {one.facets.rule}")
    yield _ties(eligibility, one)
    yield from _components(eligibility, one)


def promotions(eligibility: Eligibility, one: Published) -> Iterator[Check]:
    """Each promotion that concerns it: whether it is for this customer here and now."""
    refused = priced(eligibility, one).refused
    for promotion in eligibility.shelf.promotions:
        if concerns(eligibility.shelf, promotion, one):
            reason = _against(eligibility, promotion) or _beside(promotion.id, refused.get(promotion.id))
            yield Check("promotion", promotion.id, not reason, reason or "It applies.")


def _beside(promotion: str, other: str | None) -> str:
    if other == promotion:
        return "Its rule on which promotions it stands beside is not true."
    return f"It does not stand beside {other}, which applies." if other else ""


def _sold(eligibility: Eligibility, one: Published) -> Iterator[Check]:
    asker, channels = eligibility.asker, one.facets.channels
    if asker.channel and asker.channel not in channels:
        yield Check("channel", asker.channel, False, f"It is sold in {', '.join(channels)}, not in {asker.channel}.")
        return
    sales = {asker.channel: channels[asker.channel]} if asker.channel else channels
    passed = eligibility.sale(one.facets) is not None
    for channel, sale in sales.items():
        yield Check("channel", channel, passed or "view" in sale.actions, _actions(channel, sale))
        yield Check("time", channel, passed or sale.holds(asker.at), f"In {channel} it is sold {_span(sale)}.")


def _actions(channel: str, sale: Sale) -> str:
    return f"In {channel} one may {', '.join(sale.actions) or 'do nothing with it'}."


def _span(span: Span) -> str:
    parts = [f"from {span.start.isoformat()}"] if span.start else []
    parts += [f"until {span.until.isoformat()}"] if span.until else []
    return " ".join(parts) or "at any time"


def _segments(eligibility: Eligibility, one: Published) -> Iterator[Check]:
    """Of several segments one is enough: none has failed the offer where another has let it pass."""
    passed = eligibility.is_in(one.facets.segments)
    for id_ in one.facets.segments:
        yield Check("segment", id_, passed, _belongs(eligibility, id_))


def _belongs(eligibility: Eligibility, id_: str) -> str:
    segment = eligibility.shelf.segments.get(id_)
    if segment is None:
        return f"The segment {id_} is not published, so nobody belongs to it."
    name = words(segment.name, eligibility.asker.language, "en")
    missed = eligibility.missed(id_)
    if missed is None:
        return f"The customer belongs to {name}."
    said = words(missed.words, eligibility.asker.language, "en")
    return f"The customer does not belong to {name}: {said or 'a condition is not true'} ({missed.rule.strip()})"


def _ties(eligibility: Eligibility, one: Published) -> Check:
    broken = eligibility.broken_tie(one)
    if broken is None:
        return Check("relation", one.id, True, "What it requires can be had, and nothing excludes it.")
    if broken.type == "excludes":
        return Check(
            "relation", broken.product, False, f"The customer has {broken.product}, and one excludes the other."
        )
    said = f"It requires {broken.product}, which the customer does not have and which is not sold here now."
    return Check("relation", broken.product, False, said)


def _components(eligibility: Eligibility, one: Published) -> Iterator[Check]:
    for need in one.facets.needs:
        if need.minimum:
            passed = eligibility.has_enough(need.products, need.minimum)
            about = ", ".join(need.products)
            can = "can" if passed else "cannot"
            yield Check("component", about, passed, f"The customer {can} have what the package needs: {about}.")


def _against(eligibility: Eligibility, promotion: Promotion) -> str:
    """Why a promotion is not on; empty if it is."""
    valid = promotion.valid
    match eligibility.off(promotion):
        case "notValid":
            return f"It runs {_span(Span(valid.from_, valid.until))}."
        case "channel":
            return f"It is for {', '.join(promotion.channels)}, not for {eligibility.asker.channel or 'any channel'}."
        case "segment":
            return " ".join(_belongs(eligibility, id_) for id_ in promotion.segments)
        case "soldOut":
            return f"All {promotion.stock} have been taken."
    return ""
