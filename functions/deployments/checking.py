"""Reading and compiling everything that is published together. All diagnostics are collected; any error refuses all.

DEPLOY-001 process in two files    DEPLOY-003 product's process     DEPLOY-005 too much at once
DEPLOY-002 start timer             DEPLOY-004 nothing to publish    DEPLOY-006 name
DEPLOY-007 decision in two files
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalogue.bundle import Bundle, read_bundle
from catalogue.documents import check_template, handed_over
from catalogue.forms import read_form
from catalogue.scenarios import run_bundle
from contract import errors
from contract.shapes.common import Finding
from functions.catalogue.checking import Published, broken
from functions.deployments.embedded import check_forms
from functions.deployments.findings import error, finding, refuse_errors
from functions.deployments.library import Shelves, library, shelves
from functions.deployments.timers import timer_starts
from functions.runtime import registry
from functions.runtime.ports import Ports
from state_machines.bpmn.reader import read_bpmn
from state_machines.compilation import Compilation, CompiledProcess, Enterable
from state_machines.compile import compile_bpmn, compile_entries
from state_machines.dmn import Definitions, DmnError, read_dmn
from state_machines.library import Library

_KEY = re.compile(r"[^\s/\\#]{1,100}")
"""Ids and keys become parts of S3 keys and of table keys."""


@dataclass(frozen=True)
class CheckedProcess:
    """A process that compiled, its bytes and its file."""

    file: str
    source: bytes
    compiled: CompiledProcess
    entries: Enterable | None


@dataclass(frozen=True)
class Checked:
    """Everything that shall be published, without errors. `findings` are warnings and hints."""

    bundle: Bundle
    processes: tuple[CheckedProcess, ...]
    decisions: Mapping[str, tuple[bytes, Definitions]]
    """By decision id: the bytes of its file, and what was read."""
    shelves: Shelves
    findings: tuple[Finding, ...]


def check(ports: Ports, files: Mapping[str, bytes], *, strict: bool = False) -> Checked:
    """Raises `ProblemError` with all the diagnostics of all the files if any is an error, or a warning if `strict`."""
    bundle = read_bundle(files, Published(ports), at=ports.clock.now(), publishing=True)
    findings = [finding(said.diagnostic, said.file) for said in bundle.findings]
    decisions = _decisions(bundle, findings)
    findings += [*_forms(bundle), *_templates(bundle), *_names(bundle)]
    found = shelves(ports, decisions, bundle.forms, bundle.documents)
    known = library(ports, found)
    compiled = {file: compile_bpmn(source, library=known) for file, source in bundle.processes.items()}
    findings += [finding(said, file) for file, result in compiled.items() for said in result.diagnostics]
    findings += [finding(said.diagnostic, said.file) for said in run_bundle(bundle, compiled, found.decisions)]
    findings += _processes(compiled, ports.clock.now())
    findings += [*_product(ports, bundle, compiled), *_something(bundle, findings)]
    refuse_errors(findings, errors.PROCESS_REFUSED if bundle.product is None else errors.BUNDLE_REFUSED, strict=strict)
    processes = tuple(
        CheckedProcess(file, source := bundle.processes[file], process, _entries(source, process, known))
        for file, result in compiled.items()
        for process in result.processes
    )
    return Checked(bundle, processes, decisions, found, tuple(findings))


def _entries(source: bytes, process: CompiledProcess, known: Library) -> Enterable | None:
    return compile_entries(source, process.id, library=known, sparing=process.sparing)


def _decisions(bundle: Bundle, findings: list[Finding]) -> dict[str, tuple[bytes, Definitions]]:
    found: dict[str, tuple[bytes, Definitions]] = {}
    for file, source in bundle.decisions.items():
        try:
            read = read_dmn(source)
        except DmnError as refused:
            findings += [finding(said, file) for said in refused.diagnostics]
            continue
        findings += [finding(said, file) for said in read.diagnostics]
        if not read.decisions:
            findings.append(error("DEPLOY-004", "There is no decision in the file.", file=file))
        for id_, decision in read.decisions.items():
            if not _KEY.fullmatch(id_):
                words = f"{id_!r} cannot be used as an id."
                findings.append(error("DEPLOY-006", words, file=file, element_id=id_, line=decision.line))
            if id_ in found:
                words = f"The decision {id_!r} is in another file too."
                findings.append(error("DEPLOY-007", words, file=file, element_id=id_, line=decision.line))
            found[id_] = (source, read)
    return found


def _forms(bundle: Bundle) -> Iterator[Finding]:
    languages = tuple(bundle.product.languages) if bundle.product else ()
    for key, source in bundle.forms.items():
        for said in read_form(source, languages=languages)[1]:
            yield finding(said, f"forms/{key}.json")


def _templates(bundle: Bundle) -> Iterator[Finding]:
    handed = _handed_over(bundle)
    for key, source in bundle.documents.items():
        for said in check_template(key, source, variables=handed.get(key)):
            yield finding(said, f"documents/{key}.html")


def _handed_over(bundle: Bundle) -> dict[str, frozenset[str] | None]:
    """The variables that each template gets, over all processes; None where that cannot be told."""
    found: dict[str, frozenset[str] | None] = {}
    for source in bundle.processes.values():
        model, _ = read_bpmn(source)
        for template, names in (handed_over(model) if model else {}).items():
            before = found.get(template, frozenset())
            found[template] = None if before is None or names is None else before | names
    return found


def _names(bundle: Bundle) -> Iterator[Finding]:
    for folder, keys in (("forms", bundle.forms), ("documents", bundle.documents)):
        for key in keys:
            if not _KEY.fullmatch(key):
                yield error("DEPLOY-006", f"{key!r} cannot be used as a name here.", file=folder)


def _processes(compiled: Mapping[str, Compilation], now: datetime) -> Iterator[Finding]:
    files: dict[str, str] = {}
    for file, result in compiled.items():
        for process in result.processes:
            if process.id in files:
                words = f"The process {process.id!r} is in {files[process.id]!r} too."
                yield error("DEPLOY-001", words, file=file, element_id=process.id)
            files[process.id] = file
            yield from check_forms(process, file)
            if not _KEY.fullmatch(process.id):
                yield error("DEPLOY-006", f"{process.id!r} cannot be used as an id.", file=file, element_id=process.id)
            for start in timer_starts(process, now):
                if isinstance(start.times, str):
                    place = start.trigger
                    yield error("DEPLOY-002", start.times, file=file, element_id=place.element_id, line=place.line)


def _product(ports: Ports, bundle: Bundle, compiled: Mapping[str, Compilation]) -> Iterator[Finding]:
    """The product's process is in the bundle, or deployed already; where a model is broken that says enough."""
    if bundle.product is None or not all(result.processes for result in compiled.values()):
        return
    ids = {process.id for result in compiled.values() for process in result.processes}
    changed = {("product", bundle.product.id): bundle.product}
    yield from broken(changed, Published(ports), ports.clock.now())
    sells = dict.fromkeys((bundle.product.process, *(each.process for each in bundle.product.channels.values())))
    for process in sells:
        if process is not None and process not in ids and registry.find(ports, "process", process) is None:
            words = f"There is no process {process!r}, neither here nor deployed."
            yield error("DEPLOY-003", words, file="product.yaml", element_id=bundle.product.id)


def _something(bundle: Bundle, findings: list[Finding]) -> Iterator[Finding]:
    parts = (bundle.processes, bundle.decisions, bundle.forms, bundle.documents)
    if bundle.product is None and not any(parts) and not any(f.severity == "error" for f in findings):
        yield error("DEPLOY-004", "There is no process, decision, form, document or product among the files.")
