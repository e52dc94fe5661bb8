"""Script tasks: FEEL (or JUEL) expressions with a variable for their result."""

from state_machines.bpmn import findings as codes
from state_machines.bpmn.model import Expression, Script
from state_machines.bpmn.namespaces import BPMN, camunda, zeebe_extension
from state_machines.bpmn.values import Notation, is_feel, is_juel, whole_juel
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
    expression = _expression(script, element.get("scriptFormat") or "", owner, notation)
    return Script(expression, camunda(element, "resultVariable") or "") if expression is not None else None


def _expression(script: Element, script_format: str, owner: str, notation: Notation) -> Expression | None:
    text = script.text.strip()
    if script_format.lower() == "juel" and is_juel(text):
        return Expression(whole_juel(text) or text, "juel", script.line)
    if is_feel(script_format):
        return Expression(text[1:].strip() if text.startswith("=") else text, "feel", script.line)
    notation.findings.error(
        codes.SCRIPT_LANGUAGE, owner, script.line, f"The script is written in '{script_format}'. Write it in FEEL."
    )
    return None
