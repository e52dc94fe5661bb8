"""JUEL of Camunda 7 (`${...}`, `#{...}`) to the FEEL tree: the subset whose meaning FEEL can say.

What is outside (bean and method calls, lambdas) raises FeelSyntaxError with words that propose the FEEL. JUEL's silent
coercions are not copied: the tree has FEEL's three-valued meaning.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, cast

from state_machines.feel import nodes as n
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.juel_methods import element, empty, method, proposal
from state_machines.feel.lexer import Lexer, unescape
from state_machines.feel.tokens import MAX_LENGTH

_TOKEN: Final = re.compile(
    r"""(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<word>[^\W\d]\w*)
    |(?P<op>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_OPENING: Final = re.compile(r"[$#]\{")
_WORD_OPERATORS: Final = {
    **{"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="},
    **{"and": "&&", "or": "||", "not": "!", "div": "/", "mod": "%"},
}
_BINDING: Final = {
    **{"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4},
    **{"+": 5, "-": 5, "*": 6, "/": 6, "%": 6},
}
_MAX_DEPTH: Final = 60
_KNOWN: Final = (
    *("businessKey", "processBusinessKey", "processInstanceId"),
    *("currentActivityId", "currentActivityName"),
)
"""The properties of `execution`, which are read by name or by a call."""
_GETTERS: Final = {f"get{name[0].upper()}{name[1:]}": name for name in _KNOWN}
_JOB_GETTERS: Final = {
    f"get{name[0].upper()}{name[1:]}": name
    for name in ("errorMessage", "errorDetails", "retries", "topicName", "workerId", "activityId", "businessKey")
}
"""The properties of `externalTask`, which the error mappings of a worker's job read."""
_BEANS: Final = {"execution": _GETTERS, "externalTask": _JOB_GETTERS}
_VARIABLE_CALLS: Final = frozenset({"getVariable", "getVariableLocal"})


def parse_juel(text: str) -> n.Node:
    """The FEEL tree of a JUEL text. Literal parts around `${}` make a string concatenation.

    A text without `${` or `#{` is read as the inside of one. Raises FeelSyntaxError.
    """
    if len(text) > MAX_LENGTH:
        raise FeelSyntaxError(f"The expression has {len(text)} characters; at most {MAX_LENGTH} are read")
    if "${" not in text and "#{" not in text:
        return _Parser(text, 0, "").whole()
    parts = _parts(text)
    if len(parts) == 1:
        return parts[0]
    at = parts[0].at
    return n.Call(n.Name("string join", at=at), (n.ListLiteral(tuple(map(_text, parts)), at=at),), at=at)


def assignment(text: str) -> tuple[str, str] | None:
    """The variable that `execution.setVariable("name", value)` sets, and the text of the value. None: no such call."""
    try:
        return _Parser(text, 0, "").assignment()
    except FeelSyntaxError:
        return None


def _text(part: n.Node) -> n.Node:
    """JUEL turns what stands between literal text into text, and null into nothing, as `string join` does."""
    if isinstance(part, n.Literal_) and isinstance(part.value, str):
        return part
    return n.Call(n.Name("string", at=part.at), (part,), at=part.at)


def _parts(text: str) -> list[n.Node]:
    parts: list[n.Node] = []
    position = 0
    while position < len(text):
        found = _OPENING.search(text, position)
        start = found.start() if found else len(text)
        if start > position:
            at = Lexer(text).position(position, start)
            parts.append(n.Literal_(text[position:start], at=at))
        if start == len(text):
            break
        parser = _Parser(text, start + 2, "}")
        parts.append(parser.whole())
        position = parser.end
    return parts


class _Parser:
    """One expression from an offset up to `closing` (the end of the text where that is empty)."""

    def __init__(self, text: str, position: int, closing: str) -> None:
        self._text = text
        self._lexer = Lexer(text)
        self._closing = closing
        self._depth = 0
        self.end = position
        self._kind, self._value, self._start = "", "", position
        self._advance()

    def _advance(self) -> str:
        value = self._value
        position = self.end
        while self._text[position : position + 1].isspace():
            position += 1
        self._start = position
        if self._text[position : position + 1] in ("", "}"):
            self._kind, self._value, self.end = "end", self._text[position : position + 1], position
            return value
        found = _TOKEN.match(self._text, position)
        if found is None:
            raise self._error(f"'{self._text[position]}' cannot stand here")
        self._kind, self._value, self.end = str(found.lastgroup), found[0], found.end()
        if self._kind == "word" and self._value in _WORD_OPERATORS:
            self._kind, self._value = "op", _WORD_OPERATORS[self._value]
        return value

    def _error(self, message: str) -> FeelSyntaxError:
        return self._lexer.error(message, self._start)

    def _at(self, start: int) -> n.Position:
        return self._lexer.position(start, self._start)

    def _accept(self, operator: str) -> bool:
        if self._kind == "op" and self._value == operator:
            self._advance()
            return True
        return False

    def _expect(self, operator: str) -> None:
        if not self._accept(operator):
            found = f"found '{self._value}'" if self._value else "the expression ends"
            raise self._error(f"Expected '{operator}', but {found}")

    def whole(self) -> n.Node:
        node = self._ternary()
        if self._kind != "end" or self._value != self._closing:
            raise self._error(f"Expected an operator or the end, but found '{self._value}'")
        self.end = self._start + len(self._closing)
        return node

    def assignment(self) -> tuple[str, str] | None:
        """As the function of this name; FeelSyntaxError where what is in the brackets cannot be read."""
        for word in ("execution", ".", "setVariable", "("):
            if self._value != word:
                return None
            self._advance()
        name = self._advance() if self._kind == "string" else ""
        self._expect(",")
        start = self._start
        self._ternary()
        end = self._start
        self._expect(")")
        return (unescape(name[1:-1]), self._text[start:end].strip()) if name and self._kind == "end" else None

    def _ternary(self) -> n.Node:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error(f"The expression is nested deeper than {_MAX_DEPTH} levels")
        condition = self._binary(0)
        if self._accept("?"):
            consequence = self._ternary()
            self._expect(":")
            condition = n.If(condition, consequence, self._ternary(), at=self._at(condition.at.start))
        self._depth -= 1
        return condition

    def _binary(self, power: int) -> n.Node:
        left = self._unary()
        while self._kind == "op" and _BINDING.get(self._value, 0) > power:
            operator = self._advance()
            left = self._joined(operator, left, self._binary(_BINDING[operator]))
        return left

    def _joined(self, operator: str, left: n.Node, right: n.Node) -> n.Node:
        at = self._at(left.at.start)
        if operator in ("&&", "||"):
            kind = n.And if operator == "&&" else n.Or
            before = left.operands if isinstance(left, kind) else (left,)
            return kind((*before, right), at=at)
        if operator == "%":
            return n.Call(n.Name("modulo", at=at), (left, right), at=at)
        if operator in ("+", "-", "*", "/"):
            return n.Arithmetic(cast(n.ArithmeticOperator, operator), left, right, at=at)
        symbol = "=" if operator == "==" else operator
        return n.Comparison(cast(n.ComparisonOperator, symbol), left, right, at=at)

    def _unary(self) -> n.Node:
        start = self._start
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error(f"The expression is nested deeper than {_MAX_DEPTH} levels")
        node = self._negated(start) or self._postfix(self._primary())
        self._depth -= 1
        return node

    def _negated(self, start: int) -> n.Node | None:
        if self._accept("!"):
            operand = self._unary()  # of null, the negation is true
            at = self._at(start)
            return n.If(operand, n.Literal_(False, at=at), n.Literal_(True, at=at), at=at)
        if self._accept("-"):
            return n.Negation(self._unary(), at=self._at(start))
        if self._kind == "word" and self._value == "empty":
            self._advance()
            operand = self._unary()
            return empty(operand, self._at(start))
        return None

    def _primary(self) -> n.Node:
        start, kind = self._start, self._kind
        if self._accept("("):
            node = self._ternary()
            self._expect(")")
            return node
        if kind in ("end", "op"):
            raise self._error("Expected an expression" + (f", but found '{self._value}'" if self._value else ""))
        word = self._advance()
        if kind == "number":
            return n.Literal_(Decimal(word), at=self._at(start))
        if kind == "string":
            return n.Literal_(unescape(word[1:-1]), at=self._at(start))
        constants: dict[str, bool | None] = {"null": None, "true": True, "false": False}
        return (
            n.Literal_(constants[word], at=self._at(start)) if word in constants else n.Name(word, at=self._at(start))
        )

    def _postfix(self, node: n.Node) -> n.Node:
        for _ in range(_MAX_DEPTH):
            if self._accept("."):
                node = self._member(node)
            elif self._accept("["):
                node = self._index(node)
            elif self._kind == "op" and self._value == "(":
                node = self._function(node)
            else:
                return node
        raise self._error(f"More than {_MAX_DEPTH} steps in a row")

    def _function(self, function: n.Node) -> n.Node:
        """`now()` and `dateTime()`, which Camunda 7 provides; other functions are beans."""
        name = function.name if isinstance(function, n.Name) else ""
        refused = self._error(proposal(name))
        if name not in ("now", "dateTime") or self._arguments():
            raise refused
        return n.Call(n.Name("now", at=function.at), (), at=function.at)

    def _member(self, source: n.Node) -> n.Node:
        if self._kind != "word":
            raise self._error("Expected a name after '.'")
        name = self._advance()
        getters = _BEANS.get(source.name, {}) if isinstance(source, n.Name) else {}
        if name in getters:
            self._expect("(")
            self._expect(")")
            return n.Path(source, getters[name], at=self._at(source.at.start))
        if self._kind == "op" and self._value == "(":
            if source == n.Name("execution"):
                return self._of_execution(source, name)
            return self._method(source, name)
        if source == n.Name("execution") and name not in _KNOWN:
            raise self._error(f"'execution.{name}' is not known to a state machine; known are {', '.join(_KNOWN)}")
        return n.Path(source, name, at=self._at(source.at.start))

    def _of_execution(self, source: n.Node, called: str) -> n.Node:
        """`execution.getVariable("name")` and the like."""
        if called not in (*_VARIABLE_CALLS, "hasVariable"):
            raise self._error(proposal(called))
        self._expect("(")
        if self._kind != "string":
            raise self._error(f"{called} needs the variable's name as a string")
        name = unescape(self._advance()[1:-1])
        self._expect(")")
        at = self._at(source.at.start)
        variable = n.Name(name, at=at)
        return n.Call(n.Name("is defined", at=at), (variable,), at=at) if called == "hasVariable" else variable

    def _arguments(self) -> tuple[n.Node, ...]:
        self._expect("(")
        if self._accept(")"):
            return ()
        found = [self._ternary()]
        while self._accept(","):
            found.append(self._ternary())
        self._expect(")")
        return tuple(found)

    def _method(self, source: n.Node, name: str) -> n.Node:
        """A method of a text or list as the FEEL that says the same."""
        at, refused = self._at(source.at.start), self._error(proposal(name))
        arguments = self._arguments()
        found = method(source, name, arguments, at)
        if found is None:
            raise refused
        return found

    def _index(self, source: n.Node) -> n.Node:
        index = self._ternary()
        self._expect("]")
        return element(source, index, self._at(source.at.start))
