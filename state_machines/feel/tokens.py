"""What a parser stands on: the current token, the scope that tells where names end, errors with their place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from state_machines.feel import nodes as n
from state_machines.feel.builtins import NAMES as BUILTIN_NAMES
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.lexer import Lexer, NameIndex, Token, is_identifier, normalize

MAX_LENGTH: Final = 100_000
_MAX_NAMES: Final = 500


@cache
def _builtin_index() -> NameIndex:
    return NameIndex(BUILTIN_NAMES)


@lru_cache(maxsize=512)
def _index_of(names: frozenset[str]) -> NameIndex:
    """Shared by parsers of the same names: who adds a name copies it first."""
    return NameIndex(map(normalize, names))


@lru_cache(maxsize=512)
def _scope_of(names: frozenset[str]) -> NameIndex:
    """The builtin functions and these variables."""
    scope = _builtin_index().copy()
    scope.add_all(_index_of(names))
    return scope


class Tokens:
    """The tokens of a text, one at a time, and the names in scope, which may change between them."""

    def __init__(self, text: str, names: frozenset[str], members: Iterable[str]) -> None:
        if len(text) > MAX_LENGTH:
            raise FeelSyntaxError(f"The expression has {len(text)} characters; at most {MAX_LENGTH} are read")
        self._lexer = Lexer(text)
        self._scope = _scope_of(names)
        self._members = _index_of(members if isinstance(members, frozenset) else frozenset(members))
        self._declared = 0
        self._token = self._lexer.token(0, self._scope)

    # -- tokens ------------------------------------------------------------------------------------------------------

    def _advance(self) -> Token:
        token = self._token
        self._token = self._lexer.token(token.end, self._scope)
        return token

    def _is(self, text: str) -> bool:
        return self._token.text == text and self._token.kind in ("op", "keyword")

    def _accept(self, text: str) -> bool:
        if self._is(text):
            self._advance()
            return True
        return False

    def _expect(self, text: str) -> Token:
        if not self._is(text):
            raise self._unexpected(f"Expected '{text}'")
        return self._advance()

    def _unexpected(self, expected: str) -> FeelSyntaxError:
        token = self._token
        found = "the expression ends" if token.kind == "end" else f"found '{self._lexer.text[token.start : token.end]}'"
        return self._lexer.error(f"{expected}, but {found}", token.start)

    def _reread(self, position: int) -> None:
        """Read the current token again, because the scope changed or the parser goes back."""
        self._token = self._lexer.token(position, self._scope)

    def _at(self, start: int) -> n.Position:
        return self._lexer.position(start, self._token.start)

    # -- scopes ------------------------------------------------------------------------------------------------------

    def _declare(self, names: Iterable[str]) -> None:
        long = [name for name in names if not is_identifier(name)]
        self._declared += len(long)
        if self._declared > _MAX_NAMES:
            raise self._lexer.error(f"More than {_MAX_NAMES} names of several words are declared", self._token.start)
        if long:
            self._scope = self._scope.copy()
            for name in long:
                self._scope.add(name)
