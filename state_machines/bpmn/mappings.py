"""Input and output mappings and extension properties of both dialects."""

from collections.abc import Iterable

from state_machines.bpmn import findings as codes
from state_machines.bpmn.model import Content, Entries, IoMapping, Items, Text, Value
from state_machines.bpmn.namespaces import (
    CAMUNDA,
    ZEEBE,
    camunda_children,
    camunda_extension,
    extensions,
    zeebe_extension,
)
from state_machines.bpmn.values import Notation
from state_machines.xml import Element

Mappings = tuple[IoMapping, ...]


def read_mappings(element: Element, owner: str, notation: Notation) -> tuple[Mappings, Mappings]:
    """The (input, output) mappings of a flow node, or of a Camunda 7 connector, in whichever dialect they are."""
    zeebe = zeebe_extension(element, "ioMapping")
    if zeebe is not None:
        outputs = zeebe.all("output", ZEEBE)
        for entry in outputs:
            notation.computed(entry.get("source"), "output", owner, entry.line)
        return _zeebe(zeebe.all("input", ZEEBE), owner, notation), _zeebe(outputs, owner, notation)
    box = camunda_extension(element, "inputOutput")
    return ((), ()) if box is None else camunda_mappings(box, owner, notation)


def camunda_mappings(box: Element, owner: str, notation: Notation) -> tuple[Mappings, Mappings]:
    """The (input, output) parameters of a `camunda:inputOutput`."""
    inputs = tuple(_parameter(p, owner, notation) for p in camunda_children(box, "inputParameter"))
    outputs = tuple(_parameter(p, owner, notation) for p in camunda_children(box, "outputParameter"))
    return inputs, outputs


def read_properties(element: Element) -> dict[str, str]:
    """The extension properties of an element; without a name they cannot be asked for and are left out."""
    boxes = [
        e for e in extensions(element) if e.name == "properties" and (e.namespace in CAMUNDA or e.namespace == ZEEBE)
    ]
    pairs = [p for box in boxes for p in box.all("property", box.namespace)]
    return {name: p.get("value") or "" for p in pairs if (name := p.get("name"))}


def _zeebe(entries: Iterable[Element], owner: str, notation: Notation) -> Mappings:
    """Inputs and outputs need a target; Zeebe's source may be a static text, and no source is null."""
    read = []
    for entry in entries:
        target = (entry.get("target") or "").strip()
        if not target:
            notation.findings.error(codes.BAD_VALUE, owner, entry.line, "A mapping has no target variable.")
            continue
        read.append(IoMapping(target, notation.or_null(entry.get("source"), entry.line)))
    return tuple(read)


def _parameter(element: Element, owner: str, notation: Notation) -> IoMapping:
    return IoMapping(_named(element, "name", owner, notation), _content(element, owner, notation))


def _named(element: Element, key: str, owner: str, notation: Notation) -> str:
    name = (element.get(key) or "").strip()
    if not name:
        notation.findings.error(codes.BAD_VALUE, owner, element.line, "A mapping or map entry has no name.")
    return name


def _content(element: Element, owner: str, notation: Notation) -> Content:
    """What a parameter, an entry or a value holds (Camunda 7): text, an expression, or one element; nothing is null."""
    for child in element.children:
        if child.namespace in CAMUNDA:
            return _structure(child, owner, notation)
    return notation.or_null(element.text, element.line)


def _structure(element: Element, owner: str, notation: Notation) -> Content:
    """A map, a list or a script; what else stands in a list is a value of it."""
    if element.name == "map":
        return Entries(tuple(_entry(e, owner, notation) for e in camunda_children(element, "entry")))
    if element.name == "list":
        return Items(tuple(_structure(c, owner, notation) for c in element.children if c.namespace in CAMUNDA))
    if element.name == "script":
        return _script(element, owner, notation)
    return _content(element, owner, notation)


def _entry(element: Element, owner: str, notation: Notation) -> tuple[Value, Content]:
    key = _named(element, "key", owner, notation)
    return notation.value(key, element.line), _content(element, owner, notation)


def _script(element: Element, owner: str, notation: Notation) -> Value:
    """A `camunda:script` in the file itself, which must say its language."""
    if element.get("resource"):
        notation.findings.error(
            codes.SCRIPT_LANGUAGE, owner, element.line, "The script is in another file. Write it here, in FEEL."
        )
        return Text("", element.line)
    found = notation.script(element, element.get("scriptFormat") or "none", owner)
    return found or Text("", element.line)
