"""How commands speak: diagnostics as lines, files that cannot be read, JSON on the way in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from state_machines.diagnostics import Diagnostic

INPUT_WRONG = 2
"""The exit status where a command was not given what it needs."""


class UnusableInputError(Exception):
    """A file or argument cannot be used; the text says why."""


def read(path: Path) -> bytes:
    """A file's bytes. Raises `UnusableInputError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableInputError(f"{path}: {error.strerror or error}") from error


def read_object(text: str | bytes, what: str) -> dict[str, Any]:
    """A JSON object. Raises `UnusableInputError`."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UnusableInputError(f"{what} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise UnusableInputError(f"{what} is not a JSON object.")
    return value


def show_json(value: Any) -> None:
    """JSON for reading."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_diagnostics(file: Path, diagnostics: Iterable[Diagnostic], stream: TextIO | None = None) -> None:
    """One line each, as compilers write them; on stdout where no stream is named."""
    for said in diagnostics:
        element = f" [{said.element_id}]" if said.element_id else ""
        print(f"{file}:{said.line}: {said.severity} {said.code}{element} {said.message}", file=stream)


def complain(error: Exception) -> int:
    """Say what is wrong; the exit status for it."""
    print(error, file=sys.stderr)
    return INPUT_WRONG
