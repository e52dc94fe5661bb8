"""`dpc test`: the scenarios of a bundle in the simulator: each with its result, what differs, and the coverage."""

from __future__ import annotations

import argparse
import dataclasses
import textwrap
from pathlib import Path, PurePosixPath

from catalogue.bundle import Bundle, read_bundle, read_folder
from catalogue.scenarios import BundleRun, RuleCoverage, run_scenarios
from local.commands.reporting import UnusableInputError, complain, read, show_diagnostics
from state_machines import Compilation, Library, compile_bpmn
from state_machines.diagnostics import Diagnostic
from state_machines.dmn import Definitions, DmnError, read_dmn
from state_machines.scenarios import Coverage


def run(options: argparse.Namespace) -> int:
    """0 all passed, 1 something failed or did not compile, 2 there is nothing to run."""
    try:
        root, bundle = _bundle(options.path)
    except UnusableInputError as error:
        return complain(error)
    decisions, refused = _decisions(root, bundle)
    compiled = _compiled(bundle, decisions)
    for file, result in compiled.items():
        errors = [said for said in result.diagnostics if said.severity == "error"]
        show_diagnostics(root / file, errors)
        refused = refused or bool(errors)
    if refused:
        return 1
    outcome = run_scenarios(bundle, compiled, decisions)
    _show(root, bundle, outcome)
    return 0 if outcome.passed else 1


def _bundle(path: Path) -> tuple[Path, Bundle]:
    """The bundle around a folder or file, with those of its scenarios that the path means."""
    if not path.exists():
        raise UnusableInputError(f"{path} does not exist.")
    folder = path.absolute().parent if path.is_file() else path.absolute()
    around = folder.parent if folder.name == "scenarios" else folder
    root = path if path.is_dir() and around == folder else _shortest(around)
    if not any(root.glob("*.bpmn")) and not any(root.glob("*.dmn")):
        raise UnusableInputError(f"There is no process (*.bpmn) and no decision (*.dmn) in {root}.")
    bundle = read_bundle(read_folder(root))
    inside = PurePosixPath(path.absolute().relative_to(root.absolute()))
    chosen = {n: s for n, s in bundle.scenarios.items() if PurePosixPath(n).is_relative_to(inside)}
    if path.is_file():
        chosen = {str(inside): read(path)}
    if not chosen:
        raise UnusableInputError(f"{path} has no scenarios. They are files such as scenarios/happy-path.yaml.")
    return root, dataclasses.replace(bundle, scenarios=chosen)


def _shortest(folder: Path) -> Path:
    """As people write it: from here, where it lies below."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _decisions(root: Path, bundle: Bundle) -> tuple[dict[str, Definitions], bool]:
    """By id; and whether a file was refused, which has been said then."""
    found: dict[str, Definitions] = {}
    refused = False
    for file, source in bundle.decisions.items():
        try:
            definitions = read_dmn(source)
        except DmnError as error:
            show_diagnostics(root / file, error.diagnostics)
            refused = True
        else:
            found |= dict.fromkeys(definitions.decisions, definitions)
    return found, refused


def _compiled(bundle: Bundle, decisions: dict[str, Definitions]) -> dict[str, Compilation]:
    library = Library(decisions=decisions)
    return {file: compile_bpmn(source, library=library) for file, source in bundle.processes.items()}


def _show(root: Path, bundle: Bundle, outcome: BundleRun) -> None:
    said: dict[str, list[Diagnostic]] = {}
    for found in outcome.findings:
        said.setdefault(found.file, []).append(found.diagnostic)
    failed = 0
    for file in sorted(bundle.scenarios):
        wrong = any(diagnostic.severity == "error" for diagnostic in said.get(file, ()))
        failed += wrong
        print(f"{'FAILED' if wrong else 'ok':<7} {root / file}")
        for diagnostic in said.get(file, ()):
            print(textwrap.indent(_words(root / file, diagnostic), "        "))
    for covered in outcome.coverage:
        print(_covered(covered))
    for table in outcome.rules:
        print(_rules(table))
    count = len(bundle.scenarios)
    print(f"{count} scenario{'s' * (count != 1)}: {count - failed} ok, {failed} failed")


def _words(file: Path, diagnostic: Diagnostic) -> str:
    return f"{file}:{diagnostic.line}: {diagnostic.severity} {diagnostic.code} {diagnostic.message}"


def _rules(covered: RuleCoverage) -> str:
    line = f"coverage of {covered.decision}: {covered.rules - len(covered.missed)} of {covered.rules} rules"
    missed = f"\n  rules that no case reaches: {', '.join(map(str, covered.missed))}" if covered.missed else ""
    return f"{line} ({covered.share:.0%}){missed}"


def _covered(covered: Coverage) -> str:
    lines = [
        f"coverage of {covered.process}: "
        f"{covered.elements - len(covered.missed_elements)} of {covered.elements} elements "
        f"({covered.element_share:.0%}), "
        f"{covered.flows - len(covered.missed_flows)} of {covered.flows} sequence flows ({covered.flow_share:.0%})"
    ]
    for words, missed in (("elements", covered.missed_elements), ("flows", covered.missed_flows)):
        if missed:
            lines.append(f"  {words} that no scenario reaches: {', '.join(missed)}")
    return "\n".join(lines)
