"""Expressions of a process on their way to JSONata: parsed once, translated, recorded for the report.

What cannot be translated faithfully is a diagnostic, never a guess.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Literal

from state_machines.bpmn.model import Content, Entries, Expression, FlowNode, IoMapping, Items, Task, Value
from state_machines.by_reference.marks import SEEN, whole
from state_machines.diagnostics import Diagnostic
from state_machines.expressions import parsed
from state_machines.feel import Node, names_read
from state_machines.feel.nodes import Name
from state_machines.feel.translation import to_jsonata, to_jsonata_condition
from state_machines.feel.types import Type
from state_machines.flow import jsonata
from state_machines.flow.jsonata import INPUT, RESERVED
from state_machines.flow.sizes import may_be_large

_NO_TYPES: Mapping[str, Type] = {}


@dataclass(frozen=True)
class Translated:
    """One expression in the report."""

    element_id: str
    text: str
    verdict: Literal["native", "function"]
    reason: str


@dataclass
class Remote:
    """What one state has evaluated outside the machine: the values come back in the order of the expressions."""

    variable: str
    expressions: list[str] = field(default_factory=list)
    context: str = INPUT
    """JSONata of the variables that the expressions read."""

    def place(self, text: str) -> str:
        """The JSONata of an expression's value."""
        if text not in self.expressions:
            self.expressions.append(text)
        return f"${self.variable}[{self.expressions.index(text)}]"


@dataclass
class Expressions:
    """Translates the expressions of one process, and keeps what it saw."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    seen: dict[tuple[str, str], Translated] = field(default_factory=dict)
    remote: Remote | None = None
    """Takes what only the function can evaluate, while an element is being lowered."""

    def value(self, value: Value, owner: FlowNode, variables: str = INPUT, *, moves: bool = False) -> str:
        """A value as JSONata; `variables` is the JSONata of the object whose members are the names.

        `moves`: whether the value only becomes that of a variable: one that stands elsewhere may stay there.
        """
        if isinstance(value, Expression):
            return self._translate(value, owner, variables, _NO_TYPES, condition=False, moves=moves)
        return jsonata.text(value.text)

    def condition(
        self, expression: Expression, owner: FlowNode, variables: str = INPUT, types: Mapping[str, Type] = _NO_TYPES
    ) -> str:
        """A condition as JSONata that is exactly true or false. `types`: of variables that have one for certain."""
        return self._translate(expression, owner, variables, types, condition=True)

    def may_be_large(self, value: Content) -> bool:
        """Whether a value may be as large as the variables are."""
        for each in expressions_in(value):
            try:
                if may_be_large(parsed(each.language, each.text)):
                    return True
            except ValueError:
                continue  # it is refused where it is translated
        return False

    def mapped(self, mapping: IoMapping, owner: FlowNode, variables: str = INPUT) -> str:
        """A mapping's value, maps and lists included."""
        return self._content(mapping.value, owner, variables)

    def _content(self, content: Content, owner: FlowNode, variables: str) -> str:
        if isinstance(content, Items):
            return "[" + ", ".join(self._content(each, owner, variables) for each in content.values) + "]"
        if isinstance(content, Entries):
            keys = [self.value(key, owner, variables) for key, _ in content.entries]
            values = [self._content(each, owner, variables) for _, each in content.entries]
            return "{" + ", ".join(f"{key}: {value}" for key, value in zip(keys, values, strict=True)) + "}"
        return self.value(content, owner, variables, moves=True)

    def _translate(
        self,
        expression: Expression,
        owner: FlowNode,
        variables: str,
        types: Mapping[str, Type],
        *,
        condition: bool,
        moves: bool = False,
    ) -> str:
        node = self._parse(expression, owner)
        if node is None:
            return "false" if condition else "null"
        if expression.language == "juel" and "execution" in names_read(node):
            variables = jsonata.merge(variables, jsonata.obj({"execution": _execution(owner)}))
        translate = to_jsonata_condition if condition else to_jsonata
        names = () if moves and isinstance(node, Name) else read_whole(names_read(node))
        translation = translate(node, variables=SEEN if names else variables, types=types)
        self.seen[owner.id, expression.text] = Translated(
            owner.id, expression.text, translation.verdict, translation.reason
        )
        if translation.verdict == "native":
            return f"({SEEN} := {whole(names, variables)}; {translation.jsonata})" if names else translation.jsonata
        if self.remote is not None and expression.language == "feel" and variables == self.remote.context:
            place = self.remote.place(expression.text)
            return f"({place} = true)" if condition else place
        words = f"The expression '{expression.text}' cannot run inside the state machine: {translation.reason}."
        self._refuse("FLOW-020", expression, owner, words)
        return "false" if condition else "null"

    def _parse(self, expression: Expression, owner: FlowNode) -> Node | None:
        try:
            return parsed(expression.language, expression.text)
        except ValueError as error:
            self._refuse("FLOW-021", expression, owner, f"The expression '{expression.text}' cannot be read: {error}")
            return None

    def _refuse(self, code: str, expression: Expression, owner: FlowNode, words: str) -> None:
        diagnostic = Diagnostic(code, "error", owner.id, expression.line or owner.line, words)
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)


def read_whole(names: Iterable[str]) -> tuple[str, ...]:
    """JSONata of the names of what an expression reads and what may therefore stand elsewhere, but must not."""
    return tuple(jsonata.text(name) for name in sorted(names) if name != RESERVED)


def _execution(owner: FlowNode) -> str:
    """JSONata of what JUEL reads of `execution`; the business key is a variable."""
    about = {"currentActivityId": owner.id, "currentActivityName": owner.name}
    return jsonata.obj(
        {"processInstanceId": jsonata.INSTANCE_ID, **{name: jsonata.text(value) for name, value in about.items()}}
    )


def inner_expression(node: Task) -> Expression | None:
    """Camunda 7's `expression` of a service task, if it only computes; a call of a bean is work for a worker."""
    if node.job is None or node.job.origin != "expression":
        return None
    expression = Expression(node.job.type, "juel", node.line)
    try:
        parsed("juel", expression.text)
    except ValueError:
        return None
    return expression


def reads(value: object) -> frozenset[str]:
    """The variables that a value, a mapping or several of them read; nothing where one cannot be parsed."""
    return frozenset(name for expression in expressions_in(value) for name in _names(expression))


def expressions_in(value: object) -> Iterator[Expression]:
    """Every expression inside a value, a mapping, an element with all that it holds, or a tuple of them."""
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from expressions_in(item)
    elif is_dataclass(value):
        for part in fields(value):
            yield from expressions_in(getattr(value, part.name))


def _names(expression: Expression) -> frozenset[str]:
    try:
        return frozenset(names_read(parsed(expression.language, expression.text)))
    except ValueError:
        return frozenset()
