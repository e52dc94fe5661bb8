"""A bundle's forms as scenarios meet them: a task is completed with what its form lets through, as on the platform."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from catalogue.forms import Form, read_form, validate_values


class BundleForms:
    """A `FormPort` over form files by key. Forms that are not there, or broken, check nothing."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._read: dict[str, Form | None] = {}

    def accept(
        self, form: str, values: Mapping[str, Any], variables: Mapping[str, Any], now: Callable[[], datetime]
    ) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """The clean values, and each wrong field with words."""
        read = self._form(form)
        if read is None:
            return values, ()
        clean, errors = validate_values(read, values, variables, clock=now)
        return clean, tuple(f"{error.field}: {error.message}" for error in errors)

    def _form(self, key: str) -> Form | None:
        if key not in self._read:
            self._read[key] = read_form(self._sources[key])[0] if key in self._sources else None
        return self._read[key]
