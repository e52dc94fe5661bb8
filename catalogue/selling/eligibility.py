"""Whether something is offered to a customer: channel and time, segments and rule, what the customer has already.

Made anew for each request; whatever many products share (segments, rules) is evaluated once.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

from catalogue.expressions import Context, holds, variables_read
from catalogue.kinds.promotion import Promotion
from catalogue.kinds.segment import SegmentCondition
from catalogue.pricing import Decisions, NoDecisions, why_off
from catalogue.pricing.changes import OffReason
from catalogue.selling.asker import Asker
from catalogue.selling.facets import Facets, Sale, Tie
from catalogue.selling.features import values_of
from catalogue.selling.shelf import Published, Shelf


class Eligibility:
    """What one asker is offered of a shelf. `stock`: how often each promotion was taken already."""

    def __init__(
        self, shelf: Shelf, asker: Asker, stock: Mapping[str, int], decisions: Decisions | None = None
    ) -> None:
        self.shelf, self.asker, self.stock, self.decisions = shelf, asker, stock, decisions or NoDecisions()
        known = {"customer": dict(asker.customer), "channel": asker.channel or None}
        self.context = Context(known)
        self._dated = self.context.inner({"now": asker.at})
        self._rules: dict[str, bool] = {}
        self._meant: dict[str, bool] = {}

    def offered(self, ids: Iterable[str]) -> Iterator[Published]:
        """Those of the ids that are offered, in their order. What excludes most costs least and comes first."""
        offers, outside = self.shelf.offers, self.belongs.isdisjoint
        for id_ in ids:
            one = offers[id_]
            segments = one.facets.segments
            if not (segments and outside(segments)) and self.is_offered(one):
                yield one

    def is_offered(self, one: Published) -> bool:
        """Whether it is sold here and now, and to this customer."""
        return (
            self.sale(one.facets) is not None
            and self.is_meant(one)
            and all(self.has_enough(need.products, need.minimum) for need in one.facets.needs)
        )

    def sale(self, facets: Facets, action: str = "view") -> Sale | None:
        """How it is sold in the asker's channel (in any, if that is open) now; None if it is not."""
        channel, at = self.asker.channel, self.asker.at
        here = (facets.channels.get(channel),) if channel else facets.channels.values()
        for sale in here:
            if sale is not None and action in sale.actions and sale.holds(at):
                return sale
        return None

    def is_meant(self, one: Published) -> bool:
        """Whether the customer may have it, wherever it is sold: segments, rule, relations."""
        if (known := self._meant.get(one.id)) is None:
            facets = one.facets
            known = self.is_in(facets.segments) and self.rule_holds(one) and self.broken_tie(one) is None
            self._meant[one.id] = known
        return known

    def has_enough(self, products: tuple[str, ...], minimum: int) -> bool:
        """Whether at least one of a package's products can be had, where one is needed."""
        return minimum == 0 or any(self.has(product) for product in products)

    def has(self, product: str) -> bool:
        """Whether a package's component is published and meant for this customer."""
        one = self.shelf.published.get(("product", product))
        return one is not None and self.is_meant(one)

    @cached_property
    def belongs(self) -> frozenset[str]:
        """The published segments that the customer is in."""
        return frozenset(id_ for id_ in self.shelf.segments if self.missed(id_) is None)

    def is_in(self, segments: Collection[str]) -> bool:
        """Whether the customer belongs to at least one of these; none means everybody."""
        return not segments or not self.belongs.isdisjoint(segments)

    def missed(self, segment_id: str) -> SegmentCondition | None:
        """The first condition of a published segment that is not true; None if the customer belongs to it."""
        conditions = self.shelf.segments[segment_id].conditions
        return next((c for c in conditions if not holds(c.rule, self._dated, at=self.asker.at)), None)

    def rule_holds(self, one: Published) -> bool:
        """Whether the product's or package's own rule is true; null is not."""
        rule = one.facets.rule
        if rule is None:
            return True
        if _reads_features(rule):
            context = self.context.inner({"features": self.features(one)})
            return holds(rule, context, at=self.asker.at)
        if rule not in self._rules:
            self._rules[rule] = holds(rule, self.context, at=self.asker.at)
        return self._rules[rule]

    def features(self, one: Published) -> dict[str, Any]:
        """The values of its features by id, for this asker."""
        return values_of(self.shelf, one.entry, self.asker)

    def broken_tie(self, one: Published) -> Tie | None:
        """What it requires and cannot be had, or what excludes it and the customer has; None if nothing does."""
        held = self.asker.held
        for tie in one.facets.ties:
            if tie.holds(self.asker.at) and not self._is_kept(tie, held):
                return tie
        for had in sorted(held):
            other = self.shelf.published.get(("product", had))
            for tie in other.facets.ties if other else ():
                if tie.type == "excludes" and tie.product == one.id and tie.holds(self.asker.at):
                    return Tie(tie.start, tie.until, "excludes", had)
        return None

    def _is_kept(self, tie: Tie, held: frozenset[str]) -> bool:
        """What is required can be bought with it, if it is sold here at all."""
        if tie.type == "excludes":
            return tie.product not in held
        required = self.shelf.offers.get(tie.product)
        return tie.product in held or (required is not None and self.sale(required.facets) is not None)

    def left(self, promotion: Promotion) -> int | None:
        """How many are left of a promotion with a stock."""
        return None if promotion.stock is None else max(promotion.stock - self.stock.get(promotion.id, 0), 0)

    def off(self, promotion: Promotion) -> OffReason | None:
        """Why a promotion is not on for this customer here and now; None if it is."""
        channel, at, used = self.asker.channel, self.asker.at, self.stock.get(promotion.id, 0)
        return why_off(promotion, channel=channel, segments=self.belongs, at=at, used=used)

    @cached_property
    def promotions(self) -> tuple[Promotion, ...]:
        """Those that are on, in the order in which they are applied."""
        return tuple(promotion for promotion in self.shelf.promotions if self.off(promotion) is None)


@lru_cache(maxsize=10_000)
def _reads_features(rule: str) -> bool:
    return "features" in variables_read(rule)
