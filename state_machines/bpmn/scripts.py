"""Script tasks: FEEL (or JUEL) expressions with a variable for their result."""

from state_machines.bpmn import findings as codes
from state_machines.bpmn.model import Expression, Script
from state_machines.bpmn.namespaces import BPMN, camunda_result, zeebe_extension
from state_machines.bpmn.values import Notation
from state_machines.feel.juel import assignment
from state_machines.xml import Element


def read_script(element: Element, owner: str, notation: Notation) -> Script | None:
    """The script of a script task; None, with an error, where there is none that can run."""
    zeebe = zeebe_extension(element, "script")
    if zeebe is not None:
        text = (zeebe.get("expression") or "").strip()
        body = Expression(text[1:].strip() if text.startswith("=") else text, "feel", zeebe.line)
        if text:
            return Script(body, zeebe.get("resultVariable") or "")
    script = element.child("script", BPMN)
    if script is None or not script.text.strip():
        notation.findings.error(
            codes.BAD_VALUE, owner, element.line, "The script task has no script in the file. Write one in FEEL."
        )
        return None
    expression = notation.script(script, element.get("scriptFormat") or "", owner)
    if expression is None:
        return None
    variable = camunda_result(element)
    if expression.language == "juel" and not variable and (assigned := assignment(expression.text)):
        return Script(Expression(assigned[1], "juel", expression.line), assigned[0])
    return Script(expression, variable)
