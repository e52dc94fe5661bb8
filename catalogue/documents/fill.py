"""Filling a template in: sandboxed Jinja over plain data, with limits that hold whatever the data is.

The publish-time check (`check_template`) keeps calls, macros and arithmetic bombs out; the sandbox here reaches items
of data only, never attributes of objects.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from catalogue.documents.filters import FILTERS, STANDARD, TESTS, FilterError

MAX_CHARACTERS: Final = 1_000_000
MAX_ITEMS: Final = 1_000
MAX_TEXT: Final = 50_000
MAX_DEPTH: Final = 20
_LOOP: Final = frozenset({"index", "index0", "first", "last", "length", "revindex"})


class DocumentDataError(ValueError):
    """The data does not fit the template, or either is too large."""


class _DataEnvironment(ImmutableSandboxedEnvironment):
    """Names reach items of mappings, positions items of lists, and of the loop its counters: nothing else."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=str(argument))


def fill_template(source: str, data: Mapping[str, Any], *, language: str, today: date, document_id: str) -> str:
    """The document's HTML. Raises `DocumentDataError` naming what is missing or wrong, with the template's line."""
    _bound(data, 0)
    variables = {**data, "language": language, "today": today, "documentId": document_id}
    parts: list[str] = []
    length = 0
    try:
        for part in _environment(language).from_string(source).generate(variables):
            length += len(part)
            if length > MAX_CHARACTERS:
                raise DocumentDataError(f"The document would have more than {MAX_CHARACTERS} characters.")
            parts.append(part)
    except (TemplateError, FilterError, TypeError, ArithmeticError) as error:
        raise DocumentDataError(f"The template cannot be filled in{_line(error)}: {error}.") from error
    return "".join(parts)


@lru_cache(maxsize=8)
def _environment(language: str) -> _DataEnvironment:
    environment = _DataEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    ours = {name: partial(filter_, language) for name, filter_ in FILTERS.items()}
    environment.filters = {name: environment.filters[name] for name in STANDARD} | ours
    environment.tests = {name: environment.tests[name] for name in TESTS}
    return environment


def _bound(value: Any, depth: int) -> None:
    """Plain JSON data within limits: two nested loops over it stay within a second."""
    if depth > MAX_DEPTH:
        raise DocumentDataError(f"The data is nested more than {MAX_DEPTH} deep.")
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise DocumentDataError(f"A text has more than {MAX_TEXT} characters.")
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if len(inner) > MAX_ITEMS:
        raise DocumentDataError(f"A list or object has more than {MAX_ITEMS} items.")
    if not isinstance(value, Mapping | list | str | int | float | None):
        raise DocumentDataError(f"The data holds a {type(value).__name__}.")
    for one in inner:
        _bound(one, depth + 1)


def _line(error: BaseException) -> str:
    """The template's line, out of the frames that Jinja rewrites to the template's own."""
    trace, line = error.__traceback__, getattr(error, "lineno", 0)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" (line {line})" if line else ""
