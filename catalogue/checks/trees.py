"""Trees and chains that entries are made of: parents that are there, and no way that leads back to itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalogue.checks.setting import TREE, Said


def tree(
    items: Sequence[Any], list_name: str, *, key: str = "id", link: str = "parent", known: Mapping[str, Any]
) -> Iterator[Said]:
    """Links to what is not there, and links in a circle (said once, of the first of them).

    `known`: what the links may lead to beside the items themselves (of a model that this one extends).
    """
    links = {getattr(item, key): getattr(item, link) for item in items}
    said: set[str] = set()
    for index, item in enumerate(items):
        name, towards = getattr(item, key), getattr(item, link)
        path = (list_name, index, _camel(link))
        if towards is None or name in said:
            continue
        if towards not in links and towards not in known:
            yield Said(TREE, path, f"There is no {towards!r} in {list_name}; add it, or name another one.")
        elif circle := _circle(name, links):
            said.update(circle)
            yield Said(TREE, path, f"{' → '.join([*circle, name])} is a circle; one of them must lead elsewhere.")


def _circle(start: str, links: Mapping[str, str | None]) -> list[str]:
    """The way from an item back to itself; empty if there is none."""
    way, here = [start], links.get(start)
    while here is not None and here not in way:
        way.append(here)
        here = links.get(here)
    return way if here == start else []


def _camel(name: str) -> str:
    return "replacedBy" if name == "replaced_by" else name
