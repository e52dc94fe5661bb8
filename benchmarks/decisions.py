"""FEEL and DMN: tables evaluated, conditions parsed, against other engines in the same run where they can be had.

Everything in processor time: what else runs on the machine makes all of them slower alike, so ratios hold.
"""

import gc
import json
import subprocess
import time
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from benchmarks import peers
from benchmarks.figures import Goal, Table, Value
from benchmarks.imports import import_ms
from state_machines.dmn import Definitions, evaluate, load_dmn
from state_machines.feel import parse, to_json
from tests.state_machines.dmn.builder import decision, definitions, table

RULES, INPUTS, ROUNDS = 100, 500, 4
COLUMNS = ("age", "income", "kind", "score", "member")
CONDITIONS = 10_000


def measure_decisions() -> Table:
    """One row per promise."""
    goals = (
        Goal("at least 1.5 times zen-engine, no slower than feelin, 0.05 ms, 40 ms", lambda row: bool(row["met"])),
    )
    note = "processor time; peers are measured in the same run. '-': the peer could not be fetched"
    return Table("Decisions and FEEL", [_small_table(), _big_table(), _conditions(), _import()], goals, note)


def _small_table() -> dict[str, Value]:
    random = Random(1)  # noqa: S311 - the same table each time
    rules = [_rule(random) for _ in range(RULES)]
    inputs = [_input(random) for _ in range(INPUTS)]
    rows = [(cells, [f'"{number}"']) for number, cells in enumerate(rules)]
    model = load_dmn(definitions(decision(table(COLUMNS, rows, policy="FIRST"))))
    results = [to_json(evaluate(model, "decide", each).value) for each in inputs]
    ours = _per_second(lambda: _evaluate_all(model, inputs), INPUTS, ROUNDS)
    request = {"decision": _zen(rules), "inputs": inputs, "rounds": ROUNDS, "results": results}
    theirs = _peer(peers.zen_engine, json.dumps(request))
    return _row("table, 5 inputs x 100 rules", ours, "evaluations/s", theirs, 1.5)


def _rule(random: Random) -> list[str]:
    low = random.randrange(80)
    return [
        f"[{low}..{low + 20}]",
        f">= {random.randrange(1000, 5000)}",
        f'"{random.choice("abcdef")}"',
        f"< {random.randrange(100, 900)}",
        random.choice(["true", "false", "-"]),
    ]


def _input(random: Random) -> dict[str, Any]:
    return {
        "age": random.randrange(100),
        "income": random.randrange(6000),
        "kind": random.choice("abcdef"),
        "score": random.randrange(1000),
        "member": random.random() < 0.5,
    }


def _zen(rules: Iterable[list[str]]) -> dict[str, Any]:
    """The same table in zen-engine's own form."""
    cells = [{f"i{number}": cell.replace("-", "") for number, cell in enumerate(rule)} for rule in rules]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": f"i{number}", "name": name, "field": name} for number, name in enumerate(COLUMNS)],
        "outputs": [{"id": "o", "name": "result", "field": "result"}],
        "rules": [{"_id": f"r{number}", **each, "o": f'"{number}"'} for number, each in enumerate(cells)],
    }
    kinds = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
    nodes = [{"id": id_, "name": id_, "type": kind, "position": {"x": 0, "y": 0}} for id_, kind in kinds.items()]
    nodes[1]["content"] = content
    edges = [("in", "table"), ("table", "out")]
    return {"nodes": nodes, "edges": [{"id": a + b, "sourceId": a, "targetId": b, "type": "edge"} for a, b in edges]}


def _big_table() -> dict[str, Value]:
    rows = [([f'"k{number}"', f">= {number % 7}"], [str(number)]) for number in range(3700)]
    model = load_dmn(definitions(decision(table(["key", "count"], rows, policy="FIRST"))))
    inputs = [{"key": f"k{number}", "count": 6} for number in range(0, 3700, 4)]
    ms = 1000 / _per_second(lambda: _evaluate_all(model, inputs), len(inputs), ROUNDS)
    return {
        "what": "table, 3,700 rules, one by key",
        "value": ms,
        "unit": "ms",
        "peer": "",
        "ratio": "",
        "met": ms <= 0.05,
    }


def _conditions() -> dict[str, Value]:
    texts = [
        f'age >= {number % 70} and income > {1000 + number} and kind in ("a{number}", "b") or rate * {number} < limit'
        for number in range(CONDITIONS)
    ]
    gc.freeze()  # the peer has a process of its own: what the parts before have left is not looked through here either
    ours = _per_second(lambda: [parse(text) for text in texts], CONDITIONS, 1)
    gc.unfreeze()
    return _row("conditions of 20 words parsed", ours, "conditions/s", _peer(peers.feelin, json.dumps(texts)), 1.0)


def _import() -> dict[str, Value]:
    least = min(import_ms("state_machines.feel", 7))
    return _alone("import of state_machines.feel", least, 40)


def _alone(what: str, milliseconds: float, most: float) -> dict[str, Value]:
    met = milliseconds <= most
    return {"what": what, "value": milliseconds, "unit": "ms", "peer": "", "ratio": "", "met": met}


def _evaluate_all(model: Definitions, inputs: list[dict[str, Any]]) -> None:
    for each in inputs:
        evaluate(model, "decide", each)


def _per_second(run: Callable[[], object], count: int, rounds: int) -> float:
    """After one round that nobody measures where there are several."""
    if rounds > 1:
        run()
    started = time.process_time()
    for _ in range(rounds):
        run()
    return count * rounds / (time.process_time() - started)


def _peer(measure: Callable[[str], float], given: str) -> float | None:
    try:
        return measure(given)
    except (OSError, subprocess.CalledProcessError):
        return None


def _row(what: str, ours: float, unit: str, theirs: float | None, least: float) -> dict[str, Value]:
    ratio: Value = ours / theirs if theirs else "-"
    met = isinstance(ratio, str) or ratio >= least
    return {"what": what, "value": ours, "unit": unit, "peer": theirs or "-", "ratio": ratio, "met": met}
