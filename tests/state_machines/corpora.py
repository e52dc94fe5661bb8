"""Every BPMN file at hand: those of the repository, and the conformance suite's where it stands beside it."""

from functools import cache
from pathlib import Path

from state_machines.dmn import read_dmn
from state_machines.library import Library

ROOT = Path(__file__).parents[2]
CONFORMANCE = ROOT.parent / "shared" / "conformance"


@cache
def models() -> dict[str, Path]:
    """By a short name; the repository's own first."""
    own = [path for folder in ("catalogue", "examples", "tests") for path in sorted((ROOT / folder).rglob("*.bpmn"))]
    found = {str(path.relative_to(ROOT)): path for path in own}
    return found | {str(path.relative_to(CONFORMANCE)): path for path in sorted(CONFORMANCE.rglob("*.bpmn"))}


def library(model: Path) -> Library:
    """The decisions that lie beside a model."""
    decisions = {}
    for file in sorted(model.parent.glob("*.dmn")):
        definitions = read_dmn(file.read_bytes())
        decisions.update(dict.fromkeys(definitions.decisions, definitions))
    return Library(decisions=decisions)
