"""Damages BPMN files as accidents, editors and enemies do: single bytes, values, tags, whole elements."""

import re
from collections.abc import Callable
from random import Random

from state_machines.xml import Element, XmlError, read_xml

_WORDS = (
    b"",
    b"=",
    b"=x",
    b"${",
    b"${x}",
    b"R/PT0S",
    b"-1",
    b"true",
    b"P",
    b"{%",
    b"${dpc:table:waits}",
    b"\xc5\x82" * 90,
)
_TAGS = (
    b"task userTask serviceTask receiveTask subProcess transaction adHocSubProcess callActivity exclusiveGateway "
    b"parallelGateway inclusiveGateway eventBasedGateway startEvent endEvent boundaryEvent intermediateCatchEvent "
    b"intermediateThrowEvent sequenceFlow timerEventDefinition messageEventDefinition errorEventDefinition "
    b"escalationEventDefinition signalEventDefinition compensateEventDefinition terminateEventDefinition "
    b"cancelEventDefinition linkEventDefinition conditionalEventDefinition multiInstanceLoopCharacteristics"
).split()
_FLAGS = (
    b' isSequential="true"',
    b' cancelActivity="false"',
    b' triggeredByEvent="true"',
    b' isForCompensation="true"',
)
_VALUE = re.compile(rb'(?<==")[^"]*(?=")')


def mutated(source: bytes, chance: Random) -> bytes:
    """The file with up to five damages."""
    for _ in range(chance.randint(1, 5)):
        source = chance.choice(_DAMAGES)(source, chance)
    return source


def flip(source: bytes, chance: Random) -> bytes:
    """Bytes go, come or change somewhere."""
    at = chance.randint(0, len(source))
    return source[:at] + chance.randbytes(chance.randint(0, 3)) + source[at + chance.randint(0, 40) :]


def revalue(source: bytes, chance: Random) -> bytes:
    """An attribute gets the value of another one, or an odd one."""
    values = list(_VALUE.finditer(source))[3:]
    if not values:
        return source
    at, other = chance.choice(values), chance.choice(values)[0]
    return source[: at.start()] + chance.choice((other, other, chance.choice(_WORDS))) + source[at.end() :]


def retext(source: bytes, chance: Random) -> bytes:
    """The text of an element changes."""
    texts = list(re.finditer(rb"(?<=>)[^<>\s][^<>]*(?=</)", source))
    if not texts:
        return source
    at = chance.choice(texts)
    return source[: at.start()] + chance.choice((chance.choice(texts)[0], chance.choice(_WORDS))) + source[at.end() :]


def retag(source: bytes, chance: Random) -> bytes:
    """An element becomes another one."""
    found = _element(source, chance)
    if found is None:
        return source
    tag, text = found.name.encode(), source[found.start : found.end]
    new = chance.choice(_TAGS)
    text = re.sub(rb"\A(<[\w]*:?)" + tag, rb"\1" + new, text)
    text = re.sub(rb"(</[\w]*:?)" + tag + rb"(\s*>)\Z", rb"\1" + new + rb"\2", text)
    return source[: found.start] + text + source[found.end :]


def flag(source: bytes, chance: Random) -> bytes:
    """An element gets a marker."""
    found = _element(source, chance)
    if found is None:
        return source
    at = found.start + len(re.match(rb"<[\w:]+", source[found.start :])[0])  # type: ignore[index]
    return source[:at] + chance.choice(_FLAGS) + source[at:]


def move(source: bytes, chance: Random) -> bytes:
    """An element goes away, is there twice, or stands elsewhere."""
    found, other = _element(source, chance), _element(source, chance)
    if found is None or other is None:
        return source
    text = source[found.start : found.end]
    if chance.random() < 0.4:
        return source[: found.start] + source[found.end :]
    at = other.end if chance.random() < 0.7 else other.start
    return source[:at] + text + source[at:]


_DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (flip, revalue, revalue, retext, retag, flag, move, move)


def _element(source: bytes, chance: Random) -> Element | None:
    """Any element that stands in a process."""
    try:
        root = read_xml(source, skip={"BPMNDiagram"})
    except XmlError:
        return None
    inside = [element for child in root.children for element in child.walk()]
    return chance.choice(inside) if inside else None
