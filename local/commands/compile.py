"""`dpc compile`: a BPMN file to state machines and a report, without a platform."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from catalogue.bundle import read_bundle, read_folder
from local.commands.compile_report import describe
from local.commands.reporting import UnusableInputError, complain, read, show_diagnostics, show_json
from state_machines import Compilation, CompiledProcess, Library, compile_bpmn
from state_machines.dmn import Definitions, DmnError, read_dmn


def run(options: argparse.Namespace) -> int:
    """0 compiled, 1 refused, 2 a file cannot be used."""
    try:
        result = compile_bpmn(read(options.file), library=_library(options.folder, options.file))
    except UnusableInputError as error:
        return complain(error)
    written = _write(result, options.out)
    if options.format == "json":
        show_json(_report(result))
    else:
        show_diagnostics(options.file, result.diagnostics)
        for process in result.processes:
            print("\n".join(["", *describe(process)]))
        for path in written:
            print(f"\nwrote {path}" if path is written[0] else f"wrote {path}")
    return 0 if result.processes else 1


def _library(folder: Path | None, file: Path) -> Library:
    """What the folder holds. Without one, the decisions beside the file: nothing else is checked."""
    if folder is None:
        return Library(decisions=_beside(file))
    if not folder.is_dir():
        raise UnusableInputError(f"{folder} is not a folder.")
    bundle = read_bundle(read_folder(folder))
    decisions: dict[str, Definitions] = {}
    for name, source in bundle.decisions.items():
        try:
            definitions = read_dmn(source)
        except DmnError as error:
            raise UnusableInputError(f"{folder / name}: {error}") from error
        decisions |= dict.fromkeys(definitions.decisions, definitions)
    return Library(decisions=decisions, forms=frozenset(bundle.forms), templates=frozenset(bundle.documents))


def _beside(file: Path) -> dict[str, Definitions]:
    """The decisions that can be read; whoever needs another one is told that there is none."""
    found: dict[str, Definitions] = {}
    for source in sorted(file.parent.glob("*.dmn")):
        with suppress(DmnError):
            definitions = read_dmn(source.read_bytes())
            found |= dict.fromkeys(definitions.decisions, definitions)
    return found


def _write(result: Compilation, out: Path) -> list[Path]:
    """`<processId>.asl.json` is the machine that begins at the start event; others carry their name."""
    if not result.processes:
        return []
    out.mkdir(parents=True, exist_ok=True)
    written = [_write_json(out / file, machine) for p in result.processes for file, machine in _machines(p).items()]
    return [*written, _write_json(out / "report.json", _report(result))]


def _machines(process: CompiledProcess) -> dict[str, Any]:
    suffix = {name: "" if name == "main" else f".{name}" for name in process.machines}
    return {f"{process.id}{suffix[name]}.asl.json": machine for name, machine in process.machines.items()}


def _write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _report(result: Compilation) -> dict[str, Any]:
    return {
        "processes": [{"id": p.id, "machines": list(_machines(p)), "report": p.report} for p in result.processes],
        "diagnostics": [_camel(asdict(said)) for said in result.diagnostics],
    }


def _camel(said: dict[str, Any]) -> dict[str, Any]:
    return {"elementId" if name == "element_id" else name: value for name, value in said.items()}
