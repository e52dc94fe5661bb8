"""What goes wrong in a running instance parks it, with words and a way on; it never just fails."""

from datetime import timedelta

import pytest

from tests.state_machines.flow.drawing import Drawing, timer
from tests.state_machines.flow.test_scopes import mark, platform, scope


@pytest.mark.parametrize("where", ["catch", "task", "scope"])
def test_a_computed_time_that_is_none_is_an_incident(where: str) -> None:
    d = Drawing()
    definition = timer("=pause")
    d.start(), d.end()
    if where == "catch":
        d.add("intermediateCatchEvent", "Pause", definition), d.chain("Start", "Pause", "End")
    elif where == "task":
        d.user("Work"), d.boundary("Late", "Work", definition), d.chain("Start", "Work", "End"), d.flow("Late", "End")
    else:
        at = mark(d, "body")
        d.start("Begin"), d.user("Work"), d.chain("Begin", "Work"), scope(d, "Sub", at)
        d.boundary("Late", "Sub", definition), d.chain("Start", "Sub", "End")
        d.flow("Late", "End")
    world = platform(d)
    arn = world.start("process", {"pause": "soon"})
    world.run()
    (incident,) = world.open("incident")
    world.answer(incident, "retry", {"pause": "PT1H"})
    world.run()
    assert (world.status(arn), world.open("incident")) == ("active", [])
    world.pass_time(timedelta(hours=2))
    assert (world.status(arn), world.tables["waits"]) == ("completed", {})
