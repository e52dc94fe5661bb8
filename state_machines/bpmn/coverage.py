"""Accounts for every element and attribute of a file, so that nothing is dropped silently. Gives no meaning itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from state_machines.bpmn import findings as codes
from state_machines.bpmn import vocabulary as words
from state_machines.bpmn import vocabulary_extensions as places
from state_machines.bpmn.findings import Findings
from state_machines.bpmn.namespaces import BPMN, CAMUNDA, ZEEBE
from state_machines.xml import Element


@dataclass(frozen=True)
class _Extensions:
    """What is known of one dialect's extension elements."""

    elements: frozenset[str]
    refused: Mapping[str, str]
    hosts: Mapping[str, places.Hosts]
    attributes: Mapping[str, frozenset[str]]


_CAMUNDA: Final = _Extensions(
    words.CAMUNDA_ELEMENTS, words.CAMUNDA_REFUSED, places.CAMUNDA_HOSTS, places.CAMUNDA_ATTRIBUTES_OF
)
_ZEEBE: Final = _Extensions(words.ZEEBE_ELEMENTS, words.ZEEBE_REFUSED, places.ZEEBE_HOSTS, places.ZEEBE_ATTRIBUTES_OF)


@dataclass(frozen=True)
class Coverage:
    """One walk over the parts of a file that are run. Foreign namespaces are mentioned once each."""

    findings: Findings
    foreign: set[str] = field(default_factory=set)

    def account(self, element: Element, owner: str = "", host: str = "") -> None:
        """Report what in an element and below it is not read.

        `owner` is the id that findings are shown on, `host` the BPMN element whose extensions are looked at.
        """
        if element.namespace == BPMN:
            owner = owner if owner and element.name in words.BPMN_PARTS else element.get("id") or owner
            host = host if element.name == "extensionElements" else element.name
        if not self._element(element, owner, host):
            return
        if element.namespace == BPMN:
            self.attributes(element, owner)
        inner = host if element.namespace == BPMN else ""
        for child in element.children:
            self.account(child, owner, inner)

    def _element(self, element: Element, owner: str, host: str) -> bool:
        """Report an element; whether its children are to be looked at."""
        if element.namespace == BPMN:
            return self._bpmn(element, owner)
        if element.namespace in CAMUNDA:
            return self._vendor(element, owner, host, _CAMUNDA)
        if element.namespace == ZEEBE:
            return self._vendor(element, owner, host, _ZEEBE)
        self._mention(element.namespace, owner, element.line)
        return False

    def _bpmn(self, element: Element, owner: str) -> bool:
        if refusal := words.BPMN_REFUSED.get(element.name):
            self.findings.error(codes.CANNOT_RUN, owner, element.line, refusal)
            return False
        if element.name in words.BPMN_READ or element.name in words.BPMN_HARMLESS:
            return True
        self.findings.error(
            codes.UNKNOWN_ELEMENT, owner, element.line, f"'{element.name}' is no element of BPMN 2.0. Remove it."
        )
        return False

    def _vendor(self, element: Element, owner: str, host: str, known: _Extensions) -> bool:
        if message := places.NEEDLESS_EXTENSIONS.get(element.name):
            self.findings.info(codes.NOT_NEEDED, owner, element.line, message)
            return False
        if element.name not in known.elements:
            message = known.refused.get(element.name, f"The extension '{element.name}' is not supported. Remove it.")
            self.findings.error(codes.UNSUPPORTED_EXTENSION, owner, element.line, message)
            return False
        hosts = known.hosts.get(element.name)
        if host and hosts is not None and host not in hosts:
            message = f"The extension '{element.name}' is not supported on a {host}. Remove it."
            self.findings.error(codes.UNSUPPORTED_EXTENSION, owner, element.line, message)
            return False
        self._extension_attributes(element, owner, known.attributes.get(element.name, frozenset()))
        return True

    def _extension_attributes(self, element: Element, owner: str, known: frozenset[str]) -> None:
        for namespace, name in element.attributes:
            if namespace:
                self._mention(namespace, owner, element.line)
            elif message := places.NEEDLESS_ATTRIBUTES_OF.get((element.name, name)):
                self.findings.info(codes.NOT_NEEDED, owner, element.line, message)
            elif name not in known:
                self._unsupported(element, owner, name)

    def attributes(self, element: Element, owner: str) -> None:
        """Report the attributes of one BPMN element that are not read."""
        for (namespace, name), value in element.attributes.items():
            if namespace in CAMUNDA:
                self._camunda_attribute(element, owner, name, value)
            elif namespace == ZEEBE:
                if name not in words.ZEEBE_ATTRIBUTES:
                    self._unsupported(element, owner, name)
            elif namespace:
                self._mention(namespace, owner, element.line)
            else:
                self._plain_attribute(element, owner, name, value)

    def _plain_attribute(self, element: Element, owner: str, name: str, value: str) -> None:
        if name not in places.BPMN_ATTRIBUTES:
            message = f"The attribute '{name}' of this {element.name} is not part of BPMN 2.0 and not read."
            self.findings.info(codes.FOREIGN_EXTENSION, owner, element.line, message)
        elif name in ("startQuantity", "completionQuantity") and value.strip() != "1":
            message = f"'{name}' is {value}; only one token at a time can be run. Remove it."
            self.findings.error(codes.CANNOT_RUN, owner, element.line, message)

    def _camunda_attribute(self, element: Element, owner: str, name: str, value: str) -> None:
        if name in words.CAMUNDA_HARMLESS or words.CAMUNDA_DEFAULTS.get(name) == value:
            return
        if message := words.CAMUNDA_NEEDLESS.get(name):
            if value != "false" or name == "exclusive":
                self.findings.info(codes.NOT_NEEDED, owner, element.line, message)
        elif message := words.CAMUNDA_ATTRIBUTES_REFUSED.get(name):
            self.findings.error(codes.UNSUPPORTED_EXTENSION, owner, element.line, message)
        elif element.name not in words.CAMUNDA_ATTRIBUTES.get(name, ()):
            self._unsupported(element, owner, name)

    def _unsupported(self, element: Element, owner: str, name: str) -> None:
        message = f"The extension attribute '{name}' is not supported on a {element.name}. Remove it."
        self.findings.error(codes.UNSUPPORTED_EXTENSION, owner, element.line, message)

    def _mention(self, namespace: str, owner: str, line: int) -> None:
        if namespace in words.VISUAL_NAMESPACES or namespace in self.foreign:
            return
        self.foreign.add(namespace)
        name = namespace or "(none)"
        self.findings.info(codes.FOREIGN_EXTENSION, owner, line, f"Extensions of the namespace {name} are not read.")


def account_for(definitions: Element, runs: Callable[[Element], bool], findings: Findings) -> None:
    """Walk a file's root elements; processes that are not `runs` are drawings and left out."""
    coverage = Coverage(findings)
    coverage.attributes(definitions, "")
    for child in definitions.children:
        if child.namespace == BPMN and (child.name != "process" or runs(child)):
            coverage.account(child)
