"""What the product imports is what `make setup` installs: nothing works only because somebody installed it by hand."""

import re
import sys
from importlib.metadata import packages_distributions

from tests.architecture.sources import PACKAGES, ROOT, sources


def test_every_imported_package_is_pinned() -> None:
    pinned = {_plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", _lock(), re.MULTILINE)}
    ours = set(PACKAGES) | {"tests", "docs"}
    installed = packages_distributions()
    unknown = {
        f"{source.path} imports {top}"
        for source in sources()
        for name in source.imports
        if (top := name.split(".")[0]) not in ours | set(sys.stdlib_module_names)
        and not {_plain(distribution) for distribution in installed.get(top, ())} & pinned
    }
    assert not unknown


def _lock() -> str:
    return (ROOT / "requirements.lock").read_text()


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
