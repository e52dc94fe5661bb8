"""Hardened XML reading on expat, shared by the BPMN and DMN readers: bytes in, an immutable tree with positions out.

No DTD, no entities but the five predefined ones, nothing fetched, hard limits. What elements mean is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Final, NamedTuple
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
    max_value: int = 65_536
    """Characters of an attribute."""
    max_tag: int = 262_144
    """Bytes of a tag: found by looking, before a parser collects its attributes."""
    max_repeats: int = 100
    """Ids that have been seen before: a few are a mistake that can be shown, many are no document."""


class Element(NamedTuple):
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


def read_xml(source: bytes, limits: XmlLimits | None = None, skip: Set[str] = frozenset()) -> Element:
    """Read a document in an encoding that expat knows (UTF-8, UTF-16, ISO-8859-1, ASCII, single-byte code pages).

    Elements named in `skip`, in any namespace, are left out with all that is in them. Raises only XmlError: for
    ill-formed input, DTDs, entities, and documents beyond the limits.
    """
    limits = limits or XmlLimits()
    if len(source) > limits.max_bytes:
        raise XmlError(f"The document has {len(source)} bytes; at most {limits.max_bytes} are read.")
    source, encoding = _as_single_byte_units(bytes(source))
    if found := re.search(rb"<[A-Za-z_:][^<>]{%d}" % limits.max_tag, source):
        line = source.count(b"\n", 0, found.start()) + 1
        raise XmlError(f"A tag has more than {limits.max_tag} bytes.", line)
    if _has_too_many(source, limits, skip):
        raise XmlError(f"The document has more than {limits.max_elements} elements.")
    return _Reader(source, encoding, limits, skip).read()


def _has_too_many(source: bytes, limits: XmlLimits, skip: Set[str]) -> bool:
    """Whether counting alone shows that there are too many elements; nothing is said of what may hold other text."""
    if b"<!" in source or source.count(b"<?") > 1 or any(name.encode() in source for name in skip):
        return False
    return source.count(b"<") - source.count(b"</") - 1 > limits.max_elements


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
    def __init__(self, source: bytes, encoding: str | None, limits: XmlLimits, skip: Set[str]) -> None:
        self._source = source
        self._limits = limits
        self._skip = skip
        self._names: dict[str, tuple[str, str]] = {}
        self._ids: set[str] = set()
        self._repeats = 0
        self._stack: list[_Open] = []
        self._root: Element | None = None
        self._elements = 0
        self._skipped = 0
        parser = expat.ParserCreate(encoding, _SEPARATOR)
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SkippedEntityHandler = self._entity
        self._parser = parser
        self._listen()

    def _listen(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def _pass_over(self) -> None:
        self._parser.StartElementHandler = self._skip_start
        self._parser.EndElementHandler = self._skip_end
        self._parser.CharacterDataHandler = None

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
        self._count(len(self._stack))
        namespace, local = self._split(name)
        if local in self._skip and self._stack:
            self._stack[-1].text.append("")  # it is not empty
            self._skipped = 1
            self._pass_over()
            return
        pairs = self._attributes(local, attributes) if attributes else {}
        parser = self._parser
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        self._stack.append(_Open(namespace, local, pairs, line, column, parser.CurrentByteIndex))

    def _count(self, depth: int) -> None:
        self._elements += 1
        if self._elements > self._limits.max_elements:
            raise self._refuse(f"The document has more than {self._limits.max_elements} elements.")
        if depth >= self._limits.max_depth:
            raise self._refuse(f"Elements are nested deeper than {self._limits.max_depth} levels.")

    def _attributes(self, element: str, listed: list[str]) -> dict[tuple[str, str], str]:
        if len(listed) > 2 * self._limits.max_attributes:
            raise self._refuse(f"An element has more than {self._limits.max_attributes} attributes.")
        if max(map(len, listed)) > self._limits.max_value:
            raise self._refuse(f"An attribute of '{element}' has more than {self._limits.max_value} characters.")
        pairs = {self._split(key): value for key, value in zip(listed[::2], listed[1::2], strict=True)}
        identity = pairs.get(("", "id"))
        if identity is not None:
            self._once(identity)
        return pairs

    def _once(self, identity: str) -> None:
        if identity not in self._ids:
            self._ids.add(identity)
            return
        self._repeats += 1
        if self._repeats > self._limits.max_repeats:
            raise self._refuse(
                f"More than {self._limits.max_repeats} elements have the id of another, such as '{identity[:80]}'."
            )

    def _skip_start(self, *_: object) -> None:
        self._skipped += 1
        if len(self._stack) + self._skipped > self._limits.max_depth:
            raise self._refuse(f"Elements are nested deeper than {self._limits.max_depth} levels.")

    def _skip_end(self, _: str) -> None:
        self._skipped -= 1
        if not self._skipped:
            self._listen()

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

    def _split(self, name: str) -> tuple[str, str]:
        """The namespace and the local name; the same few occur again and again."""
        known = self._names.get(name)
        if known is None:
            namespace, _, local = name.rpartition(_SEPARATOR)
            known = self._names[name] = (namespace, local)
        return known

    def _end_offset(self, opened: _Open) -> int:
        """expat reports the begin of an end tag, but the end of an empty-element tag."""
        index = self._parser.CurrentByteIndex
        empty = not opened.text and not opened.children and self._source[index - 2 : index] == b"/>"
        return index if empty else self._source.find(b">", index) + 1
