"""The typed, frozen model of a DMN file (1.1 to 1.5 read into the same values). No behaviour but looking things up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from state_machines.diagnostics import Diagnostic

if TYPE_CHECKING:
    from state_machines.dmn.evaluate import DecisionResult

HitPolicy = Literal["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["", "SUM", "MIN", "MAX", "COUNT"]


class DmnError(ValueError):
    """The file is refused; `diagnostics` holds everything found, errors and warnings."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(d.message for d in diagnostics if d.severity == "error"))
        self.diagnostics = diagnostics


@dataclass(frozen=True)
class Text:
    """FEEL as written, where it stands, and the type that its value is declared to have."""

    text: str
    line: int
    element_id: str = ""
    type_ref: str = ""


@dataclass(frozen=True)
class Literal_:  # noqa: N801 - DMN's literal expression; `Literal` is typing's
    """A FEEL expression. `language` is empty for FEEL."""

    text: Text
    language: str = ""


@dataclass(frozen=True)
class InputClause:
    """A decision table's input column. `allowed` is empty or the unary tests of its values."""

    id: str
    label: str
    expression: Text
    allowed: Text | None


@dataclass(frozen=True)
class OutputClause:
    """A decision table's output column. `allowed` also gives the priorities, highest first."""

    id: str
    name: str
    label: str
    type_ref: str
    allowed: Text | None
    default: Text | None


@dataclass(frozen=True)
class Rule:
    """A row: one test per input, one expression per output. `id` is the row's number where the file gives none."""

    id: str
    line: int
    tests: tuple[Text, ...]
    outputs: tuple[Text, ...]
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecisionTable:
    """A decision table."""

    id: str
    line: int
    hit_policy: str
    aggregation: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class ContextEntry:
    """An entry of a boxed context; without a name it is the context's result."""

    name: str
    type_ref: str
    value: Boxed


@dataclass(frozen=True)
class BoxedContext:
    """A boxed context."""

    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True)
class BoxedList:
    """A boxed list."""

    items: tuple[Boxed, ...]


@dataclass(frozen=True)
class Relation:
    """A list of contexts, written as a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True)
class Invocation:
    """A call of a function with arguments by name."""

    function: Boxed
    arguments: tuple[tuple[str, Boxed], ...]


@dataclass(frozen=True)
class FunctionDefinition:
    """A function. `kind` is FEEL, Java or PMML; only FEEL is run."""

    parameters: tuple[tuple[str, str], ...]
    body: Boxed
    kind: str = "FEEL"


@dataclass(frozen=True)
class Conditional:
    """Boxed `if`."""

    condition: Boxed
    consequence: Boxed
    alternative: Boxed


@dataclass(frozen=True)
class BoxedFilter:
    """Boxed filter."""

    source: Boxed
    condition: Boxed


@dataclass(frozen=True)
class BoxedIteration:
    """Boxed `for`, `some` or `every`."""

    kind: Literal["for", "some", "every"]
    variable: str
    source: Boxed
    body: Boxed


Boxed = (
    Literal_
    | DecisionTable
    | BoxedContext
    | BoxedList
    | Relation
    | Invocation
    | FunctionDefinition
    | Conditional
    | BoxedFilter
    | BoxedIteration
    | None
)
"""A boxed expression; None where the file gives none."""


def parts(expression: object) -> Iterator[object]:
    """A boxed expression and everything within it: expressions, texts, clauses."""
    if isinstance(expression, tuple):
        for item in expression:
            yield from parts(item)
    elif is_dataclass(expression):
        yield expression
        for each in fields(expression):
            yield from parts(getattr(expression, each.name))


def weight(expression: Boxed) -> int:
    """What it costs, in steps, to evaluate an expression once: about the nodes of its texts. Tables pay for their rules
    as they go."""
    if isinstance(expression, DecisionTable):
        return 1 + sum(text_weight(clause.expression) for clause in expression.inputs)
    return 1 + sum(text_weight(part) for part in parts(expression) if isinstance(part, Text))


def text_weight(text: Text) -> int:
    """About the nodes of a FEEL text."""
    return 1 + len(text.text) // 4


@dataclass(frozen=True)
class ItemDefinition:
    """A named type. `components` make it a context; `function` makes it a function type."""

    name: str
    line: int
    type_ref: str = ""
    is_collection: bool = False
    allowed: Text | None = None
    components: tuple[ItemDefinition, ...] = ()
    function: bool = False


@dataclass(frozen=True)
class InputData:
    """What a decision needs from outside."""

    id: str
    name: str
    type_ref: str
    line: int


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a named function."""

    id: str
    name: str
    line: int
    function: FunctionDefinition | None
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecisionService:
    """A named set of decisions that can be called as a function. All members are ids."""

    id: str
    name: str
    line: int
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    input_decisions: tuple[str, ...]
    inputs: tuple[str, ...]
    type_ref: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision. `requires` holds ids of input data, decisions, knowledge models and services."""

    id: str
    name: str
    line: int
    type_ref: str
    requires: tuple[str, ...]
    expression: Boxed

    @property
    def kind(self) -> str:
        """`decisionTable`, `literalExpression`, `context` and so on; empty without logic."""
        return _KINDS.get(type(self.expression), "")

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of a decision table's outputs; the decision's own name for other logic and single outputs."""
        if isinstance(self.expression, DecisionTable) and len(self.expression.outputs) > 1:
            return tuple(output.name for output in self.expression.outputs)
        return (self.name,)


_KINDS = {
    Literal_: "literalExpression",
    DecisionTable: "decisionTable",
    BoxedContext: "context",
    BoxedList: "list",
    Relation: "relation",
    Invocation: "invocation",
    FunctionDefinition: "functionDefinition",
    Conditional: "conditional",
    BoxedFilter: "filter",
    BoxedIteration: "iterator",
}


DrgElement = InputData | Decision | Knowledge | DecisionService


@dataclass(frozen=True, eq=False)
class Definitions:
    """A whole file. Mappings are keyed by id, `types` by name. `diagnostics` is what was found."""

    id: str
    name: str
    namespace: str
    inputs: Mapping[str, InputData]
    decisions: Mapping[str, Decision]
    knowledge: Mapping[str, Knowledge]
    services: Mapping[str, DecisionService]
    types: Mapping[str, ItemDefinition]
    imports: Mapping[str, Definitions] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def elements(self) -> Mapping[str, DrgElement]:
        """Whatever a requirement can point to within the file, by id."""
        return {**self.inputs, **self.decisions, **self.knowledge, **self.services}

    def evaluate(
        self, decision_id: str, context: Mapping[str, object], *, clock: Callable[[], datetime] | None = None
    ) -> DecisionResult:
        """See evaluate.evaluate."""
        from state_machines.dmn.evaluate import evaluate

        return evaluate(self, decision_id, context, clock=clock)

    def required_inputs(self, decision_id: str) -> tuple[InputData, ...]:
        """The input data that a decision needs, its required decisions' included."""
        found: dict[str, InputData] = {}
        seen: set[str] = set()
        pending = [decision_id]
        while pending:
            each = pending.pop()
            if each in self.inputs:
                found[each] = self.inputs[each]
            elif each in self.decisions and each not in seen:
                seen.add(each)
                pending.extend(reversed(self.decisions[each].requires))
        return tuple(found.values())
