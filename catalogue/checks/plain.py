"""What is checked of every kind alike: ids that stand twice, windows that end before they begin."""

from collections.abc import Iterator, Sequence
from typing import Any

from catalogue.checks.setting import DOUBLED, WINDOW, Said, Setting
from catalogue.kinds import PACKAGE, PRODUCT
from catalogue.kinds.package import Package
from catalogue.kinds.parts import Entry, Part, Window
from catalogue.kinds.price import Price
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Promotion


def doubled(entry: Entry, setting: Setting) -> Iterator[Said]:
    """Ids, codes and names that stand twice in a list of which each may stand once."""
    for place in setting.places(entry):
        if place.role == "list":
            for index, field, key in _repeated(place.value):
                words = f"{key!r} stands twice in {place.path[-1]}; keep one, or give it another id."
                yield Said(DOUBLED, (*place.path, index, *field), words)


def _repeated(items: Sequence[Any]) -> Iterator[tuple[int, tuple[str, ...], str]]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        field, key = _key(item)
        if key is not None and key in seen:
            yield index, field, key
        seen.add(key or "")


def _key(item: Any) -> tuple[tuple[str, ...], str | None]:
    if isinstance(item, str):
        return (), item
    if not isinstance(item, Part):
        return (), None
    field = next((name for name in ("id", "code") if name in type(item).model_fields), None)
    return ((field,), getattr(item, field)) if field else ((), None)


def taken(entry: Product | Package, setting: Setting) -> Iterator[Said]:
    """An id that a product and a package both have: the market calls what it offers by one id."""
    other = PRODUCT if isinstance(entry, Package) else PACKAGE
    if setting.others.find(other.name, entry.id) is not None:
        words = f"A {other.name} is called {entry.id!r} already, and customers see both as offers; choose another id."
        yield Said(DOUBLED, ("id",), words, "error" if setting.publishing else "warning")


def windows(entry: Entry, setting: Setting) -> Iterator[Said]:
    """Windows of time that are open at no time; those of prices and promotions are checked by `pricing`."""
    for place in setting.places(entry):
        if (
            not isinstance(place.part, Price | Promotion)
            and isinstance(place.value, Window)
            and _is_never_open(place.value)
        ):
            yield Said(WINDOW, place.path, "The window ends before it begins; `until` must be later than `from`.")


def _is_never_open(window: Window) -> bool:
    return window.from_ is not None and window.until is not None and window.until <= window.from_
