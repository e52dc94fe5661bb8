"""A pattern's tree to a program of steps, which matching.py runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from state_machines.feel.builtins.patterns.characters import Accepts, PatternError
from state_machines.feel.builtins.patterns.syntax import Tree

MAX_PROGRAM: Final = 2_000


@dataclass(slots=True)
class Step:
    """One instruction: `kind` is char, same, split, jump, save, start, end, boundary, inside or match."""

    kind: str
    accepts: Accepts | None = None
    first: int = 0
    second: int = 0


def program_of(tree: Tree) -> tuple[Step, ...]:
    """The program that matches a tree. Raises PatternError where it is too long."""
    compiler = _Compiler()
    compiler.emit(tree)
    compiler.add("match")
    return tuple(compiler.program)


class _Compiler:
    def __init__(self) -> None:
        self.program: list[Step] = []

    def add(self, kind: str, accepts: Accepts | None = None, first: int = 0, second: int = 0) -> Step:
        if len(self.program) >= MAX_PROGRAM:
            raise PatternError("the pattern is too big")
        step = Step(kind, accepts, first, second)
        self.program.append(step)
        return step

    def emit(self, tree: Tree) -> None:
        kind = tree[0]
        if kind == "char":
            self.add("char", tree[1])  # type: ignore[arg-type]
        elif kind == "same":
            self.add("same", first=tree[1])  # type: ignore[arg-type]
        elif kind == "sequence":
            for part in tree[1]:  # type: ignore[attr-defined]
                self.emit(part)
        elif kind == "either":
            self._either(tree[1])  # type: ignore[arg-type]
        elif kind == "repeat":
            self._repeat(*tree[1:])  # type: ignore[arg-type]
        elif kind == "group":
            self._group(*tree[1:])  # type: ignore[arg-type]
        else:
            self.add(str(kind))

    def _group(self, tree: Tree, number: int) -> None:
        self.add("save", first=2 * number)
        self.emit(tree)
        self.add("save", first=2 * number + 1)

    def _either(self, branches: list[Tree]) -> None:
        jumps = []
        for branch in branches[:-1]:
            split = self.add("split", first=len(self.program) + 1)
            self.emit(branch)
            jumps.append(self.add("jump"))
            split.second = len(self.program)
        self.emit(branches[-1])
        for jump in jumps:
            jump.first = len(self.program)

    def _repeat(self, tree: Tree, low: int, high: int | None, greedy: bool) -> None:
        for _ in range(low):
            self.emit(tree)
        if high is None:
            start = len(self.program)
            split = self.add("split")
            self.emit(tree)
            self.add("jump", first=start)
            self._branch(split, start + 1, greedy)
            return
        splits = []
        for _ in range(high - low):
            splits.append((self.add("split"), len(self.program)))
            self.emit(tree)
        for split, inner in splits:
            self._branch(split, inner, greedy)

    def _branch(self, split: Step, inner: int, greedy: bool) -> None:
        outer = len(self.program)
        split.first, split.second = (inner, outer) if greedy else (outer, inner)
