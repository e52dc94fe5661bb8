"""Reads BPMN 2.0 XML, in either of Camunda's dialects or plain, to the typed model. Rules stand elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from state_machines.bpmn import findings as codes
from state_machines.bpmn.coverage import account_for
from state_machines.bpmn.findings import Findings, TooManyErrors
from state_machines.bpmn.global_tasks import GLOBAL_TASKS, read_global_task
from state_machines.bpmn.mappings import read_properties
from state_machines.bpmn.model import Model, Process
from state_machines.bpmn.namespaces import BPMN, CAMUNDA, MODELER, ZEEBE, camunda, is_bpmn, zeebe_extension
from state_machines.bpmn.references import References, read_references
from state_machines.bpmn.scopes import read_scope
from state_machines.bpmn.values import Dialect, Notation
from state_machines.diagnostics import Diagnostic
from state_machines.xml import Element, XmlError, XmlLimits, read_xml

_PLATFORMS: Final[dict[str, Dialect]] = {"Camunda Platform": "camunda7", "Camunda Cloud": "camunda8"}

_LIMITS: Final = XmlLimits(max_depth=100, max_elements=100_000)
"""Scopes are read, judged and compiled recursively; nobody draws a tenth of this. What is drawn is not counted."""
_DIAGRAM: Final = frozenset({"BPMNDiagram"})
"""Where things stand on the drawing means nothing here."""


def read_bpmn(source: bytes) -> tuple[Model | None, tuple[Diagnostic, ...]]:
    """The model of a file, with all that is to be said about its notation; no model if it is no BPMN. Never raises."""
    findings = Findings()
    try:
        root = read_xml(source, _LIMITS, skip=_DIAGRAM)
    except XmlError as error:
        findings.error(codes.UNREADABLE, "", error.line, f"The file cannot be read: {error.message}")
        return None, tuple(findings.items)
    if not is_bpmn(root, "definitions"):
        findings.error(codes.NOT_BPMN, "", root.line, "The file is no BPMN 2.0 model: it does not begin as one.")
        return None, tuple(findings.items)
    model = None
    with suppress(TooManyErrors):
        model = _model(root, findings)
    return model, tuple(sorted(findings.items, key=lambda d: (d.line, d.code)))


def _model(root: Element, findings: Findings) -> Model | None:
    elements = root.all("process", BPMN)
    if not elements:
        findings.error(codes.NOT_BPMN, "", root.line, "The file holds no process. Draw one and mark it executable.")
        return None
    declared = _declared(root)
    notation = Notation(declared or _dialect(root), findings, declared is not None)
    executable = _executable(elements, notation.dialect)
    account_for(root, executable, findings)
    references = read_references(root, notation)
    _check_participants(root, references)
    processes = tuple(_process(e, references, executable=executable(e)) for e in elements)
    return Model(processes + tuple(_global_tasks(root, references)), root.get("targetNamespace") or "")


def _declared(root: Element) -> Dialect | None:
    """What the Modeler wrote in the head."""
    return _PLATFORMS.get(root.get("executionPlatform", MODELER) or "")


def _dialect(root: Element) -> Dialect:
    """The vendor whose extensions occur."""
    for element in root.walk():
        used = {element.namespace} | {namespace for namespace, _ in element.attributes}
        if ZEEBE in used:
            return "camunda8"
        if used & CAMUNDA:
            return "camunda7"
    return "bpmn"


def _executable(processes: Sequence[Element], dialect: Dialect) -> Callable[[Element], bool]:
    """Which processes run: those that say so. One that says nothing runs in Camunda 7, and in plain BPMN if all do."""
    said = {id(process): (process.get("isExecutable") or "").strip() for process in processes}
    silent = dialect == "camunda7" or (dialect == "bpmn" and not any(said.values()))
    return lambda process: said[id(process)] in ("true", "1") or (silent and not said[id(process)])


def _process(element: Element, references: References, *, executable: bool) -> Process:
    """A process. One that is not executable is a drawing: nothing in it is found fault with."""
    notation = references.notation
    if not executable:
        references = References(references.by_kind, replace(notation, findings=Findings()))
    process_id = (element.get("id") or "").strip()
    if not process_id:
        references.notation.findings.error(
            codes.MISSING_ID, "", element.line, "The process has no id. Give it one: it is its name for callers."
        )
    tag = zeebe_extension(element, "versionTag")
    return Process(
        id=process_id,
        name=" ".join((element.get("name") or "").split()),
        line=element.line,
        executable=executable,
        dialect=notation.dialect,
        engine=notation.engine,
        scope=read_scope(element, references),
        version_tag=(tag.get("value") or "") if tag is not None else camunda(element, "versionTag") or "",
        properties=read_properties(element),
        candidate_starter_groups=camunda(element, "candidateStarterGroups") or "",
    )


def _global_tasks(root: Element, references: References) -> Iterator[Process]:
    for element in root.children:
        if is_bpmn(element, *GLOBAL_TASKS) and (element.get("id") or "").strip():
            yield read_global_task(element, references)


def _check_participants(root: Element, references: References) -> None:
    for collaboration in root.all("collaboration", BPMN):
        for participant in collaboration.all("participant", BPMN):
            owner = participant.get("id") or ""
            references.find("process", participant.get("processRef"), owner, participant.line)
