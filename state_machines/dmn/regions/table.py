"""From a decision table to its boxes: one axis per input expression, one mask of rules per point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from state_machines.dmn import model as m
from state_machines.dmn.cells import Cell
from state_machines.dmn.item_types import ItemTypes, Shape
from state_machines.dmn.regions.boxes import Axis, Boxes, TooLarge
from state_machines.dmn.regions.points import Point, points
from state_machines.dmn.tables import cell_tests
from state_machines.feel import nodes as n
from state_machines.feel.analysis import paths_read
from state_machines.feel.compiler import compile_node
from state_machines.feel.environment import Run, Scope
from state_machines.feel.errors import BudgetExceeded, FeelSyntaxError
from state_machines.feel.parser import parse
from state_machines.feel.types import Type
from state_machines.feel.unary_tests import INPUT
from state_machines.feel.values import Value, type_name

MAX_TESTS: Final = 400_000
"""Cells by points that one table may need."""
_COMPOSED: Final = frozenset({"list", "context", "range", "function"})


@dataclass
class _Column:
    """The cells of one input expression, which may stand above several columns."""

    label: str
    shape: Shape
    allowed: list[Cell] = field(default_factory=list)
    cells: list[list[Cell]] = field(default_factory=list)


def boxes_of(table: m.DecisionTable, types: ItemTypes, names: frozenset[str], members: frozenset[str]) -> Boxes | None:
    """The rules of a table as boxes; None where its inputs depend on each other or its texts are no FEEL.

    Raises TooLarge.
    """
    if any(len(rule.tests) != len(table.inputs) for rule in table.rules) or not table.rules:
        return None
    try:
        columns = _columns(table, types, names, members)
    except FeelSyntaxError:
        return None
    if columns is None:
        return None
    count = len(table.rules)
    return Boxes(count, tuple(axis for column in columns if (axis := _axis(column)) is not None))


def _columns(
    table: m.DecisionTable, types: ItemTypes, names: frozenset[str], members: frozenset[str]
) -> list[_Column] | None:
    known: dict[str, Cell] = {}

    def read(text: m.Text) -> Cell:
        if text.text not in known:
            known[text.text] = Cell(cell_tests(text, names, members))
        return known[text.text]

    found: dict[str, _Column] = {}
    trees: dict[str, n.Node] = {}
    for index, clause in enumerate(table.inputs):
        key = " ".join(clause.expression.text.split())
        if key not in found:
            trees[key] = parse(clause.expression.text, names, members=members | names)
            shape = types.shape(clause.expression.type_ref)
            found[key] = _Column(clause.expression.text, shape, cells=[[] for _ in table.rules])
        if clause.allowed is not None and clause.allowed.text:
            found[key].allowed.append(read(clause.allowed))
        for cells, rule in zip(found[key].cells, table.rules, strict=True):
            cells.append(read(rule.tests[index]))
    return list(found.values()) if _independent(trees.values()) else None


def _independent(trees: Iterable[n.Node]) -> bool:
    """Whether no two expressions read the same variable: their values could then exclude each other."""
    read: set[str] = set()
    for tree in trees:
        paths = paths_read(tree)
        if any(_touch(one, other) for one in paths for other in read):
            return False
        read |= paths
    return True


def _touch(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _axis(column: _Column) -> Axis | None:
    """None where no rule asks for this input."""
    if all(cell.anything for cells in column.cells for cell in cells):
        return None
    made = _points(column)
    distinct = {id(cell): cell for cells in column.cells for cell in cells}
    slow = sum(cell.alternatives is None and not cell.anything for cell in distinct.values())
    if slow * len(made) > MAX_TESTS:
        raise TooLarge
    simple = column.shape.type.name not in _COMPOSED
    places = {(type(point.value), point.value): index for index, point in enumerate(made)}
    masks = {key: _masks(cell, made, places, simple) for key, cell in distinct.items()}
    surely, possibly = [], []
    for cells in column.cells:
        sure, possible = -1, -1
        for cell in cells:
            sure &= masks[id(cell)][0]
            possible &= masks[id(cell)][1]
        surely.append(sure & ((1 << len(made)) - 1))
        possibly.append(possible & ((1 << len(made)) - 1))
    return Axis(column.label, tuple(made), tuple(surely), tuple(possibly))


def _points(column: _Column) -> list[Point]:
    cells = [*column.allowed, *(cell for cells in column.cells for cell in cells)]
    named = [value for cell in cells for value in cell.named or ()]
    made = points(
        (value for value in named if _fits(value, column.shape.type)),
        ordered_texts=any(cell.ordered_texts for cell in cells),
    )
    run = Run()
    admits = column.shape.admits
    allowed = [
        point
        for point in made
        if point.value is None or all(cell.named is None or _holds(cell, point.value) for cell in column.allowed)
        if point.value is None or admits is None or admits(point.value, run)
    ]
    return [replace(each, outer=False) for each in allowed] if len(allowed) < len(made) else allowed


def _fits(value: Value, type_: Type) -> bool:
    return value is None or type_.name == "Any" or type_name(value) == type_.name


def _masks(cell: Cell, made: list[Point], places: Mapping[tuple[type, Value], int], simple: bool) -> tuple[int, int]:
    """The points that pass surely, and those that may."""
    whole = (1 << len(made)) - 1
    if cell.anything:
        return whole, whole
    if cell.named is None or not simple:
        return 0, whole
    passed = (
        (index for index, point in enumerate(made) if _holds(cell, point.value))
        if cell.alternatives is None
        else {places[key] for value in cell.alternatives if (key := (type(value), value)) in places}
    )
    mask = 0
    for index in passed:
        mask |= 1 << index
    return mask, mask


def _holds(cell: Cell, value: Value) -> bool:
    run = Run()
    try:
        return compile_node(cell.tests)(Scope({INPUT: value}, None, run)) is True
    except BudgetExceeded:
        return False
