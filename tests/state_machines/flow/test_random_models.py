"""Random processes with every construct: what waits, what it knows, what has run and how it ends, as BPMN means it."""

from hypothesis import given
from hypothesis import strategies as st

from tests.effort import effort
from tests.state_machines.flow.drawing import PLATFORMS
from tests.state_machines.flow.game.building.processes import processes
from tests.state_machines.flow.game.model import Scope
from tests.state_machines.flow.match import Match, played


@effort(60)
@given(processes(), st.sampled_from(sorted(PLATFORMS)), st.data())
def test_random_models(scope: Scope, dialect: str, data: st.DataObject) -> None:
    played(Match(scope, dialect), data)
