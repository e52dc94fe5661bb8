"""Hardened XML reading on expat, shared by the BPMN and DMN readers: bytes in, an immutable tree with positions out.

No DTD, no entities but the five predefined ones, nothing fetched, hard limits. What elements mean is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

_SEPARATOR: Final = "\x1f"  # not a legal XML character, so no namespace can contain it


class XmlError(ValueError):
    """The document is not well-formed, not allowed or too big. `line` and `column` count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """What a document may hold. The defaults are far above what modellers write and far below what hurts."""

    max_bytes: int = 10 * 1024 * 1024
    max_depth: int = 200
    max_elements: int = 200_000
    max_attributes: int = 256


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element. `text` is its own character data, joined; `attributes` is keyed by (namespace, local name).

    `line` and `column` count from 1. `start` and `end` are byte offsets of the whole element in the source (in its
    UTF-8 form where the source is UTF-16).
    """

    namespace: str
    name: str
    attributes: Mapping[tuple[str, str], str]
    text: str
    children: tuple[Element, ...]
    line: int
    column: int
    start: int
    end: int

    def get(self, local: str, namespace: str = "") -> str | None:
        """The value of an attribute; unprefixed attributes have the empty namespace."""
        return self.attributes.get((namespace, local))

    def all(self, local: str, namespace: str | None = None) -> tuple[Element, ...]:
        """The children of this local name, in any namespace unless one is given."""
        return tuple(c for c in self.children if c.name == local and namespace in (None, c.namespace))

    def child(self, local: str, namespace: str | None = None) -> Element | None:
        """The first child of this local name, in any namespace unless one is given."""
        return next((c for c in self.children if c.name == local and namespace in (None, c.namespace)), None)

    def walk(self) -> Iterator[Element]:
        """This element and everything below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_xml(source: bytes, limits: XmlLimits | None = None) -> Element:
    """Read a document in an encoding that expat knows (UTF-8, UTF-16, ISO-8859-1, ASCII, single-byte code pages).

    Raises only XmlError: for ill-formed input, DTDs, entities, and documents beyond the limits.
    """
    limits = limits or XmlLimits()
    if len(source) > limits.max_bytes:
        raise XmlError(f"The document has {len(source)} bytes; at most {limits.max_bytes} are read.")
    source, encoding = _as_single_byte_units(bytes(source))
    return _Reader(source, encoding, limits).read()


def _as_single_byte_units(source: bytes) -> tuple[bytes, str | None]:
    """UTF-16 becomes UTF-8, so that byte offsets can be searched for markup; everything else stays."""
    utf16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
    encoding = utf16.get(source[:2])
    if encoding is None:
        return source, None
    try:
        return source.decode(encoding).encode("utf-8"), "utf-8"
    except UnicodeError as error:
        raise XmlError(f"The document is not valid UTF-16: {error}.") from error


@dataclass(slots=True)
class _Open:
    """An element whose end tag has not been seen."""

    namespace: str
    name: str
    attributes: dict[tuple[str, str], str]
    line: int
    column: int
    start: int
    text: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)


class _Reader:
    def __init__(self, source: bytes, encoding: str | None, limits: XmlLimits) -> None:
        self._source = source
        self._limits = limits
        self._stack: list[_Open] = []
        self._root: Element | None = None
        self._elements = 0
        parser = expat.ParserCreate(encoding, _SEPARATOR)
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SkippedEntityHandler = self._entity
        self._parser = parser

    def read(self) -> Element:
        try:
            self._parser.Parse(self._source, True)
        except expat.ExpatError as error:
            raise XmlError(
                f"Not well-formed XML: {expat.ErrorString(error.code)}.", error.lineno, error.offset + 1
            ) from error
        except XmlError:
            raise
        except (ValueError, LookupError) as error:  # an encoding that Python does not know, or knows but cannot apply
            raise XmlError(f"The document's encoding cannot be read: {error}.") from error
        if self._root is None:
            raise XmlError("The document has no element.")
        return self._root

    def _refuse(self, message: str) -> XmlError:
        return XmlError(message, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _doctype(self, *_: object) -> None:
        raise self._refuse("A document type declaration (DTD) is not allowed.")

    def _entity(self, name: str, _: bool) -> None:
        raise self._refuse(f"The entity '{name}' is not allowed.")

    def _start(self, name: str, attributes: list[str]) -> None:
        self._elements += 1
        if self._elements > self._limits.max_elements:
            raise self._refuse(f"The document has more than {self._limits.max_elements} elements.")
        if len(self._stack) >= self._limits.max_depth:
            raise self._refuse(f"Elements are nested deeper than {self._limits.max_depth} levels.")
        if len(attributes) > 2 * self._limits.max_attributes:
            raise self._refuse(f"An element has more than {self._limits.max_attributes} attributes.")
        namespace, local = _split(name)
        pairs = {_split(key): value for key, value in zip(attributes[::2], attributes[1::2], strict=True)}
        parser = self._parser
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        self._stack.append(_Open(namespace, local, pairs, line, column, parser.CurrentByteIndex))

    def _characters(self, text: str) -> None:
        self._stack[-1].text.append(text)

    def _end(self, _: str) -> None:
        opened = self._stack.pop()
        element = Element(
            opened.namespace,
            opened.name,
            opened.attributes,
            "".join(opened.text),
            tuple(opened.children),
            opened.line,
            opened.column,
            opened.start,
            self._end_offset(opened),
        )
        if self._stack:
            self._stack[-1].children.append(element)
        else:
            self._root = element

    def _end_offset(self, opened: _Open) -> int:
        """expat reports the begin of an end tag, but the end of an empty-element tag."""
        index = self._parser.CurrentByteIndex
        empty = not opened.text and not opened.children and self._source[index - 2 : index] == b"/>"
        return index if empty else self._source.find(b">", index) + 1


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(_SEPARATOR)
    return namespace, local
