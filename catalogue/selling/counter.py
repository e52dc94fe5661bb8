"""What quotes are made of for one customer: the shelf as `quoting` asks for it."""

from collections.abc import Collection, Mapping, Sequence

from catalogue.kinds import PACKAGE, PRODUCT
from catalogue.kinds.package import Package
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Promotion
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.features import Valued, features_of
from catalogue.selling.why import checks


class Counter:
    """`Assortment` over what one asker is offered."""

    def __init__(self, eligibility: Eligibility) -> None:
        self._eligibility = eligibility
        self._shelf = eligibility.shelf

    @property
    def promotions(self) -> Sequence[Promotion]:
        """Those that are on."""
        return self._eligibility.promotions

    @property
    def held(self) -> Collection[str]:
        """What the customer has."""
        return self._eligibility.asker.held

    def product(self, id_: str) -> Product | None:
        """A live product."""
        found = self._shelf.find(PRODUCT.name, id_)
        return found if isinstance(found, Product) else None

    def package(self, id_: str) -> Package | None:
        """A live package."""
        found = self._shelf.find(PACKAGE.name, id_)
        return found if isinstance(found, Package) else None

    def why_not(self, entry: Product | Package, *, component: bool) -> str:
        """What stands in the way of a quote, in words; of a component it matters for whom it is, not where."""
        kind = PRODUCT if isinstance(entry, Product) else PACKAGE
        one = self._shelf.published[kind.name, entry.id]
        if component:
            if self._eligibility.is_meant(one):
                return ""
        elif self._eligibility.is_offered(one):
            sold = self._eligibility.sale(one.facets, "quote") is not None
            return "" if sold else f"{entry.id} is not quoted in {self._eligibility.asker.channel}."
        apart = ("channel", "time") if component else ()
        failed = (check for check in checks(self._eligibility, one) if not check.passed)
        return " ".join(check.words for check in failed if check.step not in apart)

    def features(self, product: Product, variant: str) -> Mapping[str, Valued]:
        """By id."""
        return {f.id: f for f in features_of(self._shelf, product, self._eligibility.asker, variant)}

    def categories(self, product: Product) -> Collection[str]:
        """Its category and those above it."""
        return self._shelf.above(product.category)
