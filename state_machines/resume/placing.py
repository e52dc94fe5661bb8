"""Where tokens shall stand: as they stood, in the same version or another, less some and with others.

A token keeps its place among the forks around it where the machine has them; forks that it had not entered are entered
for it, with their watchers. A branch of a parallel gateway whose token is taken away counts as done.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from state_machines.history import RESERVED
from state_machines.resume.chart import Chart, nothing, watches
from state_machines.resume.renaming import Names
from state_machines.resume.token import Branch, Token
from state_machines.resume.waiting import record_of


@dataclass(frozen=True)
class Change:
    """What shall be otherwise. `mapping`: elements that are called otherwise in the new version."""

    cancel: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Why tokens cannot be moved so, at an element of the version that they come from, or that is asked for."""

    element: str
    message: str


@dataclass(frozen=True)
class Placed:
    """The tokens, or the problems; `left`: the tokens that are no more, whose records nobody takes over.

    `records`: as `entering` takes it.
    """

    tokens: tuple[Token, ...]
    left: tuple[Token, ...]
    problems: tuple[Problem, ...]
    records: Mapping[str, str]


def elements_left(placed: Placed, old: Chart, new: Chart, change: Change) -> list[str]:
    """The elements of the tokens that are no more, and the sub-processes around them that no token is in."""
    states = (token.state for root in placed.tokens for token in root.walk() if token.state)
    standing = {element for state in states for element in new.around(new.element(state))}
    gone = [old.element(token.state) for token in placed.left if not watches(old.states[token.state])]
    scopes = (scope for element in gone for scope in list(old.around(element))[1:])
    return [*gone, *(scope for scope in scopes if change.mapping.get(scope, scope) not in standing)]


Around = tuple[tuple[Token | None, str, int], ...]
"""The forks around a token: what was entered of each (None: nothing), its name, and the branch."""


@dataclass(frozen=True)
class _Leaf:
    token: Token
    around: Around
    was: Token | None = None
    """What it was in the old version."""


def place(tokens: tuple[Token, ...], old: Chart, new: Chart, change: Change) -> Placed:
    """Where the tokens shall stand. `new` has entries, where some are started."""
    return _Placing(tokens, old, new, change).placed()


class _Placing:
    def __init__(self, tokens: tuple[Token, ...], old: Chart, new: Chart, change: Change) -> None:
        self.old, self.new, self.change = old, new, change
        self.names = Names(old, new, change.mapping)
        self.problems: list[Problem] = []
        self.every = list(_leaves(tokens, ()))
        self.standing: set[int] = set()
        """The tokens that go on, by what they were."""
        self.records: dict[str, str] = {}

    def placed(self) -> Placed:
        kept = self._without_cancelled()
        leaves = [moved for leaf in kept if (moved := self._mapped(leaf)) is not None]
        for element in sorted({each for each in self.change.start if self.change.start.count(each) > 1}):
            self._say(element, f"'{element}' is named twice: tokens that begin at one moment need places of their own.")
        leaves += [start for element in self.change.start if (start := self._started(element)) is not None]
        tokens = self._built(leaves, 0) if not self.problems else ()
        if not tokens and not self.problems:
            self._say("", "Nothing would be left of the instance: cancel it instead.")
        every = (leaf.token for leaf in self.every if leaf.token.state and leaf.token.since)
        gone = [token for token in every if id(token) not in self.standing]
        return Placed(tokens, tuple(gone), tuple(self.problems), self.records)

    def _say(self, element: str, message: str) -> None:
        problem = Problem(element, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def _lives(self, chart: Chart, leaf: _Leaf) -> bool:
        """Whether a token is one of the process, and no watcher's, and has not ended."""
        return bool(leaf.token.state) and not any(
            not chart.is_map(fork) and chart.watches(fork, place) for _, fork, place in leaf.around
        )

    # What is taken away

    def _without_cancelled(self) -> list[_Leaf]:
        wanted, found = set(self.change.cancel), set[str]()
        kept = []
        for leaf in self.every:
            hit = wanted & set(self._elements(leaf))
            found |= hit if leaf.token.state else set()
            if not hit:
                kept.append(leaf)
        for element in sorted(wanted - found):
            self._say(element, f"No token is at '{element}': it cannot be cancelled there.")
        return kept

    def _elements(self, leaf: _Leaf) -> Iterator[str]:
        """The elements that a token is at, or in."""
        for state in (leaf.token.state, *(name for _, name, _ in leaf.around)):
            yield from self.old.around(self.old.element(state)) if state else ()

    # What goes on

    def _mapped(self, leaf: _Leaf) -> _Leaf | None:
        """The token in the new version; what ended, or only watched, in what is no more there goes."""
        if self.old is self.new:
            self._keep_record(leaf.token)
            return leaf
        around = [(fork, self.names.state(name), place) for fork, name, place in leaf.around]
        if not leaf.token.state:
            return self._ended(leaf, around)
        token = self.names.token(leaf.token)
        if not self._is_there(leaf.token, token):
            if self._lives(self.old, leaf):
                element = self.old.element(leaf.token.state)
                words = f"has no element '{self.names.element(element)}' that waits like this one."
                self._say(element, f"The new version {words}")
            return None
        known = {name: (fork, place) for fork, name, place in around if name in self.new.states}
        chain = self.new.chains[token.state]
        if self._starts_items(chain, known, token.state):
            return None
        self._keep_record(replace(token, record=leaf.token.record or record_of(self.old.states[leaf.token.state])))
        return _Leaf(token, tuple(self._around(name, place, known) for name, place in chain), leaf.was)

    def _keep_record(self, token: Token) -> None:
        """Keeps a wait record in its place, however the element that waits has been called."""
        now = record_of(self.new.states[token.state]) if token.since and token.state else ""
        if now and token.record not in ("", now):
            self.records[now] = token.record

    def _is_there(self, before: Token, now: Token) -> bool:
        """Whether the new version has a state as that in which a token stands."""
        if now.state not in self.new.chains:
            return False
        kinds = [
            (chart.states[state]["Type"], chart.source_map["elements"].get(chart.element(state), {}).get("type"))
            for chart, state in ((self.old, before.state), (self.new, now.state))
        ]
        return not before.since or kinds[0] == kinds[1]

    def _around(
        self, name: str, place: int, known: Mapping[str, tuple[Token | None, int]]
    ) -> tuple[Token | None, str, int]:
        """A fork around a token; which item it is in stays as it was."""
        fork, item = known.get(name, (None, place))
        return fork, name, item if self.new.is_map(name) else place

    def _ended(self, leaf: _Leaf, around: list[tuple[Token | None, str, int]]) -> _Leaf | None:
        """What has ended in a branch: of the branch that stands there now, with all that stands around it now."""
        if not around:
            return leaf
        (fork, name, place), (_, before, _) = around[-1], leaf.around[-1]
        if name not in self.new.states:
            return None
        if not self.old.is_map(before):
            states = self.old.states[before]["Branches"][place]["States"]
            places = (self.new.branch_with(name, self.names.state(state)) for state in states)
            there = next((each for each in places if each is not None), None)
            if there is None:
                return None
            place = there
        known = {each: (entered, item) for entered, each, item in around if each in self.new.states}
        outer = (self._around(each, branch, known) for each, branch in self.new.chains[name])
        return _Leaf(leaf.token, (*outer, (fork, name, place)))

    def _starts_items(self, chain: Iterable[tuple[str, int]], known: Mapping[str, Any], state: str) -> bool:
        fresh = [fork for fork, _ in chain if fork not in known and self.new.is_map(fork)]
        if fresh:
            element = self.new.element(fresh[0])
            words = f"'{self.new.element(state)}' lies in the instances of '{element}', none of which runs."
            self._say(self.new.element(state), f"{words} Begin with '{element}' itself.")
        return bool(fresh)

    # What begins

    def _started(self, element: str) -> _Leaf | None:
        entries = self.new.entries.get(element, ())
        if not entries:
            known = element in self.new.source_map["elements"]
            words = "is nothing that a token can be put before." if known else "is not in the process."
            self._say(element, f"'{element}' {words}")
            return None
        entered = [self._standing_forks(leaf) for leaf in self.every if self._lives(self.old, leaf)]

        def inside(entry: str) -> tuple[int, int]:
            chain = self.new.chains[entry]
            most = max((sum(name in forks for name, _ in chain) for forks in entered), default=0)
            return most, -len(chain)

        entry = max(entries, key=inside)
        chain = self.new.chains[entry]
        forks: Mapping[str, Token | None] = max(
            entered, key=lambda known: sum(name in known for name, _ in chain), default={}
        )
        if self._starts_items(chain, {name: 1 for name in forks if not self.new.is_map(name)}, entry):
            return None
        around = tuple((forks.get(name), name, place) for name, place in chain)
        return _Leaf(Token(entry, self._variables(around), {}), around)

    def _standing_forks(self, leaf: _Leaf) -> dict[str, Token | None]:
        """The forks around a token that are not cancelled themselves; they may outlive it."""
        found: dict[str, Token | None] = {}
        for fork, name, _ in leaf.around:
            if set(self.change.cancel) & set(self.old.around(self.old.element(name))):
                break
            found[name] = fork
        return found

    def _variables(self, around: Around) -> Any:
        """What a token that begins knows: what one knew that stands, or stood, where it begins, or further out.

        None: there is none; it knows what the execution is given.
        """
        shared = [fork for fork, _, _ in around if fork is not None]
        for depth in range(len(shared), -1, -1):
            here = [leaf for leaf in self.every if [fork for fork, _, _ in leaf.around][:depth] == shared[:depth]]
            here.sort(key=lambda leaf: (len(leaf.around) != depth, leaf.token.since))
            found = next((leaf.token.given for leaf in here if _is_whole(leaf.token.given) and leaf.token.state), None)
            if found is not None:
                return found
        return None

    # The tree

    def _built(self, leaves: list[_Leaf], depth: int) -> tuple[Token, ...]:
        tokens: list[Token] = []
        groups: dict[tuple[int, str], list[_Leaf]] = {}
        for leaf in leaves:
            if len(leaf.around) == depth:
                self.standing.add(id(leaf.was))
                tokens.append(self._with_variables(leaf))
            else:
                fork, name, _ = leaf.around[depth]
                groups.setdefault((id(fork) if fork else 0, name), []).append(leaf)
        for (_, name), inner in groups.items():
            if any(self._lives(self.new, leaf) for leaf in inner) or self._in_watcher(inner[0], depth):
                tokens.append(self._fork(inner[0].around[depth][0], name, inner, depth))
        known = next((token.known for token in tokens if token.known), {})
        return tuple(token if token.known or token.since else replace(token, known=known) for token in tokens)

    def _in_watcher(self, leaf: _Leaf, depth: int) -> bool:
        """Whether a fork around a token is a watcher's own."""
        return any(not self.new.is_map(fork) and self.new.watches(fork, at) for _, fork, at in leaf.around[:depth])

    def _with_variables(self, leaf: _Leaf) -> Token:
        token = leaf.token
        if token.state and _is_whole(token.given) and self.change.variables and self._lives(self.new, leaf):
            return replace(token, given={**token.given, **self.change.variables})
        return token

    def _fork(self, entered: Token | None, name: str, leaves: list[_Leaf], depth: int) -> Token:
        places: dict[int, list[_Leaf]] = {}
        for leaf in leaves:
            places.setdefault(leaf.around[depth][2], []).append(leaf)
        branches = []
        for place, inner in sorted(places.items()):
            branches.append(Branch(place, self._built(inner, depth + 1)))
        if not self.new.is_map(name):
            fork = self.new.states[name]
            there = {branch.place for branch in branches if branch.tokens}
            for place in range(len(fork["Branches"])):
                if place not in there and not self.new.watches(name, place):
                    branches.append(Branch(place, (Token("", nothing(fork), {}),)))
        branches = [branch for branch in branches if branch.tokens]
        if entered is not None:
            return replace(self.names.token(entered), state=name, branches=tuple(branches))
        # What the innermost token knows may be its own: of an item of a Map that stands in the fork, for instance.
        live = (branch for branch in branches if self.new.is_map(name) or not self.new.watches(name, branch.place))
        given = next((token.given for branch in live for token in branch.tokens if token.state), None)
        return Token(name, given, {}, branches=tuple(replace(b, tokens=_inside(b.tokens)) for b in branches))


def _leaves(tokens: Iterable[Token], around: Around) -> Iterator[_Leaf]:
    for token in tokens:
        if not token.branches:
            yield _Leaf(token, around, token)
        for branch in token.branches:
            yield from _leaves(branch.tokens, (*around, (token, token.state, branch.place)))


def _inside(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Tokens in a fork that is entered for them: one that begins there knows what it is given."""
    return tuple(
        replace(token, inside=True) if token.since else replace(token, given=token.given if not token.state else None)
        for token in tokens
    )


def _is_whole(variables: Any) -> bool:
    return isinstance(variables, dict) and RESERVED in variables
