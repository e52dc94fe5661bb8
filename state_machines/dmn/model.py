"""The typed, frozen model of a DMN file (1.1 to 1.5 read into the same values). No behaviour but looking things up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from state_machines.diagnostics import Diagnostic
from state_machines.records import Record, values

if TYPE_CHECKING:
    from state_machines.dmn.evaluate import DecisionResult

HitPolicy = Literal["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["", "SUM", "MIN", "MAX", "COUNT"]


class DmnError(ValueError):
    """The file is refused; `diagnostics` holds everything found, errors and warnings."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(d.message for d in diagnostics if d.severity == "error"))
        self.diagnostics = diagnostics


class Text(Record):
    """FEEL as written, where it stands, and the type that its value is declared to have."""

    text: str
    line: int
    element_id: str = ""
    type_ref: str = ""


class Literal_(Record):  # noqa: N801 - DMN's literal expression; `Literal` is typing's
    """A FEEL expression. `language` is empty for FEEL."""

    text: Text
    language: str = ""


class InputClause(Record):
    """A decision table's input column. `allowed` is empty or the unary tests of its values."""

    id: str
    label: str
    expression: Text
    allowed: Text | None


class OutputClause(Record):
    """A decision table's output column. `allowed` also gives the priorities, highest first."""

    id: str
    name: str
    label: str
    type_ref: str
    allowed: Text | None
    default: Text | None


class Rule(Record):
    """A row: one test per input, one expression per output. `id` is the row's number where the file gives none."""

    id: str
    line: int
    tests: tuple[Text, ...]
    outputs: tuple[Text, ...]
    annotations: tuple[str, ...] = ()


class DecisionTable(Record):
    """A decision table."""

    id: str
    line: int
    hit_policy: str
    aggregation: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]


class ContextEntry(Record):
    """An entry of a boxed context; without a name it is the context's result."""

    name: str
    type_ref: str
    value: Boxed


class BoxedContext(Record):
    """A boxed context."""

    entries: tuple[ContextEntry, ...]


class BoxedList(Record):
    """A boxed list."""

    items: tuple[Boxed, ...]


class Relation(Record):
    """A list of contexts, written as a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]


class Invocation(Record):
    """A call of a function with arguments by name."""

    function: Boxed
    arguments: tuple[tuple[str, Boxed], ...]


class FunctionDefinition(Record):
    """A function. `kind` is FEEL, Java or PMML; only FEEL is run."""

    parameters: tuple[tuple[str, str], ...]
    body: Boxed
    kind: str = "FEEL"


class Conditional(Record):
    """Boxed `if`."""

    condition: Boxed
    consequence: Boxed
    alternative: Boxed


class BoxedFilter(Record):
    """Boxed filter."""

    source: Boxed
    condition: Boxed


class BoxedIteration(Record):
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
    elif isinstance(expression, Record):
        yield expression
        yield from parts(values(expression))


def weight(expression: Boxed) -> int:
    """What it costs, in steps, to evaluate an expression once: about the nodes of its texts. Tables pay for their rules
    as they go."""
    if isinstance(expression, DecisionTable):
        return 1 + sum(text_weight(clause.expression) for clause in expression.inputs)
    return 1 + sum(text_weight(part) for part in parts(expression) if isinstance(part, Text))


def text_weight(text: Text) -> int:
    """About the nodes of a FEEL text."""
    return 1 + len(text.text) // 4


class ItemDefinition(Record):
    """A named type. `components` make it a context; `function` makes it a function type."""

    name: str
    line: int
    type_ref: str = ""
    is_collection: bool = False
    allowed: Text | None = None
    components: tuple[ItemDefinition, ...] = ()
    function: bool = False


class InputData(Record):
    """What a decision needs from outside."""

    id: str
    name: str
    type_ref: str
    line: int


class Knowledge(Record):
    """A business knowledge model: a named function."""

    id: str
    name: str
    line: int
    function: FunctionDefinition | None
    requires: tuple[str, ...] = ()


class DecisionService(Record):
    """A named set of decisions that can be called as a function. All members are ids."""

    id: str
    name: str
    line: int
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    input_decisions: tuple[str, ...]
    inputs: tuple[str, ...]
    type_ref: str = ""


class Decision(Record):
    """A decision. `requires` holds ids of input data, decisions, knowledge models and services."""

    id: str
    name: str
    line: int
    type_ref: str
    requires: tuple[str, ...]
    expression: Boxed
    version_tag: str = ""

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


_KINDS: dict[type, str] = {
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
