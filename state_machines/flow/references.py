"""What a process refers to outside itself, and whether the library knows it. A miss is a diagnostic with its line."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from state_machines.bindings import Bound
from state_machines.bpmn.model import (
    CallActivity,
    Event,
    FlowNode,
    Form,
    IoMapping,
    Job,
    Process,
    Task,
    Text,
)
from state_machines.compilation import ConnectorUse, DecisionReference, Reference, References, Trigger
from state_machines.diagnostics import Diagnostic
from state_machines.flow.conditions import woken_by
from state_machines.flow.expressions import inner_expression
from state_machines.flow.jsonata import RESERVED
from state_machines.flow.people import form_key
from state_machines.flow.starting import Entry, begins_all, entries
from state_machines.library import Library, meant

DOCUMENT = "dpc:document"


def references(process: Process, library: Library) -> References:
    """Everything that the nodes of a process name."""
    nodes = tuple(process.scope.walk())
    jobs = tuple((node, job) for node in nodes if (job := _job(node)))
    return References(
        forms=tuple(_forms(nodes)),
        any_form=any(isinstance(n, Task) and n.form is not None and n.form.computed is not None for n in nodes),
        decisions=tuple(_decisions(nodes)),
        any_decision=any(_any_deployed(node) for node in nodes),
        templates=tuple(r for node, job in jobs if job.type == DOCUMENT for r in _template(node)),
        messages=tuple(_messages(nodes)),
        processes=tuple(_processes(nodes)),
        together=tuple(_processes(node for node in nodes if _bound_by_deployment(node))),
        numbered=tuple(_numbered(nodes)),
        job_types=tuple(
            Reference(job.type, n.id, n.line)
            for n, job in jobs
            if job.type not in library.connectors and not job.computed
        ),
        connectors=tuple(
            ConnectorUse(job.type, node.id, node.line, literal_inputs(node))
            for node, job in jobs
            if job.type in library.connectors
        ),
    )


def unresolved(process: Process, found: References, library: Library) -> Iterator[Diagnostic]:
    """References that the library does not know, calls to places that it does not allow, reserved names."""
    yield from _missing("FLOW-040", "form", found.forms, library.forms)
    for named in found.decisions:
        if meant(library.decisions, named.bound) is None:
            words = f"There is no {_called(named.bound)}."
            yield Diagnostic("FLOW-041", "error", named.element_id, named.line, words)
    yield from _missing("FLOW-042", "template", found.templates, library.templates)
    for use in found.connectors:
        url = use.inputs.get("url", "")
        if url and library.connections is not None and not _allowed(url, library.connections):
            words = f"'{url}' is not below any connection that the tenant declares."
            yield Diagnostic("FLOW-043", "error", use.element_id, use.line, words)
    for node in process.scope.walk():
        if RESERVED in _written_names(node):
            words = f"The variable name '{RESERVED}' is reserved for the platform."
            yield Diagnostic("FLOW-044", "error", node.id, node.line, words)


def triggers(process: Process) -> tuple[Trigger, ...]:
    """What starts the process."""
    nodes = {node.id: node for node in process.scope.nodes}
    found = tuple(_trigger(entry, process) for entry in entries(nodes, process.scope.flows))
    return found or (Trigger("none", "", process.line),)


def embedded_forms(process: Process) -> dict[str, Form]:
    """Forms inside the model, by their key."""
    tasks = (n for n in process.scope.walk() if isinstance(n, Task))
    return {form_key(task): task.form for task in tasks if task.form and (task.form.fields or task.form.source)}


def literal_inputs(node: FlowNode) -> dict[str, str]:
    """The inputs that are plain text, by their whole path."""
    return {m.target: m.value.text for m in node.inputs if isinstance(m.value, Text)}


def _trigger(entry: Entry, process: Process) -> Trigger:
    trigger = _plain_trigger(entry)
    together = begins_all(entry.node) or (isinstance(entry.node, Event) and not entry.node.takes_any)
    single = trigger.kind == "message" and process.engine == "camunda8"
    return replace(trigger, key=entry.key, together=together, single=single)


def _plain_trigger(entry: Entry) -> Trigger:
    node, definition = entry.caught or entry.node, entry.definition
    if entry.message is not None:
        return Trigger("message", node.id, node.line, entry.message.name)
    if definition is None:
        form = node.form.key if isinstance(node, Event) and node.form else ""
        return Trigger("none", node.id, node.line, form_key=form)
    if definition.timer is not None:
        return Trigger("timer", node.id, node.line, timer=definition.timer)
    if definition.kind == "conditional":
        woken = tuple(name for name in woken_by(definition) if name != RESERVED)
        return Trigger("conditional", node.id, node.line, condition=definition.condition, woken_by=woken)
    return Trigger("signal", node.id, node.line, definition.name)


def _allowed(url: str, connections: Iterable[str]) -> bool:
    return any(url == base or url.startswith(base.rstrip("/") + "/") for base in connections)


def _missing(code: str, what: str, named: Iterable[Reference], known: frozenset[str] | None) -> Iterator[Diagnostic]:
    for reference in named:
        if known is not None and reference.name not in known:
            words = f"There is no {what} '{reference.name}'."
            yield Diagnostic(code, "error", reference.element_id, reference.line, words)


def _job(node: FlowNode) -> Job | None:
    if isinstance(node, Task) and inner_expression(node):
        return None
    return node.job if isinstance(node, Task | Event) else None


def _forms(nodes: Iterable[FlowNode]) -> Iterator[Reference]:
    for node in nodes:
        form = node.form if isinstance(node, Task | Event) else None
        if form and form.key and not form.computed:
            yield Reference(form.key, node.id, node.line)


def _decisions(nodes: Iterable[FlowNode]) -> Iterator[DecisionReference]:
    for node in nodes:
        bound = node.decision.bound if isinstance(node, Task) and node.decision else None
        if bound is not None:
            yield DecisionReference(bound, node.id, node.line)


def _any_deployed(node: FlowNode) -> bool:
    """Whether it computes the name of a decision that was deployed together with it."""
    decision = node.decision if isinstance(node, Task) else None
    return decision is not None and decision.binding == "deployment" and decision.bound is None


def _called(bound: Bound) -> str:
    which = {
        "deployment": f"decision '{bound.id}' in what is deployed together with the process",
        "version": f"version {bound.version} of the decision '{bound.id}'",
        "versionTag": f"version of the decision '{bound.id}' with the version tag '{bound.version}'",
    }
    return which.get(bound.binding, f"decision '{bound.id}'")


def _template(node: FlowNode) -> Iterator[Reference]:
    template = literal_inputs(node).get("template")
    if template is not None:
        yield Reference(template, node.id, node.line)


def _messages(nodes: Iterable[FlowNode]) -> Iterator[Reference]:
    for node in nodes:
        if isinstance(node, Task) and node.message and not node.message.computed:
            yield Reference(node.message.name, node.id, node.line)
        if isinstance(node, Event):
            for definition in node.definitions:
                if definition.message and not definition.message.computed:
                    yield Reference(definition.message.name, node.id, node.line)


def _processes(nodes: Iterable[FlowNode]) -> Iterator[Reference]:
    for node in nodes:
        if isinstance(node, CallActivity) and node.called and isinstance(node.called.process, Text):
            yield Reference(node.called.process.text, node.id, node.line)


def _numbered(nodes: Iterable[FlowNode]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        called = node.called if isinstance(node, CallActivity) else None
        if called is None or called.binding != "version" or not isinstance(called.process, Text):
            continue
        version = called.version.text if isinstance(called.version, Text) else ""
        if (number := Bound(called.process.text, "version", version).number) is not None:
            yield called.process.text, number


def _bound_by_deployment(node: FlowNode) -> bool:
    return isinstance(node, CallActivity) and node.called is not None and node.called.binding == "deployment"


def _written_names(node: FlowNode) -> set[str]:
    mappings: tuple[IoMapping, ...] = (*node.inputs, *node.outputs)
    names = {mapping.target.split(".")[0].strip() for mapping in mappings}
    if isinstance(node, Task):
        names.add(node.result_variable)
        names.add(node.script.result_variable if node.script else "")
        names.add(node.decision.result_variable if node.decision else "")
    return names
