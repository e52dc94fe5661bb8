"""What benchmarks answer: tables of figures, some with a goal, as text for people and as JSON for machines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Value = int | float | str


@dataclass(frozen=True)
class Goal:
    """What a table promises. `met` tells whether it holds for one row."""

    words: str
    met: Callable[[dict[str, Value]], bool]


@dataclass(frozen=True)
class Table:
    """A benchmark's answer: rows of equal columns, the first of which names the row."""

    title: str
    rows: list[dict[str, Value]]
    goals: tuple[Goal, ...] = ()
    note: str = ""

    def missed(self, goal: Goal) -> list[str]:
        """The names of the rows for which a goal does not hold."""
        return [str(next(iter(row.values()))) for row in self.rows if not goal.met(row)]


@dataclass
class Report:
    """All tables of a run."""

    tables: list[Table] = field(default_factory=list)

    def as_json(self) -> list[dict[str, Any]]:
        """The tables as plain values."""
        return [
            {
                "title": table.title,
                "rows": table.rows,
                "note": table.note,
                "goals": [{"goal": goal.words, "missedBy": table.missed(goal)} for goal in table.goals],
            }
            for table in self.tables
        ]


def as_text(table: Table) -> str:
    """The table as people read it."""
    names = list(table.rows[0]) if table.rows else []
    lines = [names, *([_text(row[name]) for name in names] for row in table.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(names))]
    text = [table.title, "-" * len(table.title)]
    text += [
        "  ".join(_aligned(cell, width, i) for i, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    ]
    for goal in table.goals:
        missed = table.missed(goal)
        text.append(f"goal: {goal.words}: {'missed by ' + ', '.join(missed) if missed else 'met'}")
    return "\n".join([*text, *([table.note] if table.note else []), ""])


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


def _text(value: Value) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
