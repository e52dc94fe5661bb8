"""Text to tree: a Pratt parser over the scope-aware lexer, after the grammar of DMN 1.5, clause 10.3.1.2.

Raises FeelSyntaxError, and nothing else, for whatever it is given. Meaning is not checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final, TypeVar, cast

from state_machines.feel import nodes as n
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.lexer import NameIndex, Token, is_identifier, normalize
from state_machines.feel.regexes import regex
from state_machines.feel.tokens import Tokens
from state_machines.feel.type_parser import parse_type
from state_machines.feel.types import Type

T = TypeVar("T")
_MAX_DEPTH: Final = 100
_MAX_SPINE: Final = 300
_MAX_SPINE_COST: Final = 5000
_SPINE_COST: Final = {**dict.fromkeys(("+", "-", "*", "/", "**"), 1), "in": 100}
"""Arithmetic is gone through in loops however long it is; other operators in a row nest."""
_MAX_EXPONENT: Final = 6000
_MAX_RETRIES: Final = 10
_COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_BINDING: Final = {
    **dict.fromkeys(_COMPARISONS | {"between", "in"}, 3),
    **{"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "**": 7, "instance": 8},
}
_COMPARISON_POWER: Final = 3
_UNARY_POWER: Final = 7
_NAMED_ARGUMENT: Final = r"\s*([^\W\d][\w ]*?)\s*:"
_ITERATOR_NAME: Final = r"\s*(\S+(?:\s+\S+)*?)\s+in\b"


def parse(text: str, names: frozenset[str] = frozenset(), *, members: Iterable[str] = ()) -> n.Node:
    """Parse an expression. `names` are the variables in scope, needed where they are more than one word.

    `members` are names of context entries that can follow a dot or be read in a filter; those that occur as keys in
    the text are known by themselves. Raises FeelSyntaxError.
    """
    return _guarded(lambda: _Parser(text, names, members).whole_expression())


def parse_unary_tests(text: str, names: frozenset[str] = frozenset(), *, members: Iterable[str] = ()) -> n.UnaryTests:
    """Parse a decision table's input entry: `-`, tests separated by commas, or `not(...)`. Raises FeelSyntaxError."""
    return cast(n.UnaryTests, _guarded(lambda: _Parser(text, names, members).whole_unary_tests()))


def _guarded(read: Callable[[], n.Node]) -> n.Node:
    try:
        return read()
    except RecursionError as error:  # the depth limit stops nearly everything; a caller's own stack may be deep
        raise FeelSyntaxError("The expression is nested too deeply") from error


class _Parser(Tokens):
    """The grammar, read from one text."""

    def __init__(self, text: str, names: frozenset[str], members: Iterable[str]) -> None:
        super().__init__(text, names, members)
        self._depth = 0
        self._filters_allowed = True
        self._retries = _MAX_RETRIES

    # -- whole texts -------------------------------------------------------------------------------------------------

    def whole_expression(self) -> n.Node:
        node = self._expression(0)
        self._expect_end()
        return node

    def _expect_end(self) -> None:
        if self._token.kind != "end":
            raise self._unexpected("Expected an operator or the end")

    def whole_unary_tests(self) -> n.UnaryTests:
        if self._is("-") and self._lexer.token(self._token.end, self._scope).kind == "end":
            return n.UnaryTests((), False, at=self._at(self._token.start))
        tests, negated = self._negated_tests(), True
        if tests is None:
            tests, negated = self._tests(), False
        self._expect_end()
        return n.UnaryTests(tests, negated, at=self._at(0))

    def _negated_tests(self) -> tuple[n.Node, ...] | None:
        start = self._token.start
        if not (self._token.kind == "name" and self._token.text == "not"):
            return None
        self._advance()
        if self._accept("("):
            tests = self._tests()
            if self._accept(")") and self._token.kind == "end":
                return tests
        self._reread(start)
        return None

    def _tests(self) -> tuple[n.Node, ...]:
        tests = [self._expression(0)]
        while self._accept(","):
            tests.append(self._expression(0))
        return tuple(tests)

    # -- expressions -------------------------------------------------------------------------------------------------

    def _expression(self, power: int) -> n.Node:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._lexer.error(f"The expression is nested deeper than {_MAX_DEPTH} levels", self._token.start)
        left, spine = self._postfix(self._prefix()), 0
        while self._token.kind in ("op", "keyword"):
            operator = self._token.text
            binding = _BINDING.get(operator, 0)
            if binding <= power:
                break
            spine += _SPINE_COST.get(operator, _SPINE_COST["in"])
            if spine > _MAX_SPINE_COST:
                raise self._lexer.error("Too many operators in a row", self._token.start)
            left = self._infix(left, operator, binding)
        self._depth -= 1
        return left

    def _infix(self, left: n.Node, operator: str, binding: int) -> n.Node:
        start = left.at.start
        self._advance()
        if operator in ("and", "or"):
            return self._chain(left, operator, binding)
        special = {"between": self._between, "in": self._in, "instance": self._instance_of}.get(operator)
        if special is not None:
            return special(left)
        right = self._expression(binding)
        if operator in _COMPARISONS:
            return n.Comparison(cast(n.ComparisonOperator, operator), left, right, at=self._at(start))
        return n.Arithmetic(cast(n.ArithmeticOperator, operator), left, right, at=self._at(start))

    def _chain(self, left: n.Node, operator: str, binding: int) -> n.Node:
        operands = [left, self._expression(binding)]
        while self._accept(operator):
            operands.append(self._expression(binding))
        kind = n.And if operator == "and" else n.Or
        return kind(tuple(operands), at=self._at(left.at.start))

    def _between(self, value: n.Node) -> n.Node:
        low = self._expression(_COMPARISON_POWER)
        self._expect("and")
        return n.Between(value, low, self._expression(_COMPARISON_POWER), at=self._at(value.at.start))

    def _in(self, value: n.Node) -> n.Node:
        start = self._token.start
        tests: tuple[n.Node, ...]
        if self._accept("("):
            tests = self._bracketed(self._tests)
            if self._accept(")"):
                return n.In(value, tests, at=self._at(value.at.start))
            self._reread(start)  # an interval: `in (1..2]`
        tests = (self._expression(_COMPARISON_POWER),)
        return n.In(value, tests, at=self._at(value.at.start))

    def _instance_of(self, value: n.Node) -> n.Node:
        if not (self._token.kind == "name" and self._token.text == "of"):
            raise self._unexpected("Expected 'of'")
        type_, end = parse_type(self._lexer, self._token.end)
        self._reread(end)
        return n.InstanceOf(value, type_, at=self._at(value.at.start))

    def _bracketed(self, read: Callable[[], T]) -> T:
        """Within brackets `[` is a filter again, also inside the upper end of an interval."""
        allowed, self._filters_allowed = self._filters_allowed, True
        result = read()
        self._filters_allowed = allowed
        return result

    # -- what an expression begins with ------------------------------------------------------------------------------

    def _prefix(self) -> n.Node:
        token = self._token
        if token.kind == "name":
            self._advance()
            return n.Name(token.text, at=self._at(token.start))
        if token.kind in ("number", "string"):
            self._advance()
            value = self._number(token) if token.kind == "number" else token.text
            return n.Literal_(value, at=self._at(token.start))
        read = _PREFIXES.get(token.text) if token.kind in ("op", "keyword") else None
        if read is None:
            raise self._unexpected("Expected an expression")
        return read(self, token.start)

    def _number(self, token: Token) -> Decimal:
        value = Decimal(token.text)
        if value.adjusted() > _MAX_EXPONENT:
            raise self._lexer.error(f"Numbers have at most {_MAX_EXPONENT} digits", token.start)
        return value

    def _constant(self, start: int) -> n.Node:
        value = {"null": None, "true": True, "false": False}[self._advance().text]
        return n.Literal_(value, at=self._at(start))

    def _temporal(self, start: int) -> n.Node:
        self._advance()
        if self._token.kind != "string":
            raise self._unexpected("Expected a string after '@'")
        return n.TemporalLiteral(self._advance().text, at=self._at(start))

    def _negation(self, start: int) -> n.Node:
        self._advance()
        return n.Negation(self._expression(_UNARY_POWER), at=self._at(start))

    def _unary_comparison(self, start: int) -> n.Node:
        operator = cast(n.ComparisonOperator, self._advance().text)
        return n.UnaryComparison(operator, self._expression(_COMPARISON_POWER), at=self._at(start))

    def _round(self, start: int) -> n.Node:
        self._advance()
        inner = self._bracketed(lambda: self._expression(0))
        if self._is(".."):
            return self._interval(start, inner, False)
        self._expect(")")
        return inner

    def _square(self, start: int) -> n.Node:
        self._advance()
        if self._accept("]"):
            return n.ListLiteral((), at=self._at(start))
        first = self._bracketed(lambda: self._expression(0))
        if self._is(".."):
            return self._interval(start, first, True)
        items = [first]
        while self._accept(","):
            items.append(self._bracketed(lambda: self._expression(0)))
        self._expect("]")
        return n.ListLiteral(tuple(items), at=self._at(start))

    def _open_interval(self, start: int) -> n.Node:
        self._advance()
        return self._interval(start, self._bracketed(lambda: self._expression(0)), False)

    def _interval(self, start: int, low: n.Node, low_included: bool) -> n.Node:
        self._expect("..")
        high = self._upper_end()
        if not (self._is("]") or self._is(")") or self._is("[")):
            raise self._unexpected("Expected the end of the interval")
        high_included = self._advance().text == "]"
        return n.Interval(low, high, low_included, high_included, at=self._at(start))

    def _upper_end(self) -> n.Node:
        """`]1..x[` ends with the bracket that begins a filter in `[1..x[1]]`: a filter is tried first, a few times."""
        start, depth, allowed, scope = self._token.start, self._depth, self._filters_allowed, self._scope
        if self._retries > 0:
            try:
                self._filters_allowed = True
                high = self._expression(0)
                if self._is("]") or self._is(")") or self._is("["):
                    self._filters_allowed = allowed
                    return high
            except FeelSyntaxError:
                pass
            self._retries -= 1
            self._depth, self._scope = depth, scope
            self._reread(start)
        self._filters_allowed = False
        high = self._expression(0)
        self._filters_allowed = allowed
        return high

    def _context(self, start: int) -> n.Node:
        outer = self._scope
        entries: list[tuple[str, n.Node]] = []
        while True:
            if self._lexer.token(self._token.end, self._scope).text == "}" and not entries:
                self._advance()
                break
            key = self._key()
            entries.append((key, self._bracketed(lambda: self._expression(0))))
            self._declare([key])
            if not self._is(","):
                break
        self._scope = outer
        self._expect("}")
        return n.ContextLiteral(tuple(entries), at=self._at(start))

    def _key(self) -> str:
        """The key after the current `{` or `,`, and the colon."""
        position = self._token.end
        token = self._lexer.token(position, NameIndex())
        if token.kind == "string":
            key, end = token.text, token.end
        else:
            key, end = self._lexer.raw_name(position, ":,{}")
        if not key and token.kind != "string":
            raise self._lexer.error("Expected the name of a context entry", token.start)
        if not is_identifier(key):
            self._members = self._members.copy()
            self._members.add(key)
        self._reread(end)
        self._expect(":")
        return key

    def _if(self, start: int) -> n.Node:
        self._advance()
        condition = self._expression(0)
        self._expect("then")
        consequence = self._expression(0)
        self._expect("else")
        return n.If(condition, consequence, self._expression(0), at=self._at(start))

    def _for(self, start: int) -> n.Node:
        outer = self._scope
        iterators = self._iterators()
        self._expect("return")
        body = self._expression(0)
        self._scope = outer
        return n.For(iterators, body, at=self._at(start))

    def _quantified(self, start: int) -> n.Node:
        outer, quantifier = self._scope, self._token.text
        iterators = self._iterators()
        self._expect("satisfies")
        condition = self._expression(0)
        self._scope = outer
        return n.Quantified("some" if quantifier == "some" else "every", iterators, condition, at=self._at(start))

    def _iterators(self) -> tuple[n.Iterator_, ...]:
        """The iterators after the current `for`, `some` or `every`; their names stay in scope."""
        iterators = []
        while True:
            start = self._token.end
            found = regex(_ITERATOR_NAME).match(self._lexer.text, start)
            if found is None:
                raise self._lexer.error("Expected 'name in list'", start)
            self._reread(found.end())
            source = self._expression(0)
            end = self._expression(0) if self._accept("..") else None
            name = normalize(found[1])
            iterators.append(n.Iterator_(name, source, end, at=self._at(start)))
            self._declare([name])
            if not self._is(","):
                self._reread(self._token.start)
                return tuple(iterators)

    def _function(self, start: int) -> n.Node:
        self._advance()
        if not self._is("("):
            raise self._unexpected("Expected '('")
        outer, parameters = self._scope, self._parameters()
        self._declare([name for name, _ in parameters])
        self._expect(")")
        self._reread(self._token.start)
        external = self._token.kind == "name" and self._token.text == "external"
        if external:
            self._advance()
        body = self._expression(0)
        self._scope = outer
        return n.FunctionDefinition(parameters, body, external, at=self._at(start))

    def _parameters(self) -> tuple[tuple[str, Type | None], ...]:
        """The parameters after the current `(`; the current token is then what follows them."""
        parameters: list[tuple[str, Type | None]] = []
        while True:
            name, end = self._lexer.raw_name(self._token.end, ":,)")
            type_ = None
            if self._lexer.text[end : end + 1] == ":":
                type_, end = parse_type(self._lexer, end + 1)
            self._reread(end)
            if name:
                parameters.append((name, type_))
            if not self._is(","):
                return tuple(parameters)

    # -- what can follow an operand ----------------------------------------------------------------------------------

    def _postfix(self, node: n.Node) -> n.Node:
        for _ in range(_MAX_SPINE):
            if self._token.kind != "op":
                return node
            if self._token.text == ".":
                node = self._path(node)
            elif self._token.text == "[" and self._filters_allowed:
                node = self._filter(node)
            elif self._token.text == "(":
                node = self._call(node)
            else:
                return node
        raise self._lexer.error(f"More than {_MAX_SPINE} steps in a row", self._token.start)

    def _path(self, source: n.Node) -> n.Node:
        position = self._token.end
        token = self._lexer.token(position, self._members)
        if token.kind not in ("name", "keyword"):
            self._reread(position)
            raise self._unexpected("Expected a name after '.'")
        self._reread(token.end)
        return n.Path(source, token.text, at=self._at(source.at.start))

    def _filter(self, source: n.Node) -> n.Node:
        outer = self._scope
        if self._members:
            self._scope = outer.copy()
            self._scope.add_all(self._members)
        self._advance()
        predicate = self._bracketed(lambda: self._expression(0))
        self._scope = outer
        self._expect("]")
        return n.Filter(source, predicate, at=self._at(source.at.start))

    def _call(self, function: n.Node) -> n.Node:
        if regex(_NAMED_ARGUMENT).match(self._lexer.text, self._token.end):
            named = self._bracketed(self._named_arguments)
            self._expect(")")
            return n.Call(function, (), named, at=self._at(function.at.start))
        self._advance()
        arguments = () if self._is(")") else self._bracketed(self._tests)
        self._expect(")")
        return n.Call(function, arguments, at=self._at(function.at.start))

    def _named_arguments(self) -> tuple[tuple[str, n.Node], ...]:
        """The arguments after the current `(`."""
        arguments = []
        while True:
            found = regex(_NAMED_ARGUMENT).match(self._lexer.text, self._token.end)
            if found is None:
                raise self._lexer.error("Expected 'name: value', as in the argument before", self._token.end)
            self._reread(found.end())
            arguments.append((normalize(found[1]), self._expression(0)))
            if not self._is(","):
                return tuple(arguments)


_PREFIXES: Final[dict[str, Callable[[_Parser, int], n.Node]]] = {
    **dict.fromkeys(("null", "true", "false"), _Parser._constant),
    **dict.fromkeys(_COMPARISONS, _Parser._unary_comparison),
    "@": _Parser._temporal,
    "-": _Parser._negation,
    "(": _Parser._round,
    "[": _Parser._square,
    "]": _Parser._open_interval,
    "{": _Parser._context,
    "if": _Parser._if,
    "for": _Parser._for,
    "some": _Parser._quantified,
    "every": _Parser._quantified,
    "function": _Parser._function,
}
