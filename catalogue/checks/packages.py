"""What is checked of a package: numbers that can be met, components that go together, changes that change something."""

from collections.abc import Iterator

from catalogue.checks.changes import change_faults
from catalogue.checks.relations import excluded_by, required_by
from catalogue.checks.setting import CONTRADICTION, DOUBLED, REFERENCE, REQUIRED, WITHOUT_EFFECT, Said, Setting
from catalogue.kinds.package import Component, ComponentGroup, Package
from catalogue.kinds.parts import Key
from catalogue.kinds.product import Product
from catalogue.pricing.check import check_changes
from catalogue.problems import Path, Problem


def components(package: Package, setting: Setting) -> Iterator[Said]:
    """Each product once, and least, usual and most in this order."""
    seen: set[Key] = set()
    for index, component in enumerate(package.components):
        path = ("components", index)
        if component.product in seen:
            yield Said(DOUBLED, (*path, "product"), f"{component.product!r} stands twice; say how many in `maximum`.")
        seen.add(component.product)
        if component.minimum > component.maximum:
            words = f"At least {component.minimum} and at most {component.maximum} is nothing; change one of them."
            yield Said(REQUIRED, (*path, "minimum"), words)
        elif not component.minimum <= component.default <= component.maximum:
            words = f"The usual number, {component.default}, must be {component.minimum} to {component.maximum}."
            yield Said(REQUIRED, (*path, "default"), words)


def groups(package: Package, setting: Setting) -> Iterator[Said]:
    """Groups are of components, and their numbers can be met by these."""
    of_product = {component.product: component for component in package.components}
    for index, group in enumerate(package.groups):
        path: Path = ("groups", index)
        for at, id_ in enumerate(group.products):
            if id_ not in of_product:
                yield Said(REFERENCE, (*path, "products", at), f"{id_!r} is no component of the package; add it there.")
        yield from _attainable(group, [of_product[id_] for id_ in group.products if id_ in of_product], path)


def _attainable(group: ComponentGroup, members: list[Component], path: Path) -> Iterator[Said]:
    least, usual, most = (sum(getattr(m, number) for m in members) for number in ("minimum", "default", "maximum"))
    if group.minimum > group.maximum:
        yield Said(REQUIRED, (*path, "minimum"), f"The least, {group.minimum}, is more than the most, {group.maximum}.")
    elif least > group.maximum or most < group.minimum:
        words = f"Its components come to {least} to {most}; that never is {group.minimum} to {group.maximum}."
        yield Said(REQUIRED, path, words)
    elif not group.minimum <= usual <= group.maximum:
        words = f"Usually there are {usual} of its components; it takes {group.minimum} to {group.maximum}."
        yield Said(REQUIRED, path, words)


def together(package: Package, setting: Setting) -> Iterator[Said]:
    """Components that exclude each other though both must be in; components that need what is not in the package."""
    found = _products(package, setting)
    forced = {component.product for component in package.components if component.minimum > 0}
    for index, component in enumerate(package.components):
        path, product = ("components", index), found.get(component.product)
        if product is None:
            continue
        for other in sorted(excluded_by(product) & forced) if component.product in forced else ():
            words = f"{component.product!r} excludes {other!r}, and the package must hold both; let one be left out."
            yield Said(CONTRADICTION, path, words)
        for other in sorted(required_by(product) - found.keys()):
            words = f"{component.product!r} requires {other!r}, which is not in the package; customers must have it."
            yield Said(CONTRADICTION, path, words, "warning")


def channels(package: Package, setting: Setting) -> Iterator[Said]:
    """Channels in which a component that must be in is not sold: the package cannot be had there."""
    found = _products(package, setting)
    for index, component in enumerate(package.components):
        product = found.get(component.product)
        if product is None or component.minimum == 0:
            continue
        for channel in sorted(package.channels.keys() - product.channels.keys()):
            words = f"{component.product!r} is not sold in the channel {channel!r}; there the package cannot be had."
            yield Said(WITHOUT_EFFECT, ("components", index, "product"), words, "warning")


def changes(package: Package, setting: Setting) -> Iterator[Said | Problem]:
    """Changes of prices that no component has, and all that else is wrong with them."""
    ids = {component.product for component in package.components}
    for index, change in enumerate(package.changes):
        path: Path = ("changes", index)
        if change.product is not None and change.product not in ids:
            yield Said(WITHOUT_EFFECT, (*path, "product"), f"{change.product!r} is no component of the package.")
        else:
            yield from change_faults(change, path, setting)
    yield from check_changes(package.changes)


def _products(package: Package, setting: Setting) -> dict[Key, Product]:
    found = ((c.product, setting.others.find("product", c.product)) for c in package.components)
    return {id_: product for id_, product in found if isinstance(product, Product)}
