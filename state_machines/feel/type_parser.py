"""Type expressions, as after `instance of` and a parameter's colon: `list<number>`, `function<date> -> string`."""

from __future__ import annotations

from typing import Final

from state_machines.feel.lexer import Lexer, NameIndex, Token
from state_machines.feel.types import SIMPLE_NAMES, Type, named

_TYPE_NAMES: Final = NameIndex(SIMPLE_NAMES)
_MAX_DEPTH: Final = 20


def parse_type(lexer: Lexer, position: int) -> tuple[Type, int]:
    """The type at the position and where it ends. A name that is no FEEL type is taken for an item definition's."""
    reader = _TypeReader(lexer, position)
    return reader.type(0), reader.position


class _TypeReader:
    def __init__(self, lexer: Lexer, position: int) -> None:
        self._lexer = lexer
        self.position = position

    def type(self, depth: int) -> Type:
        token = self._peek()
        if token.kind not in ("name", "keyword") or depth > _MAX_DEPTH:
            raise self._lexer.error("Expected the name of a type", token.start)
        self.position = token.end
        if token.text in ("list", "range") and self._accept("<"):
            item = self.type(depth + 1)
            self._expect(">")
            return Type(token.text, item=item)
        if token.text == "context" and self._accept("<"):
            return Type("context", fields=self._fields(depth))
        if token.text == "function" and self._accept("<"):
            return self._function(depth)
        return named(token.text) or Type(self._qualified(token.text))

    def _qualified(self, name: str) -> str:
        while self._peek().text == "." and self._lexer.text[self.position : self.position + 2] != "..":
            self._accept(".")
            name = f"{name}.{self._peek().text}"
            self.position = self._peek().end
        return name

    def _fields(self, depth: int) -> dict[str, Type]:
        fields: dict[str, Type] = {}
        while not self._accept(">"):
            name, self.position = self._lexer.raw_name(self.position, ":,<>")
            self._expect(":")
            fields[name] = self.type(depth + 1)
            self._accept(",")
        return fields

    def _function(self, depth: int) -> Type:
        parameters: list[Type] = []
        while not self._accept(">"):
            parameters.append(self.type(depth + 1))
            self._accept(",")
        self._expect("->")
        return Type("function", item=self.type(depth + 1), parameters=tuple(parameters))

    def _peek(self) -> Token:
        return self._lexer.token(self.position, _TYPE_NAMES)

    def _accept(self, text: str) -> bool:
        token = self._peek()
        if token.kind == "op" and token.text == text:
            self.position = token.end
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            token = self._peek()
            raise self._lexer.error(f"Expected '{text}' in the type", token.start)
