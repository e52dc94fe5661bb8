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


def compared(table: Table, before: list[dict[str, Any]]) -> Table | None:
    """How many times what they were an earlier run's figures are now; None: it had no such table.

    `before`: as `Report.as_json` tells a run.

    >>> earlier = [{"title": "Messages", "rows": [{"state": "in memory", "p50 ms": 20.0}]}]
    >>> compared(Table("Messages", [{"state": "in memory", "p50 ms": 10.0}]), earlier).rows
    [{'state': 'in memory', 'p50 ms': 0.5}]
    """
    earlier: list[dict[str, Value]] = next((each["rows"] for each in before if each["title"] == table.title), [])
    known = {str(next(iter(row.values()))): row for row in earlier}
    pairs = [(row, known[name]) for row in table.rows if (name := str(next(iter(row.values())))) in known]
    rows = [_ratios(row, old) for row, old in pairs]
    return Table(f"{table.title}: after, in parts of before", rows) if rows else None


def _ratios(row: dict[str, Value], old: dict[str, Value]) -> dict[str, Value]:
    name, *columns = row
    ratios: dict[str, Value] = {name: row[name]}
    for column in columns:
        now, then = row[column], old.get(column)
        if isinstance(now, int | float) and isinstance(then, int | float):
            ratios[column] = round(now / then, 2) if then else 1.0 if now == then else "-"
    return ratios


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
