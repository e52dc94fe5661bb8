"""What is wrong with an entry: a stable code, how bad, where in its body, and words that say what to do."""

from dataclasses import dataclass

from state_machines.diagnostics import Severity

Path = tuple[str | int, ...]


def pointer(path: Path) -> str:
    """A path as JSON pointer (RFC 6901).

    >>> pointer(("prices", 1, "a/b"))
    '/prices/1/a~1b'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


@dataclass(frozen=True)
class Problem:
    """`path`: keys and positions in the body, as files write them."""

    code: str
    severity: Severity
    path: Path
    message: str

    @property
    def pointer(self) -> str:
        """The path as JSON pointer."""
        return pointer(self.path)
