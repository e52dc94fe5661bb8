"""How products stand to each other: what one needs it must not exclude, and nothing replaces itself."""

from collections.abc import Iterator, Mapping

from catalogue.checks.setting import CONTRADICTION, DOUBLED, TREE, Said, Setting
from catalogue.kinds.parts import Key
from catalogue.kinds.product import Product


def relations(product: Product, setting: Setting) -> Iterator[Said]:
    """Contradictions among the relations of a product and of those that it needs."""
    needed = required(product, setting)
    seen: set[tuple[str, str]] = set()
    for index, relation in enumerate(product.relations):
        path = ("relations", index)
        if (relation.type, relation.product) in seen:
            yield Said(DOUBLED, path, f"{relation.type} {relation.product!r} stands twice; keep one.")
        seen.add((relation.type, relation.product))
        if relation.type == "requires" and (chain := _excluding(needed, relation.product)):
            yield Said(CONTRADICTION, path, f"{chain}: what is needed together excludes each other; drop one of them.")
        if relation.type == "replaces" and product.id in _replaced(relation.product, setting):
            yield Said(TREE, path, f"{relation.product!r} replaces this product, if through others; drop one of them.")


def required(product: Product, setting: Setting) -> dict[Key, Product]:
    """The product and all that it needs, through others too, as far as they are to be found; by id."""
    found, pending = {product.id: product}, [product]
    while pending:
        for id_ in _related(pending.pop(), "requires"):
            other = setting.others.find("product", id_)
            if id_ not in found and isinstance(other, Product):
                found[id_] = other
                pending.append(other)
    return found


def _excluding(needed: Mapping[Key, Product], first: Key) -> str:
    """Words for a pair of needed products of which one excludes the other, if `first` is one of them or needs one."""
    pairs = ((one.id, other) for one in needed.values() for other in _related(one, "excludes") if other in needed)
    behind = _behind(needed, first)
    return next((f"{one!r} excludes {other!r}" for one, other in pairs if one in behind or other in behind), "")


def _behind(needed: Mapping[Key, Product], first: Key) -> set[Key]:
    found, pending = {first}, [first]
    while pending:
        product = needed.get(pending.pop())
        new = set(_related(product, "requires")) - found if product else set()
        found |= new
        pending += new
    return found


def _replaced(start: Key, setting: Setting) -> set[Key]:
    found: set[Key] = set()
    pending = [start]
    while pending:
        product = setting.others.find("product", pending.pop())
        new = set(_related(product, "replaces")) - found if isinstance(product, Product) else set()
        found |= new
        pending += new
    return found


def _related(product: Product, type_: str) -> tuple[Key, ...]:
    return tuple(relation.product for relation in product.relations if relation.type == type_)


def excluded_by(product: Product) -> frozenset[Key]:
    """The products that cannot be had together with this one, as it says itself."""
    return frozenset(_related(product, "excludes"))


def required_by(product: Product) -> frozenset[Key]:
    """The products without which this one cannot be had."""
    return frozenset(_related(product, "requires"))
