"""A product bundle: the files that one sale needs, sorted by what they are, and what is wrong with them as files.

    product.yaml  *.bpmn  *.dmn  forms/<key>.json  documents/<template>.html  messages/  scenarios/

What the files say of each other (a process names a form, a form a decision) is checked by those who compile them; what
belongs to the bundle as such is checked here (BUNDLE-nnn).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from catalogue.checks import EMPTY, Others
from catalogue.checks.bundled import read_product
from catalogue.kinds.product import Product
from catalogue.zip_source import Limits, read_zip
from state_machines.diagnostics import Diagnostic

MAX_FILES = 500
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_BUNDLE_BYTES = 50 * 1024 * 1024
_LIMITS = Limits(files=MAX_FILES, unpacked=MAX_BUNDLE_BYTES, each=MAX_FILE_BYTES)


@dataclass(frozen=True)
class BundleFinding:
    """A diagnostic and the file that it concerns."""

    file: str
    diagnostic: Diagnostic


@dataclass(frozen=True)
class Bundle:
    """The files by kind; names are paths in the bundle, keys of forms and documents are file names without ending."""

    product: Product | None = None
    processes: Mapping[str, bytes] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    forms: Mapping[str, bytes] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)
    messages: Mapping[str, bytes] = field(default_factory=dict)
    scenarios: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[BundleFinding, ...] = ()


def read_bundle(
    files: Mapping[str, bytes], others: Others = EMPTY, *, at: datetime | None = None, publishing: bool = False
) -> Bundle:
    """Sorts the files. Never raises on their content: everything to say is in `findings`.

    `others`: the catalogue around the bundle's product (its domain model, segments, related products).
    """
    sorted_: dict[str, dict[str, bytes]] = {kind: {} for kind in _KINDS}
    findings: list[BundleFinding] = []
    product: Product | None = None
    for name in sorted(files):
        kind = _kind(name)
        if kind is None:
            findings.append(_unknown(name))
        elif kind == "product":
            product, said = read_product(files[name], others, at=at, publishing=publishing)
            findings += [BundleFinding(name, d) for d in said]
        else:
            key = PurePosixPath(name).stem if kind in ("forms", "documents") else name
            sorted_[kind][key] = files[name]
    return Bundle(product=product, findings=tuple(findings), **sorted_)


def read_archive(archive: bytes) -> dict[str, bytes]:
    """The files of a zip, by path. Raises `ArchiveError` on anything that is no plain, moderate archive."""
    return dict(read_zip(archive, _LIMITS))


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a folder on disk, by path below it; hidden ones are left out."""
    found = (p for p in sorted(folder.rglob("*")) if p.is_file())
    relative = ((p, p.relative_to(folder)) for p in found)
    return {str(PurePosixPath(r)): p.read_bytes() for p, r in relative if not any(x.startswith(".") for x in r.parts)}


_KINDS = ("processes", "decisions", "forms", "documents", "messages", "scenarios")
_FOLDERS = {
    "forms": (".json",),
    "documents": (".html",),
    "messages": (),
    "scenarios": (".yaml", ".yml", ".json", ".csv"),
}


def _kind(name: str) -> str | None:
    path = PurePosixPath(name)
    if path.name in ("product.yaml", "product.yml"):
        return "product"
    if path.suffix in (".bpmn", ".dmn"):
        return "processes" if path.suffix == ".bpmn" else "decisions"
    folder = path.parent.name
    endings = _FOLDERS.get(folder)
    if endings is None or (endings and path.suffix not in endings):
        return None
    return folder


def _unknown(name: str) -> BundleFinding:
    message = f"{name!r} is not part of a product and is ignored."
    return BundleFinding(name, Diagnostic("BUNDLE-001", "info", "", 0, message))
