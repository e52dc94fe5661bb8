"""Regular expressions of XPath, with a price for each step, so that no pattern can hang (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

from functools import lru_cache

from state_machines.feel.builtins.patterns.characters import PatternError
from state_machines.feel.builtins.patterns.matching import Pattern
from state_machines.feel.builtins.patterns.program import program_of
from state_machines.feel.builtins.patterns.syntax import read_flags, read_pattern

__all__ = ["Pattern", "PatternError", "compile_pattern"]


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    """Compile a pattern. Raises PatternError."""
    options = read_flags(flags)
    tree, groups = read_pattern(pattern, options)
    program = program_of(tree)
    return Pattern(program, groups, options, any(step.kind == "same" for step in program))
