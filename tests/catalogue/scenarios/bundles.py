"""Bundles of the demo products, compiled as `dpc test` does; and runs of scenarios written into a test."""

from functools import cache
from pathlib import Path
from textwrap import dedent

from catalogue.bundle import Bundle, read_bundle, read_folder
from catalogue.scenarios import BundleRun, run_scenarios
from state_machines import Compilation, Library, compile_bpmn
from state_machines.dmn import Definitions, read_dmn

PRODUCTS = Path(__file__).parents[3] / "catalogue" / "products"
NAMES = sorted(folder.name for folder in PRODUCTS.iterdir() if list(folder.glob("*.bpmn")))


@cache
def compiled(name: str) -> tuple[Bundle, dict[str, Compilation], dict[str, Definitions]]:
    bundle = read_bundle(read_folder(PRODUCTS / name))
    decisions: dict[str, Definitions] = {}
    for source in bundle.decisions.values():
        definitions = read_dmn(source)
        decisions |= dict.fromkeys(definitions.decisions, definitions)
    library = Library(decisions=decisions)
    return bundle, {file: compile_bpmn(s, library=library) for file, s in bundle.processes.items()}, decisions


def run_text(name: str, text: str) -> BundleRun:
    """Runs one scenario against a demo product."""
    bundle, compilations, decisions = compiled(name)
    alone = Bundle(
        processes=bundle.processes, forms=bundle.forms, scenarios={"scenarios/x.yaml": dedent(text).encode()}
    )
    return run_scenarios(alone, compilations, decisions)


def said(name: str, text: str) -> list[tuple[str, int, str]]:
    """Code, line and message of all findings."""
    found = [finding.diagnostic for finding in run_text(name, text).findings]
    return [(d.code, d.line, d.message) for d in found]
