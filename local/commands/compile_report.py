"""The report of a compiled process as people read it: what each path costs, where each element and expression runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from state_machines import CompiledProcess
from state_machines.asl.limits import DEFINITION_BYTES

_SHAPES = {
    "block": "a block, closed by {join}: one Parallel",
    "allEnd": "all branches end: one Parallel",
    "multiMerge": "branches run on into the same nodes, each token by itself: their states are copies",
    "sideEntry": "a block that is also entered from elsewhere: its tokens meet in records",
    "unstructured": "no structure: tokens meet in records, or go on in executions of their own",
}
_OPENS = "; tokens meet at joins in records"
_FIGURES = {
    "nodes": "nodes",
    "transitions": "transitions",
    "history events": "events",
    "Lambda calls": "lambdaCalls",
    "table writes": "writes",
    "dollars": "dollarsPerThousand",
}


def describe(process: CompiledProcess) -> Iterator[str]:
    """The report line by line."""
    report: Mapping[str, Any] = process.report
    known: Mapping[str, Any] = process.source_map["elements"]  # type: ignore[assignment]
    size = sum(len(json.dumps(machine, ensure_ascii=False).encode()) for machine in process.machines.values())
    yield f"{process.name} ({process.id})" if process.name else process.id
    yield f"{report['nodes']} elements, {report['states']} states, {size:,} of {DEFINITION_BYTES:,} bytes"
    yield from _section("Paths, per instance (dollars: of 1,000 instances, DynamoDB and logs included)", _paths(report))
    if report["morePaths"]:
        yield "  There are more paths than these."
    yield from _section("Forks", [[region["fork"], _shape(region)] for region in report["regions"]])
    yield from _section("Elements and their states", _elements(report, known))
    yield from _section(
        "Expressions", [[e["elementId"], _one_line(e["text"]), _runs(e)] for e in report["expressions"]]
    )


def _section(title: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield ""
        yield title
        yield from aligned(rows)


def _paths(report: Mapping[str, Any]) -> list[list[str]]:
    if not report["paths"]:
        return [["No way leads to an end."]]
    happy = report["paths"][0]["elements"]
    rows = [["", *_FIGURES, "by way of"]]
    for number, path in enumerate(report["paths"], 1):
        figures = [f"{path[key]:.4f}" if key == "dollarsPerThousand" else str(path[key]) for key in _FIGURES.values()]
        way = happy if number == 1 else ["...", *_parted(happy, path["elements"])]
        rows.append(["happy" if number == 1 else f"{number}", *figures, " > ".join(way)])
    return rows


def _parted(happy: Sequence[str], elements: Sequence[str]) -> Sequence[str]:
    """From the element at which a path leaves the happy one."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(happy, elements, strict=False)))
    return elements[max(0, same - 1) :]


def _shape(region: Mapping[str, Any]) -> str:
    return _SHAPES[region["shape"]].format(join=region["join"]) + (_OPENS if region["opens"] else "")


def _elements(report: Mapping[str, Any], known: Mapping[str, Any]) -> list[list[str]]:
    return [
        [
            element,
            known.get(element, {}).get("type", ""),
            ", ".join(states) or "none: folded into what stands around it",
        ]
        for element, states in report["elements"].items()
    ]


def _runs(expression: Mapping[str, str]) -> str:
    """Where it runs."""
    return "JSONata" if expression["verdict"] == "native" else f"decisions function: {expression['reason']}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of equal length as columns; those of figures stand to the right."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    figures = [len(column) > 1 and all(map(_is_figure, column[1:])) for column in columns]
    for row in rows:
        cells = zip(row, widths, figures, strict=True)
        yield "  " + "  ".join(c.rjust(width) if right else c.ljust(width) for c, width, right in cells).rstrip()


def _is_figure(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()
