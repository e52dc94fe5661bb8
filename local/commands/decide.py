"""`dpc decide`: evaluates a decision of a DMN file and says which rules fired."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from local.commands.reporting import UnusableInputError, complain, read, read_object, show_diagnostics, show_json
from state_machines.dmn import DmnError, evaluate, read_dmn
from state_machines.dmn.explain import explain
from state_machines.feel import to_json


def run(options: argparse.Namespace) -> int:
    """0 evaluated; 1 the file is refused, has no such decision, or a strict evaluation has warnings; 2 an input cannot
    be used."""
    try:
        source, values = read(options.file), read_object(read(options.input), str(options.input))
    except UnusableInputError as error:
        return complain(error)
    try:
        definitions = read_dmn(source)
        result = evaluate(definitions, options.decision, values, clock=lambda: datetime.now(UTC))
    except DmnError as error:
        show_diagnostics(options.file, error.diagnostics)
        return 1
    except KeyError:
        known = ", ".join(definitions.decisions)
        print(f"There is no decision {options.decision!r} in {options.file}; there are: {known}", file=sys.stderr)
        return 1
    show_diagnostics(options.file, definitions.diagnostics, sys.stderr)
    if options.explain:
        print("\n".join(explain(definitions, result)))
        return 1 if options.strict and result.warnings else 0
    show_json({"result": to_json(result.value), "matchedRules": list(result.matched_rules)})
    if result.trace and result.trace[-1].inputs and not result.trace[-1].matched_rules:
        print("No rule matches; --explain says why.", file=sys.stderr)
    for warning in result.warnings:
        print(f"line {warning.line}, column {warning.column}: {warning.message}", file=sys.stderr)
    return 1 if options.strict and result.warnings else 0
