"""Where a pattern matches. Without back references in time linear in the text: its program runs as a set of threads,
one for each step, in order of preference (Pike). With them as one thread that turns back, every step of it paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from state_machines.feel.builtins.patterns.characters import is_word
from state_machines.feel.builtins.patterns.program import Step
from state_machines.feel.builtins.patterns.syntax import Flags

Pay = Callable[[int], None]
"""Takes the steps done off a budget."""
Saved = tuple[int | None, ...]
"""Begin and end of the match and of each group."""
_TURN: Final = 4
"""What a step of a thread that can turn back costs: it is kept in memory."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    program: tuple[Step, ...]
    groups: int
    flags: Flags
    turns_back: bool

    def search(self, text: str, pay: Pay, start: int = 0) -> Saved | None:
        """The first match at or after a position: begin and end of the match and of each group."""
        if not self.turns_back:
            return self._first(text, pay, start)
        found = (self._from(text, pay, at) for at in range(start, len(text) + 1))
        return next((each for each in found if each is not None), None)

    def spans(self, text: str, pay: Pay) -> Iterator[Saved]:
        """All matches from left to right, none overlapping."""
        at = 0
        while at <= len(text):
            found = self.search(text, pay, at)
            if found is None or found[1] is None:
                return
            yield found
            at = found[1] if found[1] != found[0] else found[1] + 1

    # -- all threads at once -----------------------------------------------------------------------------------------

    def _first(self, text: str, pay: Pay, start: int) -> Saved | None:
        threads: list[tuple[int, Saved]] = []
        best: Saved | None = None
        empty: Saved = (None,) * (2 * self.groups + 2)
        for at in range(start, len(text) + 1):
            if best is None:
                threads = self._closed(threads, (0, (at, *empty[1:])), text, at)
            elif not threads:
                break
            pay(1 + (len(threads) >> 2))
            following: list[tuple[int, Saved]] = []
            for counter, saved in threads:
                step = self.program[counter]
                if step.kind == "match":
                    best = (saved[0], at, *saved[2:])
                    break
                if at < len(text) and step.accepts is not None and step.accepts(text[at]):
                    following.append((counter + 1, saved))
            threads = self._closed(following, None, text, at + 1) if best is not None else following
        return best

    def _closed(
        self, threads: list[tuple[int, Saved]], new: tuple[int, Saved] | None, text: str, at: int
    ) -> list[tuple[int, Saved]]:
        """The threads moved on through all steps that take no character, each state once, in order of preference."""
        seen: set[int] = set()
        result: list[tuple[int, Saved]] = []
        stack = [*([new] if new is not None else []), *reversed(threads)]
        while stack:
            counter, saved = stack.pop()
            if counter in seen:
                continue
            seen.add(counter)
            step = self.program[counter]
            if step.kind in ("char", "match"):
                result.append((counter, saved))
            else:
                stack.extend(reversed(list(self._moves(step, counter, saved, text, at))))
        return result

    def _moves(self, step: Step, counter: int, saved: Saved, text: str, at: int) -> Iterator[tuple[int, Saved]]:
        if step.kind == "split":
            yield step.first, saved
            yield step.second, saved
        elif step.kind == "jump":
            yield step.first, saved
        elif step.kind == "save":
            yield counter + 1, (*saved[: step.first], at, *saved[step.first + 1 :])
        elif self._holds(step.kind, text, at):
            yield counter + 1, saved

    def _holds(self, kind: str, text: str, at: int) -> bool:
        if kind == "start":
            return at == 0 or (self.flags.lines and at < len(text) and text[at - 1] == "\n")
        if kind == "end":
            return at == len(text) or (self.flags.lines and text[at] == "\n")
        boundary = (at > 0 and is_word(text[at - 1])) != (at < len(text) and is_word(text[at]))
        return boundary is (kind == "boundary")

    # -- one thread that turns back ----------------------------------------------------------------------------------

    def _from(self, text: str, pay: Pay, start: int) -> Saved | None:
        """The match that begins here. What was tried once leads nowhere a second time: loops over nothing end."""
        tried: set[tuple[int, int, Saved]] = set()
        ways: list[tuple[int, int, Saved]] = [(0, start, (start, *(None,) * (2 * self.groups + 1)))]
        while ways:
            way = ways.pop()
            if way in tried:
                continue
            pay(_TURN)
            tried.add(way)
            counter, at, saved = way
            step = self.program[counter]
            if step.kind == "match":
                return (saved[0], at, *saved[2:])
            if step.kind == "same":
                ways += self._again(step.first, counter, at, saved, text)
            elif step.kind == "char":
                ways += [(counter + 1, at + 1, saved)] if at < len(text) and _accepts(step, text[at]) else []
            else:
                ways += reversed([(to, at, kept) for to, kept in self._moves(step, counter, saved, text, at)])
        return None

    def _again(self, group: int, counter: int, at: int, saved: Saved, text: str) -> list[tuple[int, int, Saved]]:
        """What a group has matched, once more; a group that has matched nothing is empty."""
        begin, end = saved[2 * group : 2 * group + 2]
        wanted = text[begin:end] if begin is not None and end is not None else ""
        there = text[at : at + len(wanted)]
        equal = wanted == there or (self.flags.fold and _caseless(wanted) == _caseless(there))
        return [(counter + 1, at + len(wanted), saved)] if equal else []


def _accepts(step: Step, character: str) -> bool:
    return step.accepts is not None and step.accepts(character)


def _caseless(text: str) -> list[str]:
    """Its characters, those that differ in case alone made equal."""
    return [character.upper().lower() for character in text]
