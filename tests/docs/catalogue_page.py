"""The worked example of docs/catalogue.md: its files, as the page prints them."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from catalogue import kinds
from catalogue.yaml_source import read_yaml

PAGE: Final = Path(__file__).parents[2] / "docs" / "catalogue.md"
_BLOCK: Final = re.compile(r"```yaml\n# (\w+)/([\w-]+)\.yaml\n(.*?)```", re.DOTALL)


@cache
def example() -> dict[tuple[str, str], Any]:
    """The bodies by name of kind and id, in the order of the page."""
    names = {kind.collection: kind.name for kind in kinds.ALL}
    blocks = _BLOCK.findall(PAGE.read_text())
    return {(names[collection], id_): read_yaml(text.encode()).data for collection, id_, text in blocks}
