"""Executions that an earlier release has left in the middle go on in this one."""

import json
from datetime import datetime
from typing import Any

import pytest

from state_machines.compile import compile_bpmn
from state_machines.resume.chart import Chart
from state_machines.resume.placing import Change, place
from state_machines.resume.standing import standing
from tests.state_machines.flow.platform import PREFIX, Platform
from tests.state_machines.flow.plays import Play
from tests.state_machines.resume.moving import Mover, chart, given
from tests.state_machines.resume.recording import PLAYS, recordings

RECORDINGS = recordings()


class Replay(Play):
    """The rest of a recorded play."""

    def __init__(self, recording: dict[str, Any]) -> None:
        self.source = recording["source"].encode()
        self.world = Platform(compile_bpmn(self.source).processes)
        self.world.clock.set(datetime.fromisoformat(recording["now"]))
        for table, rows in recording["tables"].items():
            self.world.tables[table] = {(row["pk"], row["sk"]): row for row in rows}


def test_each_is_kept() -> None:
    assert RECORDINGS.keys() == PLAYS.keys()


@pytest.mark.parametrize("anew", [False, True], ids=["its own machine", "compiled by this release"])
@pytest.mark.parametrize("recording", [pytest.param(each, id=name) for name, each in RECORDINGS.items()])
def test_recorded_executions_go_on(recording: dict[str, Any], *, anew: bool) -> None:
    replay, history = Replay(recording), recording["history"]
    old = Chart(recording["definition"], recording["source_map"])
    new = chart(replay.source) if anew else old
    tokens = standing(history, old.definition, recording["execution"])
    placed = place(tokens, old, new, Change())
    assert placed.problems == ()
    made = Mover(replay.world).made(new, placed.tokens, placed.records)
    replay.world.simulator.register(PREFIX + "resumed", made.definition)
    began = json.loads(history[0]["executionStartedEventDetails"]["input"])
    replay.arn = replay.world.simulator.start(PREFIX + "resumed", given(began, made), "inst-1_2")
    replay.world.run()
    replay.play(recording["after"])
    assert replay.status() == "completed"
    assert replay.variables() == recording["outcome"]
    assert not replay.world.tables["waits"]
