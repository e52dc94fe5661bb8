"""Rules as boxes: per input the points that each lets pass, as bits. Searches for gaps, overlaps and covered rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from state_machines.dmn.index import bits
from state_machines.dmn.regions.points import Point

MAX_STEPS: Final = 200_000
MAX_AXES: Final = 200


class TooLarge(Exception):  # noqa: N818 - a limit, not a fault
    """The table has more combinations than are gone through."""


@dataclass(frozen=True)
class Axis:
    """One input: its points, and by rule the bits of those that surely, and that possibly, pass its cell."""

    expression: str
    points: tuple[Point, ...]
    surely: tuple[int, ...]
    possibly: tuple[int, ...]

    @property
    def everything(self) -> int:
        """The bits of all points."""
        return (1 << len(self.points)) - 1

    @cached_property
    def present(self) -> int:
        """The bits of all points but the one for an input that is missing."""
        return sum(1 << index for index, point in enumerate(self.points) if not point.missing)

    def rules_by_point(self, masks: tuple[int, ...]) -> list[int]:
        """By point the bits of the rules that it passes."""
        found = [0] * len(self.points)
        for rule, mask in enumerate(masks):
            bit = 1 << rule
            for index in bits(mask):
                found[index] |= bit
        return found


@dataclass(frozen=True)
class Example:
    """An input that proves a claim: points by expression; inputs that are left out can be anything."""

    points: tuple[tuple[str, Point], ...]

    @property
    def inner(self) -> bool:
        """Whether every point is one that whoever drew the table must have thought of."""
        return all(point.inner for _, point in self.points)

    @property
    def words(self) -> str:
        """As people read it."""
        return " and ".join(f"{name} = {point.words}" for name, point in self.points) or "any input"


class Boxes:
    """The rules of one table, numbered from 0."""

    def __init__(self, count: int, axes: tuple[Axis, ...]) -> None:
        self.count = count
        self.axes = axes
        self._steps = MAX_STEPS

    def gap(self, *, inner: bool) -> Example | None:
        """An input that no rule lets pass; only among inner points where asked for. Raises TooLarge."""
        axes = [self._choices(i, rules, inner, self.axes[i].present) for i, rules in enumerate(self._possibly)]
        return self._search(axes, (1 << self.count) - 1)

    def empty(self) -> list[int]:
        """The rules that no input passes."""
        return [rule for rule in range(self.count) if any(not axis.possibly[rule] for axis in self.axes)]

    def overlaps(self) -> Iterator[tuple[int, int]]:
        """The pairs of rules that some input passes both."""
        present = [axis.present for axis in self.axes]
        for rule in range(self.count):
            others = (1 << rule) - 1
            for axis, rules, there in zip(self.axes, self._surely, present, strict=True):
                others &= self._touching(axis, rules, axis.surely[rule] & there)
            yield from ((other, rule) for other in bits(others))

    def common(self, one: int, other: int) -> Example:
        """An input that both rules of an overlap let pass."""
        shared = []
        for axis in self.axes:
            both = axis.surely[one] & axis.surely[other] & axis.present
            if both != axis.present:
                options = [axis.points[index] for index in bits(both)]
                shared.append((axis.expression, next((p for p in options if p.inner), options[0])))
        return Example(tuple(shared))

    def covered(self, rule: int, by: int) -> bool:
        """Whether every input that the rule may let pass surely passes one of the rules `by` (bits)."""
        if not by:
            return False
        axes = [self._choices(i, rules, False, self.axes[i].possibly[rule]) for i, rules in enumerate(self._surely)]
        return self._search(axes, by) is None

    @cached_property
    def _surely(self) -> list[list[int]]:
        return [axis.rules_by_point(axis.surely) for axis in self.axes]

    @cached_property
    def _possibly(self) -> list[list[int]]:
        return [axis.rules_by_point(axis.possibly) for axis in self.axes]

    @cached_property
    def _touched(self) -> dict[tuple[int, int], int]:
        return {}

    def _touching(self, axis: Axis, rules: list[int], mask: int) -> int:
        key = (id(axis), mask)
        if key not in self._touched:
            mask_of = 0
            for index in bits(mask):
                mask_of |= rules[index]
            self._touched[key] = mask_of
        return self._touched[key]

    def _choices(self, number: int, rules: list[int], inner: bool, within: int) -> list[tuple[int, Point]]:
        """The points of an axis that differ in their rules, inner ones first."""
        axis = self.axes[number]
        chosen: dict[int, Point] = {}
        for index in sorted(bits(within & axis.everything), key=lambda each: not axis.points[each].inner):
            point = axis.points[index]
            if point.inner or not inner:
                chosen.setdefault(rules[index], point)
        return list(chosen.items())

    def _search(self, axes: list[list[tuple[int, Point]]], rules: int) -> Example | None:
        """Points under which none of the rules is left. Depth first, axis by axis, each state once."""
        dead: set[tuple[int, int]] = set()
        if len(axes) > MAX_AXES:
            raise TooLarge

        def step(number: int, alive: int) -> list[tuple[str, Point]] | None:
            if not alive:
                return []
            if number == len(axes) or (number, alive) in dead:
                return None
            self._steps -= 1
            if self._steps < 0:
                raise TooLarge
            for mask, point in axes[number]:
                found = step(number + 1, alive & mask)
                if found is not None:
                    return [(self.axes[number].expression, point), *found]
            dead.add((number, alive))
            return None

        found = step(0, rules)
        return None if found is None else Example(tuple(found))
