"""What the top of a BPMN file declares for the processes to refer to: messages, signals, errors and so on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from state_machines.bpmn import findings as codes
from state_machines.bpmn.model import Message
from state_machines.bpmn.namespaces import BPMN, extensions, zeebe_extension
from state_machines.bpmn.values import Notation
from state_machines.xml import Element

_WORDS = {
    "message": "message",
    "signal": "signal",
    "error": "error",
    "escalation": "escalation",
    "operation": "operation",
    "userTaskForm": "form",
}


@dataclass(frozen=True)
class References:
    """The declarations of a file, by element name and id."""

    by_kind: Mapping[str, Mapping[str, Element]]
    notation: Notation

    def find(self, kind: str, reference: str | None, owner: str, line: int) -> Element | None:
        """The declaration that a QName or id names. None, with an error where it does not exist, or without one."""
        if not reference or not reference.strip():
            return None
        name = reference.strip()
        known = self.by_kind.get(kind, {})
        found = known.get(name) or known.get(name.rpartition(":")[2])
        if found is None:
            self.notation.findings.error(
                codes.DANGLING_REFERENCE,
                owner,
                line,
                f"The {_WORDS.get(kind, 'definition')} '{name}' is not in the file. Choose or create it again.",
            )
        return found

    def message(self, owner: Element, owner_id: str) -> Message | None:
        """The message that `messageRef`, or else the operation of `operationRef`, names."""
        element = self.find("message", owner.get("messageRef"), owner_id, owner.line)
        if element is None and not owner.get("messageRef"):
            element = self._operation_message(owner, owner_id)
        if element is None:
            return None
        message_id = element.get("id") or ""
        subscription = zeebe_extension(element, "subscription")
        key = subscription.get("correlationKey") if subscription is not None else None
        name, computed = self.notation.named(element.get("name") or message_id, element.line)
        return Message(
            message_id, name, self.notation.computed(key, "correlation key", owner_id, element.line), computed
        )

    def message_called(self, owner: str, line: int) -> Message | None:
        """What stands for the message that an element leaves open: one that is called as the element.

        None in Camunda 8, where it must be named or done by a worker.
        """
        if self.notation.dialect == "camunda8":
            return None
        words = f"No message is named: it is one that is called as the element, '{owner}'."
        self.notation.findings.info(codes.BAD_VALUE, owner, line, words)
        return Message(owner, owner)

    def work_called(self, task: Element, task_id: str) -> str:
        """The job type of plain BPMN's task: the operation that it names (BPMN 2.0.2, 10.3.3), else the task's id."""
        operation = self.find("operation", operation_named(task), task_id, task.line)
        if operation is not None:
            return (operation.get("name") or operation.get("id") or "").strip()
        if not operation_named(task):
            words = f"Nothing says what does the work: it is a job for workers that fetch the type '{task_id}'."
            self.notation.findings.add(codes.BAD_VALUE, "warning", task_id, task.line, words)
        return task_id

    def _operation_message(self, owner: Element, owner_id: str) -> Element | None:
        """A service operation's incoming message stands for the task's (BPMN 2.0.2, 8.4.3)."""
        operation = self.find("operation", operation_named(owner), owner_id, owner.line)
        incoming = operation.child("inMessageRef", BPMN) if operation is not None else None
        return self.find("message", incoming.text, owner_id, owner.line) if incoming is not None else None


def operation_named(element: Element) -> str:
    """The operation that a task or an event definition refers to; empty: none, or one of `##unspecified`."""
    nested = element.child("operationRef", BPMN)
    reference = (element.get("operationRef") or (nested.text if nested is not None else "")).strip()
    return "" if reference.startswith("##") else reference


def read_references(definitions: Element, notation: Notation) -> References:
    """Index the root elements of a file."""
    roots = [c for c in definitions.children if c.namespace == BPMN]
    operations = [o for i in roots if i.name == "interface" for o in i.all("operation", BPMN)]
    forms = [e for p in roots if p.name == "process" for e in extensions(p) if e.name == "userTaskForm"]
    return References(_index([*roots, *operations, *forms]), notation)


def _index(elements: Iterable[Element]) -> dict[str, dict[str, Element]]:
    index: dict[str, dict[str, Element]] = {}
    for element in elements:
        identity = element.get("id")
        if identity:
            index.setdefault(element.name, {}).setdefault(identity, element)
    return index
