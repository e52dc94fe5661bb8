"""A game of tokens: a process is played one event of the outside at a time, in each order that is possible.

What takes time waits until it is told: `do`, `fail`, `send`, `wait`. Where the order of moves that take no time would
matter, it says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy

from tests.state_machines.flow.game.hearing import heard_late, listening
from tests.state_machines.flow.game.knowledge import Knowledge
from tests.state_machines.flow.game.model import WAITING, Scope
from tests.state_machines.flow.game.reading import catcher
from tests.state_machines.flow.game.rules import ORDERS, Rules
from tests.state_machines.flow.game.state import AmbiguousError, Delivery, Part, Run, State, Token


class Game:
    """Plays a process, one event of the outside at a time."""

    def __init__(self, scope: Scope, given: Mapping[str, int], dialect: str, written: Iterable[str] = ()) -> None:
        """`given`: variables that are there; `written`: also such, but conditions wait for them."""
        begun = Knowledge()
        for name, value in given.items():
            begun = begun.write(name, value)
        self.state = State(Run(scope, None, begun, 0), dialect=dialect, written=set(written))
        self._play(lambda rules: rules.begin(rules.state.root))

    # What waits

    def parts(self) -> list[Part]:
        """What somebody can do."""
        return _doable(self._tokens())

    def listening(self) -> list[Delivery]:
        return list(listening(self.state))

    @property
    def stuck(self) -> bool:
        """Whether some token rests before a join."""
        return any(token.resting for _, token in self._tokens())

    def _tokens(self) -> Iterator[tuple[Run, Token]]:
        return Rules(self.state).tokens()

    # What happens

    def do(self, place: int, step: int, number: int) -> None:
        """The part at this place of `parts` is done: it has written its own variable, and said a number."""

        def done(rules: Rules) -> None:
            part = self._part(rules, place)
            part.knows = part.knows.write(part.node.id, step)
            rules.done(part, number)

        self._play(done)

    def caught(self, place: int, code: str) -> bool | None:
        """Whether somebody catches the error of a part. None: that is not said, since it may come out of a handler
        that runs beside what has called its process."""
        token: Token | None = self.parts()[place].token
        beside = False
        while token:
            run = token.run
            around = [*run.scope.beside(token.node), *([] if run.stopped else run.scope.handlers())]
            if catcher(around, "error", code):
                return None if beside else True
            called = run.owner is not None and run.owner.node.kind == "call"
            beside |= called and any(node.stays for node in run.scope.walk())
            token = run.owner.token if run.owner else None
        return False

    def fail(self, place: int, code: str) -> None:
        def failed(rules: Rules) -> None:
            part = self._part(rules, place)
            rules.error(part, code)

        self._play(failed)

    def park(self, place: int, *, parked: bool) -> None:
        """An error that nobody catches parks a part; later it is tried again. An end event throws it again."""

        def moved(rules: Rules) -> None:
            part = self._part(rules, place)
            part.parked = parked or part.node.kind == "end"

        self._play(moved)

    def send(self, event: str, name: str, variable: str = "", step: int = 0) -> None:
        """A message or a signal comes to all who wait for it."""
        self._play(lambda rules: rules.deliver(event, name, variable, step))

    def write(self, name: str) -> None:
        """Somebody writes `true` into a variable."""
        self._play(lambda rules: rules.write(name))

    def due(self) -> int | None:
        """The seconds until the next timer."""
        times = [each.due() for each in self.listening() if each.definition.event == "timer"]
        return min(times) - self.state.clock if times else None

    def wait(self, seconds: int) -> None:
        end = self.state.clock + seconds
        while (due := self.due()) is not None and self.state.clock + due <= end:
            at = self.state.clock + due
            self._play(lambda rules, at=at: rules.ring(at))  # type: ignore[misc]
        self.state.clock = end

    def _part(self, rules: "Rules", place: int) -> Part:
        return _doable(rules.tokens())[place]

    def _play(self, act: Callable[["Rules"], None]) -> None:
        """All orders must come to the same."""
        states = []
        for order in ORDERS:
            for eager in (True, False):
                rules = Rules(deepcopy(self.state), order, eager)
                act(rules)
                rules.settle()
                states.append(rules.state)
        if len({state.key() for state in states}) > 1 or heard_late(states[0]):
            raise AmbiguousError
        self.state = states[0]


def _doable(tokens: Iterable[tuple[Run, Token]]) -> list[Part]:
    return [part for _, token in tokens for part in token.parts if part.node.kind in WAITING or part.parked]
