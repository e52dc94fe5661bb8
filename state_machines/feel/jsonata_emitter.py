"""Tree to JSONata on two rails: for each boolean e, P(e) "is true" and N(e) "is false", both plain booleans.

`value` gives text that is never undefined (null for null); `true` and `false` are the rails. Where there is no faithful
JSONata, Untranslatable is raised. What each kind of node becomes: jsonata_values.py and jsonata_tests.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from state_machines.feel import nodes as n
from state_machines.feel.jsonata_library import LIBRARY, definitions
from state_machines.feel.jsonata_text import (
    MAX_TEXT,
    Fragment,
    Untranslatable,
    check_size,
    conjunction,
    disjunction,
    field,
    is_type,
    negated,
    quote,
)
from state_machines.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration
from state_machines.feel.types import SIMPLE_NAMES, Type

_MEMBER: Final = ""
Variables = Callable[[str], str] | str
_MAX_EMISSIONS: Final = 4000
_MILLISECOND: Final = 1_000_000
JSON_KINDS: Final = {"number": "number", "string": "string", "boolean": "boolean", "list": "array", "context": "object"}
TEMPORAL: Final = SIMPLE_NAMES - {"Any", "Null", "function", "range"} - set(JSON_KINDS)
MEASURED: Final = frozenset({"milliseconds", "months", "instant"})
"""Kinds of temporal values that are computed: numbers."""
CALENDAR: Final = MEASURED | {"date"}
"""Kinds that can be compared, and computed with."""

VALUES: Final[dict[type[n.Node], Callable[[Emitter, Any], Fragment]]] = {}
RAILS: Final[dict[type[n.Node], Callable[[Emitter, Any], tuple[str, str]]]] = {}
"""Filled by jsonata_values and jsonata_tests: the value of a node; the pair (P, N) of a node that gives a boolean."""
BOOLEAN_CALLS: Final = frozenset(
    {"not", "is defined", "contains", "starts with", "ends with", "list contains", "is empty"}
    | {"even", "odd", "all", "any", "matches"}
)


def plain(fragment: Fragment) -> Fragment:
    """The fragment, unless it is temporal: among other values it could not be told from a text or a number."""
    if fragment.kind in TEMPORAL | MEASURED:
        kind = fragment.kind if fragment.kind in TEMPORAL else "temporal value"
        raise Untranslatable(f"a {kind} can only be compared or computed with in JSONata")
    return fragment


def gives_boolean(node: n.Node) -> bool:
    """Whether the node's value is a boolean or null by its form."""
    if isinstance(node, n.Call):
        return isinstance(node.function, n.Name) and node.function.name in BOOLEAN_CALLS and not node.named
    return type(node) in RAILS


class Emitter:
    """The state of one translation: where variables live, declared types, names bound, helpers called."""

    def __init__(self, variables: Variables, types: Mapping[str, Type], bound: Mapping[str, str]) -> None:
        self._variables = variables
        self._types = types
        self._scopes: list[tuple[str, Fragment]] = [
            (name, Fragment(text, simple=True, present=False)) for name, text in bound.items()
        ]
        self._used: dict[str, None] = {}
        self._fresh = 0
        self._emissions = 0

    # -- the three readings of a node --------------------------------------------------------------------------------

    def value(self, node: n.Node) -> Fragment:
        """The node's value, never undefined."""
        return self.defined(self.operand(node))

    def operand(self, node: n.Node) -> Fragment:
        """The node's value for use by text that takes undefined as null."""
        self._emissions += 1
        if self._emissions > _MAX_EMISSIONS:
            raise Untranslatable("the JSONata would be too long")
        if gives_boolean(node):
            return self._checked(Fragment(self._three_valued(*RAILS[type(node)](self, node)), "boolean"))
        emit = VALUES.get(type(node))
        if emit is None:
            raise Untranslatable(f"{_WORDS.get(type(node), type(node).__name__)} are evaluated by the function")
        return self._checked(emit(self, node))

    def plain(self, node: n.Node) -> Fragment:
        """The operand, unless it is temporal."""
        return plain(self.operand(node))

    def present(self, node: n.Node) -> Fragment:
        """The value, never undefined, unless it is temporal."""
        return plain(self.value(node))

    def written(self, node: n.Node) -> Fragment:
        """The value, never undefined, as JSON: dates and moments as texts."""
        fragment = self.value(node)
        if fragment.kind == "date":
            return fragment
        return self.call("moment", fragment.text) if fragment.kind == "instant" else plain(fragment)

    @staticmethod
    def temporal(value: object) -> Fragment:
        """A constant date, duration or moment."""
        if isinstance(value, Date) and 0 < value.year < 10_000:
            return Fragment(quote(str(value)), "date", simple=True)
        if isinstance(value, MonthsDuration):
            return Fragment(str(value.months), "months", simple=True)
        if isinstance(value, DaysDuration) and value.nanos % _MILLISECOND == 0:
            return Fragment(str(value.nanos // _MILLISECOND), "milliseconds", simple=True)
        if isinstance(value, DateTime) and value.time.zone == 0 and value.nanos % _MILLISECOND == 0:
            return Fragment(str(value.nanos // _MILLISECOND), "instant", simple=True)
        raise Untranslatable("times, zones and parts of milliseconds are evaluated by the function")

    def rails(self, node: n.Node) -> tuple[str, str]:
        """P and N of a node."""
        if gives_boolean(node):
            return RAILS[type(node)](self, node)
        if isinstance(node, n.Literal_):
            return "true" if node.value is True else "false", "true" if node.value is False else "false"
        if isinstance(node, n.If):
            return self._branches(node)
        operand = path_of(self, node) or self.operand(node)
        if operand.kind not in ("", "boolean"):
            return "false", "false"
        guards = [is_type(prefix, "object") for prefix in operand.prefixes]
        return conjunction([*guards, f"{operand.text} = true"]), conjunction([*guards, f"{operand.text} = false"])

    def _branches(self, node: n.If) -> tuple[str, str]:
        condition = self.true(node.condition)
        yes, no = self.rails(node.consequence), self.rails(node.alternative)
        true, false = (f"({condition} ? {a} : {b})" if a != b else a for a, b in zip(yes, no, strict=True))
        return true, false

    def true(self, node: n.Node) -> str:
        """P: the node is true."""
        return self.rails(node)[0]

    @staticmethod
    def _three_valued(true: str, false: str) -> str:
        if false == negated(true) or negated(false) == true:
            return true
        return f"({true} ? true : {false} ? false : null)"

    def _checked(self, fragment: Fragment) -> Fragment:
        if len(fragment.text) > MAX_TEXT:
            raise Untranslatable("the JSONata would be too long")
        return fragment

    def defined(self, fragment: Fragment) -> Fragment:
        """The fragment with undefined turned into null, and paths through lists as FEEL reads them."""
        if fragment.prefixes:
            raise AssertionError("paths are made defined by their own emitter")
        if fragment.present:
            return fragment
        return Fragment(f"($exists({fragment.text}) ? {fragment.text} : null)", fragment.kind)

    # -- pieces ------------------------------------------------------------------------------------------------------

    def call(self, helper: str, *arguments: str) -> Fragment:
        """A call of a library function."""
        self._used[helper] = None
        return Fragment(f"${helper}({', '.join(arguments)})", LIBRARY[helper].kind)

    def is_null(self, fragment: Fragment) -> str:
        """Whether the value is null or missing."""
        guards = [negated(is_type(prefix, "array")) for prefix in fragment.prefixes]
        text = fragment.text
        missing = f"{text} = null" if fragment.present else disjunction([f"$not($exists({text}))", f"{text} = null"])
        return conjunction([*guards, missing])

    def fresh(self) -> str:
        """A new JSONata variable."""
        self._fresh += 1
        return f"$v{self._fresh}"

    def bind(self, fragment: Fragment) -> tuple[str, Fragment]:
        """An assignment (empty for text that may be repeated) and the fragment to use after it."""
        if fragment.simple:
            return "", fragment
        name = self.fresh()
        return f"{name} := {fragment.text}; ", Fragment(name, fragment.kind, simple=True)

    # -- names -------------------------------------------------------------------------------------------------------

    def name(self, name: str) -> Fragment:
        """A variable as the scopes show it, from the outermost to the innermost."""
        bound = [fragment for key, fragment in self._scopes if key == name]
        fragment = bound[-1] if bound else self._variable(name)
        start = max((i for i, (key, _) in enumerate(self._scopes) if key == name), default=-1)
        for key, item in self._scopes[start + 1 :]:
            if key == _MEMBER:
                fragment = self.call("pick", item.text, quote(name), fragment.text)
        return fragment

    def _variable(self, name: str) -> Fragment:
        base = self._variables(name) if callable(self._variables) else f"{self._variables}.{field(name)}"
        return Fragment(base, kind_of(self._types.get(name)), simple=True, present=False)

    def declared(self, node: n.Node) -> Type | None:
        """The declared type of a variable or of a path through declared contexts."""
        if isinstance(node, n.Name) and not any(key in (node.name, _MEMBER) for key, _ in self._scopes):
            return self._types.get(node.name)
        if isinstance(node, n.Path):
            source = self.declared(node.source)
            return source.fields.get(node.name) if source is not None else None
        return None

    def push(self, name: str, fragment: Fragment) -> None:
        """Bind a name until pop."""
        self._scopes.append((name, fragment))

    def pop(self) -> None:
        """Undo the last push."""
        self._scopes.pop()

    @contextmanager
    def scope(self, name: str, fragment: Fragment) -> Iterator[None]:
        """A name bound to a JSONata variable."""
        self.push(name, fragment)
        try:
            yield
        finally:
            self.pop()

    @contextmanager
    def member_scope(self, item: Fragment) -> Iterator[None]:
        """Within a filter's condition: names are first looked for in the member, which is itself `item`."""
        with self.scope("item", item), self.scope(_MEMBER, item):
            yield

    def finish(self, text: str) -> str:
        """The whole expression, with the helpers that it calls. Raises Untranslatable where it is too big."""
        defined = definitions(self._used)
        return check_size(f"({'; '.join([*defined, text])})" if defined else text)


def path_of(emitter: Emitter, node: n.Node) -> Fragment | None:
    """A variable's path as plain JSONata, which holds where no inner step is an array; None for other nodes."""
    if isinstance(node, n.Name):
        fragment = emitter.name(node.name)
        return fragment if fragment.simple else None
    if not isinstance(node, n.Path):
        return None
    source = path_of(emitter, node.source)
    if source is None or source.kind in TEMPORAL:
        return None
    prefixes = source.prefixes if source.kind == "context" else (*source.prefixes, source.text)
    kind = kind_of(emitter.declared(node))
    return Fragment(f"{source.text}.{field(node.name)}", kind, simple=True, present=False, prefixes=prefixes)


def kind_of(type_: Type | None) -> str:
    """The kind of a fragment of a declared type."""
    return "" if type_ is None or type_.name == "Any" else type_.name


_WORDS: Final = {
    n.FunctionDefinition: "function definitions",
    n.Interval: "ranges as values",
    n.UnaryComparison: "ranges as values",
}
