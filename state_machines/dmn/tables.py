"""Decision tables as closures: cells, hit policies, aggregators (DMN 1.5, clause 8), with the verdict of each cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from state_machines.dmn import model as m
from state_machines.dmn.index import Cell, Column, bits
from state_machines.dmn.item_types import SCALARS, fit
from state_machines.feel import nodes as n
from state_machines.feel.builtins import BUILTINS
from state_machines.feel.builtins.signature import NoValue
from state_machines.feel.calls import call_builtin
from state_machines.feel.comparison import same
from state_machines.feel.compiler import Closure
from state_machines.feel.environment import Run, Scope
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.parser import parse_unary_tests
from state_machines.feel.unary_tests import INPUT, compile_unary_tests
from state_machines.feel.values import Value, type_name

if TYPE_CHECKING:
    from state_machines.dmn.expressions import Compiler

HIT_POLICIES: Final = {
    **{"U": "UNIQUE", "A": "ANY", "P": "PRIORITY", "F": "FIRST", "R": "RULE ORDER", "O": "OUTPUT ORDER"},
    "C": "COLLECT",
}
AGGREGATIONS: Final = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule: the verdict of each cell up to the first that did not pass (None: could not be said).

    A rule that matched has not always `fired`: of a table with hit policy FIRST only the first one does.
    """

    rule_id: str
    verdicts: tuple[bool | None, ...]
    matched: bool
    fired: bool = False


Explain = Callable[[], tuple[RuleTrace, ...]]


@dataclass(frozen=True, slots=True)
class TableResult:
    """A table's value, the values of its inputs, the ids of the rules that matched and the numbers of those that fired
    (from 1, in the table's order). `explain` says what became of each rule; that is found out when it is asked."""

    value: Value
    inputs: tuple[tuple[str, Value], ...] = ()
    matched: tuple[str, ...] = ()
    fired: tuple[int, ...] = ()
    explain: Explain = tuple


Outputs = Callable[[Scope], Value]


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    cells: tuple[Cell, ...]
    outputs: Outputs
    cost: int


def hit_policy(table: m.DecisionTable) -> str:
    """The hit policy by its long name; one-letter forms are understood."""
    return HIT_POLICIES.get(table.hit_policy, table.hit_policy)


def compile_table(compiler: Compiler, table: m.DecisionTable, names: frozenset[str]) -> Callable[[Scope], TableResult]:
    """The table as a function of a scope."""
    inputs = tuple((clause.label, _input(compiler, clause, names)) for clause in table.inputs)
    rows = tuple(_row(compiler, table, rule, names) for rule in table.rules)
    choose = _chooser(compiler, table, names)
    only_first = hit_policy(table) == "FIRST"
    columns = tuple(Column(map(_nth(number), rows)) for number in range(len(inputs)))
    everything = (1 << len(rows)) - 1

    def run(scope: Scope) -> TableResult:
        values = tuple((label, read(scope)) for label, read in inputs)
        left = everything
        for column, (_, value) in zip(columns, values, strict=True):
            left = column.passing(value, left, scope.inner({INPUT: value}))
            if not left:
                break
        hits = bits(left)
        scope.run.spend(sum(rows[hit].cost for hit in hits))
        fired = hits[:1] if only_first else hits
        return TableResult(
            choose([rows[hit] for hit in hits], scope),
            values,
            tuple(rows[hit].id for hit in hits),
            tuple(hit + 1 for hit in fired),
            lambda: _explained(rows, values, scope, fired),
        )

    return run


def _input(compiler: Compiler, clause: m.InputClause, names: frozenset[str]) -> Closure:
    """A column's value. Texts of a JSON request become dates where dates are tested; what does not fit the declared
    type is tested as it is, with a warning: what Camunda 7 calls a date is also a date and time."""
    read, reference = compiler.feel(clause.expression, names), clause.expression.type_ref
    shape = compiler.types.shape(reference)
    if shape.type.name not in SCALARS:
        return read

    def run(scope: Scope) -> Value:
        value = read(scope)
        fits, made = fit(value, shape, scope.run)
        if not fits:
            words = f"must be a {reference}, but is a {type_name(value)} that does not fit"
            scope.run.warn(f"The input '{clause.label}' {words}")
        return made if fits else value

    return run


def _nth(number: int) -> Callable[[_Row], Cell]:
    """A row's cell; a row that is too short asks no more."""
    return lambda row: row.cells[number] if number < len(row.cells) else _ANYTHING


_ANYTHING: Final = (lambda value, scope: True, n.UnaryTests((), False))


def _explained(
    rows: tuple[_Row, ...], values: tuple[tuple[str, Value], ...], scope: Scope, fired: list[int]
) -> tuple[RuleTrace, ...]:
    """Each rule tested cell by cell, on a budget and with warnings of its own."""
    apart = Scope(scope.values, scope.parent, Run())
    scopes = tuple(apart.inner({INPUT: value}) for _, value in values)
    return tuple(_trace(row, values, scopes, number in fired) for number, row in enumerate(rows))


def _trace(row: _Row, values: tuple[tuple[str, Value], ...], scopes: tuple[Scope, ...], fired: bool) -> RuleTrace:
    verdicts: list[bool | None] = []
    for (test, _), (_, value), scope in zip(row.cells, values, scopes, strict=False):
        verdict = test(value, scope)
        verdicts.append(verdict)
        if verdict is not True:
            return RuleTrace(row.id, tuple(verdicts), False)
    return RuleTrace(row.id, tuple(verdicts), True, fired)


def _row(compiler: Compiler, table: m.DecisionTable, rule: m.Rule, names: frozenset[str]) -> _Row:
    cells = tuple(_cell(compiler, text, names) for text in rule.tests)
    outputs = _outputs(compiler, table, rule.outputs, names)
    return _Row(rule.id, cells, outputs, sum(map(m.text_weight, rule.outputs)))


def _cell(compiler: Compiler, text: m.Text, names: frozenset[str]) -> Cell:
    try:
        tree = cell_tests(text, names, compiler.members)
        return compile_unary_tests(tree), tree
    except FeelSyntaxError as error:
        message, at = error.message, n.Position(error.line, error.column, 0, 0)
        return lambda value, scope: scope.run.warn(message, at), None


def cell_tests(text: m.Text, names: frozenset[str], members: frozenset[str]) -> n.UnaryTests:
    """A cell's tree; an empty cell is `-`. Raises FeelSyntaxError."""
    return parse_unary_tests(text.text or "-", names, members=members)


def _outputs(compiler: Compiler, table: m.DecisionTable, texts: tuple[m.Text, ...], names: frozenset[str]) -> Outputs:
    cells = [
        compiler.typed(compiler.feel(text, names), clause.type_ref, f"The output '{clause.name}'")
        for clause, text in zip(table.outputs, texts, strict=False)
    ]
    return _combined(table, cells)


def _combined(table: m.DecisionTable, cells: list[Closure]) -> Outputs:
    if len(table.outputs) == 1 and cells:
        return cells[0]
    named = [(clause.name, cell) for clause, cell in zip(table.outputs, cells, strict=False)]
    return lambda scope: {name: cell(scope) for name, cell in named}


Choose = Callable[[list[_Row], Scope], Value]


def _chooser(compiler: Compiler, table: m.DecisionTable, names: frozenset[str]) -> Choose:
    """What the hit policy makes of the rules that matched."""
    policy = hit_policy(table)
    default = _default(compiler, table, names)
    if policy == "COLLECT":
        return _collect(table, default)
    order = _priorities(compiler, table, names)
    policies: dict[str, Choose] = {
        "UNIQUE": _unique,
        "ANY": _any,
        "FIRST": lambda hits, scope: hits[0].outputs(scope),
        "PRIORITY": lambda hits, scope: order(hits, scope)[0],
        "OUTPUT ORDER": order,
        "RULE ORDER": lambda hits, scope: [hit.outputs(scope) for hit in hits],
    }
    choose = policies.get(policy)
    if choose is None:
        return lambda hits, scope: scope.run.warn(f"There is no hit policy '{policy}'")
    chosen = choose
    return lambda hits, scope: chosen(hits, scope) if hits else default(scope)


def _default(compiler: Compiler, table: m.DecisionTable, names: frozenset[str]) -> Outputs:
    if not any(output.default is not None and output.default.text for output in table.outputs):
        return lambda scope: None
    texts = tuple(output.default or m.Text("null", table.line) for output in table.outputs)
    return _outputs(compiler, table, texts, names)


def _unique(hits: list[_Row], scope: Scope) -> Value:
    if len(hits) > 1:
        ids = ", ".join(hit.id for hit in hits)
        scope.run.warn(f"The table is UNIQUE, but more than one rule matches: {ids}")
        return None
    return hits[0].outputs(scope)


def _any(hits: list[_Row], scope: Scope) -> Value:
    values = [hit.outputs(scope) for hit in hits]
    if not all(same(value, values[0]) for value in values):
        scope.run.warn("The table is ANY, but the rules that match have different outputs")
        return None
    return values[0]


def _collect(table: m.DecisionTable, default: Outputs) -> Choose:
    name, parted = AGGREGATIONS.get(table.aggregation), len(table.outputs) > 1

    def run(hits: list[_Row], scope: Scope) -> Value:
        if not hits:
            value = default(scope)
            return value if value is not None else _nothing(name)
        values: list[Value] = [hit.outputs(scope) for hit in hits]
        if name is None:
            return values
        combine = _aggregate_parts if parted and name != "count" else aggregate
        return combine(name, values, scope.run)

    return run


def _nothing(name: str | None) -> Value:
    """What COLLECT gives when no rule matches: an empty list, a count of 0, no sum, least or greatest value."""
    if name is None:
        return []
    return Decimal(0) if name == "count" else None


def aggregate(name: str, values: list[Value], run: Run) -> Value:
    """An aggregator over outputs; `count` counts distinct outputs once."""
    if name == "count":
        distinct = call_builtin(BUILTINS["distinct values"], run, [values])
        return Decimal(len(distinct)) if isinstance(distinct, list) else None
    try:
        return call_builtin(BUILTINS[name], run, [values])
    except NoValue as reason:
        run.warn(str(reason))
        return None


def _aggregate_parts(name: str, values: list[Value], run: Run) -> Value:
    """Several outputs: each column on its own."""
    contexts = [value for value in values if isinstance(value, dict)]
    keys = contexts[0].keys()
    return {key: aggregate(name, [context.get(key) for context in contexts], run) for key in keys}


def _priorities(
    compiler: Compiler, table: m.DecisionTable, names: frozenset[str]
) -> Callable[[list[_Row], Scope], Any]:
    """Outputs in the order of their columns' allowed values, first column first."""
    ranks = [_ranking(compiler, clause, names) for clause in table.outputs]

    def order(hits: list[_Row], scope: Scope) -> list[Value]:
        allowed = [rank(scope) for rank in ranks]

        def key(value: Value) -> tuple[int, ...]:
            parts = list(value.values()) if isinstance(value, dict) and len(ranks) > 1 else [value]
            return tuple(_rank(part, each) for part, each in zip(parts, allowed, strict=False))

        return sorted((hit.outputs(scope) for hit in hits), key=key)

    return order


def _ranking(compiler: Compiler, clause: m.OutputClause, names: frozenset[str]) -> Callable[[Scope], list[Value]]:
    if clause.allowed is None or not clause.allowed.text:
        return lambda scope: []
    try:
        tests = cell_tests(clause.allowed, names, compiler.members).tests
    except FeelSyntaxError:
        return lambda scope: []
    from state_machines.feel.compiler import compile_node

    values = [compile_node(test) for test in tests]
    return lambda scope: [value(scope) for value in values]


def _rank(value: Value, allowed: list[Value]) -> int:
    return next((i for i, each in enumerate(allowed) if same(each, value)), len(allowed))
