"""`dpc feel`: the value of a FEEL expression, or its translation to JSONata."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from local.commands.reporting import UnusableInputError, complain, read_object, show_json
from state_machines.feel import FeelSyntaxError, evaluate_with_warnings, from_json, parse, to_json, to_jsonata


def run(options: argparse.Namespace) -> int:
    """0 evaluated (perhaps with warnings on stderr), 1 not FEEL, not translatable or warnings in a strict evaluation, 2
    the context is not JSON."""
    try:
        context = read_object(options.context, "The context")
        node = parse(options.expression, frozenset(context))
    except UnusableInputError as error:
        return complain(error)
    except FeelSyntaxError as error:
        print(f"This is not FEEL: {error}", file=sys.stderr)
        return 1
    if options.jsonata:
        return _translate(node)
    variables = {name: from_json(value) for name, value in context.items()}
    result = evaluate_with_warnings(node, variables, clock=lambda: datetime.now(UTC))
    show_json(to_json(result.value))
    for warning in result.warnings:
        print(f"line {warning.line}, column {warning.column}: {warning.message}", file=sys.stderr)
    return 1 if options.strict and result.warnings else 0


def _translate(node: object) -> int:
    translation = to_jsonata(node)  # type: ignore[arg-type]
    if translation.verdict == "native":
        print(translation.jsonata)
        return 0
    print(f"This needs the decisions function: {translation.reason}", file=sys.stderr)
    return 1
