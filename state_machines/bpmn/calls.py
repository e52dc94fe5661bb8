"""What business rule tasks and call activities call: decisions and processes, with their bindings and variables."""

from state_machines.bpmn import findings as codes
from state_machines.bpmn.attributes import boolean, one_of
from state_machines.bpmn.mappings import Mappings
from state_machines.bpmn.model import CalledDecision, CalledProcess, Expression, IoMapping, Text, Value
from state_machines.bpmn.namespaces import CAMUNDA, camunda, extensions, zeebe_extension
from state_machines.bpmn.values import Notation, whole_juel
from state_machines.xml import Element

_BINDINGS = ("latest", "deployment", "version", "versionTag")
_RESULTS = ("singleEntry", "singleResult", "collectEntries", "resultList")


def read_called_decision(element: Element, owner: str, notation: Notation) -> CalledDecision | None:
    """The decision of a business rule task, None where it is done by a job."""
    zeebe = zeebe_extension(element, "calledDecision")
    if zeebe is not None:
        decision = notation.reference(zeebe.get("decisionId"), zeebe.line)
        if decision is None:
            notation.findings.error(codes.BAD_VALUE, owner, zeebe.line, "The decision is not named. Choose one.")
            return None
        binding = _binding(zeebe.get("bindingType"), owner, zeebe.line, notation)
        tag = notation.reference(zeebe.get("versionTag"), zeebe.line)
        return CalledDecision(decision, zeebe.get("resultVariable") or "", binding=binding, version=tag)
    decision = notation.reference(camunda(element, "decisionRef"), element.line)
    if decision is None:
        return None
    mapping = camunda(element, "mapDecisionResult")
    return CalledDecision(
        decision,
        camunda(element, "resultVariable") or "",
        one_of(mapping, _RESULTS, "", "mapDecisionResult", owner, element.line, notation.findings),
        _binding(camunda(element, "decisionRefBinding"), owner, element.line, notation),
        notation.reference(
            camunda(element, "decisionRefVersion") or camunda(element, "decisionRefVersionTag"), element.line
        ),
    )


def read_called_process(element: Element, owner: str, notation: Notation) -> CalledProcess | None:
    """The process of a call activity; None, with an error, where it is not named."""
    zeebe = zeebe_extension(element, "calledElement")
    text = _process_id(zeebe) if zeebe is not None else element.get("calledElement")
    process = notation.reference(text, element.line)
    if process is None:
        notation.findings.error(
            codes.BAD_VALUE, owner, element.line, "The call activity does not say which process it calls. Choose one."
        )
        return None
    if zeebe is not None:
        return _zeebe(zeebe, process, owner, notation)
    if notation.dialect == "camunda7":
        return _camunda(element, process, owner, notation)
    local = Text(process.text.rpartition(":")[2], process.line) if isinstance(process, Text) else process
    return CalledProcess(local, all_in=True, all_out=True)


def _process_id(zeebe: Element) -> str | None:
    """The id, or an expression for it, which first versions of the dialect kept apart."""
    expression = zeebe.get("processIdExpression")
    return f"={expression.removeprefix('=')}" if expression else zeebe.get("processId")


def _binding(text: str | None, owner: str, line: int, notation: Notation) -> str:
    return one_of(text, _BINDINGS, "latest", "binding", owner, line, notation.findings)


def _zeebe(zeebe: Element, process: Value, owner: str, notation: Notation) -> CalledProcess:
    def propagated(name: str) -> bool:
        return boolean(zeebe.get(name), True, name, owner, zeebe.line, notation.findings)

    return CalledProcess(
        process,
        _binding(zeebe.get("bindingType"), owner, zeebe.line, notation),
        notation.optional(zeebe.get("versionTag"), zeebe.line),
        all_in=propagated("propagateAllParentVariables"),
        all_out=propagated("propagateAllChildVariables"),
    )


def _camunda(element: Element, process: Value, owner: str, notation: Notation) -> CalledProcess:
    boxes = [e for e in extensions(element) if e.namespace in CAMUNDA]
    ins, outs = ([e for e in boxes if e.name == name] for name in ("in", "out"))
    key = next((e for e in ins if e.get("businessKey")), None)
    return CalledProcess(
        process,
        _binding(camunda(element, "calledElementBinding"), owner, element.line, notation),
        notation.optional(
            camunda(element, "calledElementVersion") or camunda(element, "calledElementVersionTag"), element.line
        ),
        business_key=notation.optional(key.get("businessKey"), key.line) if key is not None else None,
        all_in=camunda(element, "inheritVariables") == "true"
        or any(e.get("variables") == "all" and e.get("local") != "true" for e in ins),
        local_in=any(e.get("variables") == "all" and e.get("local") == "true" for e in ins),
        local_out=any(e.get("local") == "true" for e in outs),
        all_out=any(e.get("variables") == "all" for e in outs),
        ins=passed(ins, owner, notation),
        outs=passed(outs, owner, notation),
    )


def passed(elements: list[Element], owner: str, notation: Notation) -> Mappings:
    """`camunda:in` and `camunda:out` with a source variable or expression."""
    mappings = []
    for element in elements:
        source, expression = element.get("source"), element.get("sourceExpression")
        if not source and not expression:
            continue
        target = (element.get("target") or "").strip()
        if not target:
            notation.findings.error(codes.BAD_VALUE, owner, element.line, "A variable is passed without a target.")
        text = (expression or source or "").strip()
        mappings.append(IoMapping(target, Expression(whole_juel(text) or text, "juel", element.line)))
    return tuple(mappings)
