"""BPMN in, state machines out: the stages in their order. Each stage stands in its own package."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from state_machines.asl.emit import emit
from state_machines.asl.lint import lint
from state_machines.asl.model import Json
from state_machines.bpmn.counting import count_nodes
from state_machines.bpmn.model import Process
from state_machines.bpmn.reader import read_bpmn
from state_machines.bpmn.rules import check
from state_machines.compilation import Compilation, CompiledProcess, Enterable
from state_machines.diagnostics import MAX_ERRORS, Diagnostic, has_errors, too_many
from state_machines.flow.by_reference import by_reference
from state_machines.flow.compiling import Build
from state_machines.flow.emit import to_machine
from state_machines.flow.graph import Graph, graphs
from state_machines.flow.lower.dispatch import lower_process
from state_machines.flow.names import Names
from state_machines.flow.passes import run_passes
from state_machines.flow.references import embedded_forms, references, triggers, unresolved
from state_machines.flow.regions import Region, regions
from state_machines.flow.regions import sparing as without_copies
from state_machines.flow.report import report
from state_machines.flow.sharing import shared_variables
from state_machines.flow.source_map import source_map
from state_machines.flow.steps import Segment
from state_machines.flow.support.refusals import refusals
from state_machines.flow.unheard import with_unheard
from state_machines.library import Library

MAX_NODES: Final = 20_000
"""Elements of a file: several times what a definition could hold."""

_TOO_LARGE = ("FLOW-030", "ASL-009")


@contextmanager
def uncollected() -> Iterator[None]:
    """Python's cycle collector waits for the end, also as a decorator.

    What a compilation makes lives to its end and holds no cycle: collections would look through all of it again
    and again, a fifth of the time at 10,000 nodes. Several threads may compile at once; the first that ends lets the
    collector go on.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@uncollected()
def compile_bpmn(source: bytes, *, library: Library = Library()) -> Compilation:  # noqa: B008  frozen
    """Compiles every executable process of a BPMN file.

    Never raises on input: whatever is wrong with it stands in `diagnostics`, all of it at once, and then there are no
    processes. The same bytes and library give the same result.
    """
    if (count := count_nodes(source)) > MAX_NODES:
        return _oversize(count)
    model, found = read_bpmn(source)
    if model is None:
        return Compilation((), _ordered(found))
    if (count := sum(1 for process in model.processes for _ in process.scope.walk())) > MAX_NODES:
        return _oversize(count)
    findings = [*found, *check(model)]
    executable = [process for process in model.processes if process.executable]
    if not executable and not has_errors(findings):
        words = "The file holds no executable process. Mark one as executable."
        findings.append(Diagnostic("FLOW-000", "error", "", 0, words))
    broken = has_errors(findings)
    compiled: list[CompiledProcess | None] = []
    for process in executable:
        if too_many(findings):
            break
        compiled.append(_process(process, library, findings, broken=broken))
    processes = () if has_errors(findings) else tuple(process for process in compiled if process)
    return Compilation(processes, _ordered(findings))


@uncollected()
def compile_entries(
    source: bytes,
    process_id: str,
    *,
    library: Library = Library(),  # noqa: B008
    sparing: bool = False,
) -> Enterable | None:
    """A process with an entry before each of its nodes, as `state_machines.resume` needs it; None: it does not compile.

    With the source, the library and `sparing` of the version that runs, its states are those of the version's machine.
    """
    model, _ = read_bpmn(source)
    found = [each for each in model.processes if each.id == process_id] if model else []
    if not found:
        return None
    process, scopes = found[0], with_unheard(found[0], graphs(found[0]))
    shapes: dict[str, Region] = {}
    for graph in scopes.values():
        shapes.update(regions(graph))
    chosen = without_copies(shapes) if sparing else shapes
    machine = _machine(process, scopes, chosen, library, sparing=sparing, enterable=True)
    if machine.segment is None:
        return None
    return Enterable(machine.definition, source_map(process, scopes.values(), machine.segment))


def _oversize(count: int) -> Compilation:
    words = f"The file has {count:,} elements; {MAX_NODES:,} are compiled. Split it into several files."
    return Compilation((), (Diagnostic("FLOW-030", "error", "", 0, words),))


def _ordered(findings: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each once, in the order of the file; of those that refuse nothing, as many as anybody reads."""
    each = dict.fromkeys(findings)
    errors, others = ([d for d in each if (d.severity == "error") is wanted] for wanted in (True, False))
    ordered = sorted((*errors, *others[:MAX_ERRORS]), key=lambda d: (d.line, d.code, d.element_id))
    if too_many(findings):
        words = "There are so many errors that no more were looked for. Correct these first."
        ordered.append(Diagnostic("FLOW-009", "error", "", 0, words))
    elif len(others) > MAX_ERRORS:
        words = f"There are {len(others) - MAX_ERRORS:,} more warnings and hints, which are not listed."
        ordered.append(Diagnostic("FLOW-009", "warning", "", 0, words))
    return tuple(ordered)


def _process(process: Process, library: Library, findings: list[Diagnostic], *, broken: bool) -> CompiledProcess | None:
    """One process, or nothing and the reasons in `findings`. `broken`: only look for more reasons."""
    scopes = with_unheard(process, graphs(process))
    shapes: dict[str, Region] = {}
    for graph in scopes.values():
        shapes.update(regions(graph))
    named = references(process, library)
    wrong = {found.element_id for found in findings if found.severity == "error"}
    left_open = (found for found in refusals(process, scopes, shapes, library) if found.element_id not in wrong)
    refused = [*left_open, *unresolved(process, named, library)]
    findings.extend(refused)
    if broken or has_errors(refused):
        return None
    machine = _machine(process, scopes, shapes, library)
    if machine.too_large:
        machine = _machine(process, scopes, without_copies(shapes), library, sparing=True)
    findings.extend(machine.findings)
    if machine.segment is None:
        return None
    findings.extend(shared_variables(scopes, shapes))
    mapped = source_map(process, scopes.values(), machine.segment)
    seen = tuple(machine.build.expressions.seen.values())
    return CompiledProcess(
        process.id,
        process.name,
        process.version_tag,
        {"main": machine.definition},
        mapped,
        triggers(process),
        named,
        report(process, machine.definition, mapped, shapes.values(), machine.build, seen),
        embedded_forms(process),
        machine.build.sparing,
    )


@dataclass(frozen=True)
class _Machine:
    """A process as steps and as a definition, with what was found on the way; no segment: it could not be lowered."""

    build: Build
    findings: tuple[Diagnostic, ...]
    segment: Segment | None = None
    definition: dict[str, Json] = field(default_factory=dict)

    @property
    def too_large(self) -> bool:
        return any(found.code in _TOO_LARGE for found in self.findings)


def _machine(
    process: Process,
    scopes: Mapping[str, Graph],
    shapes: Mapping[str, Region],
    library: Library,
    *,
    sparing: bool = False,
    enterable: bool = False,
) -> _Machine:
    names = Names(node.id for node in process.scope.walk())
    build = Build(process, scopes, shapes, names, library, sparing=sparing, enterable=enterable)
    lowered = lower_process(build)
    lowering = (*build.diagnostics, *build.expressions.diagnostics)
    if has_errors(lowering):
        return _Machine(build, lowering)
    segment = by_reference(build, run_passes(lowered, names))
    definition = emit(to_machine(process, segment))
    return _Machine(build, (*lowering, *_faults(process, definition)), segment, definition)


def _faults(process: Process, definition: dict[str, Json]) -> Iterator[Diagnostic]:
    """What our own lint finds in what we emit: too large a model, or a fault of the compiler; never to be deployed."""
    for fault in lint(definition):
        words = f"The compiled state machine is not valid: {fault.message} (state '{fault.state}')"
        if fault.code == "ASL-009":
            words = f"The process is too large for one state machine: {fault.message}. Split it into several processes."
        yield Diagnostic(fault.code, "error", process.id, process.line, words)
