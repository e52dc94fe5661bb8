"""Histories of executions as a release leaves them. `python -m tests.state_machines.resume.recording` adds what is new.

A recording is never changed: it stands for executions that run when a later release comes.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tests.state_machines.flow.plays import Play
from tests.state_machines.resume.moving import Mover

HISTORIES: Final = Path(__file__).parent / "histories"
PLAYS: Final = {
    "fork": (
        "start S; and F; and J; user A; user B; user C; user D; end E; S -> F -> A -> J -> D -> E; F -> B -> C -> J",
        "start x=1 : A B | A a=1 : B | B b=1 : C",
        "C c=1 : D | D d=1",
        {"x": 1, "a": 1, "b": 1, "c": 1, "d": 1},
    ),
    "watched-sub-process": (
        "start S; user Z; end E; end F; S -> P -> E; boundary t on P timer PT2H; t -> Z -> F\n"
        "end G; boundary m on P message M; m -> G\n"
        "sub P {\nstart s; user A; user B; end e; s -> A -> B -> e\n}",
        "start x=1 : A | A a=1 : B | +1h : B",
        "+59m : B | +2m : Z | Z z=1",
        {"x": 1, "a": 1, "z": 1},
    ),
    "multi-instance": (
        "start S; user Z; end E; S -> M -> Z -> E\n"
        "sub M each i of items {\nstart s; user A; user B; end e; s -> A -> B -> e\n}",
        "start items=[1,2,3] : A A A | A : A A B | B : A A",
        "A : A B | A : B B | B : B | B : Z | Z z=1",
        {"items": [1, 2, 3], "z": 1},
    ),
    "loop": (
        "start S; xor m; user A; xor x default n; end E; S -> m -> A -> x -n-> E; x -[again = true]-> m",
        "start x=1 : A | A again=true : A",
        "A again=true : A | A again=false",
        {"x": 1, "again": False},
    ),
    "pause": (
        "start S; catch T timer PT2H; user A; end E; S -> T -> A -> E",
        "start x=1 | +1h",
        "+59m | +2m : A | A a=1",
        {"x": 1, "a": 1},
    ),
    "reading": (
        "start S; user A in y=`x + 1`; script N n=`x + 1`; xor c default o; catch T timer `=wait`; user B; end E; "
        "end F\n"
        "S -> A -> N -> c -[n > 1]-> T -> B -> E; c -o-> F",
        'start x=1 wait="PT1H" : A',
        "A : | +61m : B | B b=1",
        {"x": 1, "wait": "PT1H", "n": 2, "b": 1},
    ),
}
"""By name: the sketch, the steps until it is recorded, those to the end, and the variables then."""


def record(name: str) -> dict[str, Any]:
    """An execution in the middle of its play, and what stands in the tables."""
    sketch, before, after, outcome = PLAYS[name]
    play = Play(sketch).play(before)
    machine = play.world.processes["process"]
    Mover(play.world).stop(play.arn)
    world = play.world
    return {
        "source": play.source.decode(),
        "definition": machine.machines["main"],
        "source_map": machine.source_map,
        "execution": play.arn,
        "now": world.clock.now().isoformat(),
        "history": [
            {**event, "timestamp": event["timestamp"].isoformat()} for event in world.simulator.history(play.arn)
        ],
        "tables": {table: list(rows.values()) for table, rows in world.tables.items()},
        "after": after,
        "outcome": outcome,
    }


def recordings() -> dict[str, dict[str, Any]]:
    """All that are kept, by name, with moments in their histories."""
    found = {path.stem: json.loads(path.read_text()) for path in sorted(HISTORIES.glob("*.json"))}
    for each in found.values():
        for event in each["history"]:
            event["timestamp"] = datetime.fromisoformat(event["timestamp"])
    return found


if __name__ == "__main__":
    for name in PLAYS:
        path = HISTORIES / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(record(name), ensure_ascii=False, indent=1) + "\n")
