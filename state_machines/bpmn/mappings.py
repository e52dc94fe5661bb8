"""Input and output mappings and extension properties of both dialects."""

from collections.abc import Iterable

from state_machines.bpmn import findings as codes
from state_machines.bpmn.model import Expression, IoMapping, Text, Value
from state_machines.bpmn.namespaces import (
    CAMUNDA,
    ZEEBE,
    camunda_children,
    camunda_extension,
    extensions,
    zeebe_extension,
)
from state_machines.bpmn.values import Notation, is_feel
from state_machines.xml import Element

Mappings = tuple[IoMapping, ...]


def read_mappings(element: Element, owner: str, notation: Notation) -> tuple[Mappings, Mappings]:
    """The (input, output) mappings of a flow node, or of a Camunda 7 connector, in whichever dialect they are."""
    zeebe = zeebe_extension(element, "ioMapping")
    if zeebe is not None:
        return _zeebe(zeebe.all("input", ZEEBE), owner, notation), _zeebe(zeebe.all("output", ZEEBE), owner, notation)
    box = camunda_extension(element, "inputOutput")
    return ((), ()) if box is None else camunda_mappings(box, owner, notation)


def camunda_mappings(box: Element, owner: str, notation: Notation) -> tuple[Mappings, Mappings]:
    """The (input, output) parameters of a `camunda:inputOutput`."""
    inputs = tuple(_parameter(p, "name", owner, notation) for p in camunda_children(box, "inputParameter"))
    outputs = tuple(_parameter(p, "name", owner, notation) for p in camunda_children(box, "outputParameter"))
    return inputs, outputs


def read_properties(element: Element) -> dict[str, str]:
    """The extension properties of an element; without a name they cannot be asked for and are left out."""
    boxes = [
        e for e in extensions(element) if e.name == "properties" and (e.namespace in CAMUNDA or e.namespace == ZEEBE)
    ]
    pairs = [p for box in boxes for p in box.all("property", box.namespace)]
    return {name: p.get("value") or "" for p in pairs if (name := p.get("name"))}


def _zeebe(entries: Iterable[Element], owner: str, notation: Notation) -> Mappings:
    """Inputs and outputs need a target; Zeebe's source may be a static text."""
    read = []
    for entry in entries:
        target = (entry.get("target") or "").strip()
        if not target:
            notation.findings.error(codes.BAD_VALUE, owner, entry.line, "A mapping has no target variable.")
            continue
        read.append(IoMapping(target, notation.value(entry.get("source") or "", entry.line)))
    return tuple(read)


def _parameter(element: Element, key: str, owner: str, notation: Notation) -> IoMapping:
    name = (element.get(key) or "").strip()
    if not name:
        notation.findings.error(codes.BAD_VALUE, owner, element.line, "A mapping or map entry has no name.")
    return IoMapping(name, _content(element, owner, notation))


def _content(element: Element, owner: str, notation: Notation) -> Value | Mappings | tuple[Value, ...]:
    """A text, expression, script, map or list (Camunda 7's input and output parameters)."""
    for child in element.children:
        if child.namespace in CAMUNDA and child.name == "map":
            return tuple(_parameter(e, "key", owner, notation) for e in camunda_children(child, "entry"))
        if child.namespace in CAMUNDA and child.name == "list":
            return _list(child, owner, notation)
        if child.namespace in CAMUNDA and child.name == "script":
            return camunda_script(child, owner, notation)
    return notation.value(element.text, element.line)


def _list(element: Element, owner: str, notation: Notation) -> tuple[Value, ...]:
    values: list[Value] = []
    for child in element.children:
        if child.namespace in CAMUNDA and child.name == "value":
            values.append(notation.value(child.text, child.line))
        elif child.namespace in CAMUNDA and child.name == "script":
            values.append(camunda_script(child, owner, notation))
        else:
            notation.findings.error(
                codes.UNSUPPORTED_EXTENSION, owner, child.line, f"A list cannot hold '{child.name}' here: write values."
            )
    return tuple(values)


def camunda_script(element: Element, owner: str, notation: Notation) -> Value:
    """A `camunda:script`, which must be FEEL in the file itself."""
    script_format = element.get("scriptFormat") or ""
    if element.get("resource"):
        notation.findings.error(
            codes.SCRIPT_LANGUAGE, owner, element.line, "The script is in another file. Write it here, in FEEL."
        )
    elif not (is_feel(script_format) and script_format):
        notation.findings.error(
            codes.SCRIPT_LANGUAGE, owner, element.line, f"The script is written in '{script_format}'. Write it in FEEL."
        )
    else:
        text = element.text.strip()
        return Expression(text[1:].strip() if text.startswith("=") else text, "feel", element.line)
    return Text("", element.line)
