"""Control flow as it runs: choices, loops, forks, joins, ends; each walk is read from history and source map alone."""

import pytest

from state_machines.compilation import CompiledProcess
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from tests.state_machines.flow.drawing import Drawing, message_definition, timer
from tests.state_machines.flow.world import World


def compiled(drawing: Drawing) -> CompiledProcess:
    compilation = compile_bpmn(drawing.bytes())
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    return compilation.processes[0]


def test_folds_events_and_walks_every_node() -> None:
    d = Drawing()
    d.start(), d.user("Ask"), d.add("manualTask", "Think"), d.add("task", "Nod"), d.end()
    d.chain("Start", "Ask", "Think", "Nod", "End")
    process = compiled(d)
    assert next(iter(process.machines["main"]["States"])) == "Ask"
    world = World(process).start({"x": 1}).answer("Ask", {"y": 2})
    assert world.status == "SUCCEEDED"
    assert world.variables == {"x": 1, "y": 2}
    assert world.walk() == ["Start", "f1", "Ask", "f2", "Think", "f3", "Nod", "f4", "End"]


def test_process_of_events_alone() -> None:
    d = Drawing()
    d.start(), d.end()
    d.chain("Start", "End")
    world = World(compiled(d)).start()
    assert (world.status, world.walk()) == ("SUCCEEDED", ["Start", "f1", "End"])


def xor(default: bool) -> Drawing:
    d = Drawing()
    d.start(), d.end("Low"), d.end("High"), d.end("Other")
    d.add("exclusiveGateway", "Which", **({"default": "other"} if default else {}))
    d.flow("Start", "Which", flow_id="begin")
    d.flow("Which", "High", "=x &gt; 10", "high")
    d.flow("Which", "Low", "=x &lt; 5", "low")
    d.flow("Which", "Other", "" if default else "=x = null", "other")
    return d


@pytest.mark.parametrize(
    ("variables", "flow", "end"),
    [({"x": 11}, "high", "High"), ({"x": 4}, "low", "Low"), ({"x": 7}, "other", "Other"), ({}, "other", "Other")],
)
def test_exclusive_gateway_takes_the_first_true_flow(variables: dict[str, int], flow: str, end: str) -> None:
    world = World(compiled(xor(default=True))).start(variables)
    assert world.walk() == ["Start", "begin", "Which", flow, end]


def test_gateway_without_a_way_out_parks_until_it_can_decide() -> None:
    world = World(compiled(xor(default=False))).start({"x": 7})
    assert world.open() == ["Which!"]
    assert world.record("Which", "incident")["incidentType"] == "noOutgoingFlow"
    world.resolve("Which", "retry", {"x": 8})
    assert world.open() == ["Which!"]
    world.resolve("Which", "retry", {"x": 2})
    assert world.walk() == ["Start", "begin", "Which", "low", "Low"]
    assert world.variables == {"x": 2}


def test_loop_over_a_join() -> None:
    d = Drawing()
    d.start(), d.add("exclusiveGateway", "Again"), d.script("Count", "n", "n + 1"), d.end()
    d.add("exclusiveGateway", "Enough", default="back")
    d.chain("Start", "Again", "Count", "Enough")
    d.flow("Enough", "End", "=n &gt;= 3", "done")
    d.flow("Enough", "Again", flow_id="back")
    world = World(compiled(d)).start({"n": 0})
    assert world.variables == {"n": 3}
    assert world.counts()["Count"] == 3
    assert world.counts()["back"] == 2


def test_two_ways_to_one_state_are_told_apart() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.add("manualTask", "Detour"), d.end()
    d.add("exclusiveGateway", "Which", default="straight"), d.add("exclusiveGateway", "Meet")
    d.flow("Start", "Which", flow_id="begin")
    d.flow("Which", "Detour", "=x", "long")
    d.flow("Which", "Meet", flow_id="straight")
    d.chain("Detour", "Meet", "Work", "End")
    for x, walk in ((True, ["long", "Detour", "f1"]), (False, ["straight"])):
        world = World(compiled(d)).start({"x": x}).answer("Work")
        assert world.walk() == ["Start", "begin", "Which", *walk, "Meet", "f2", "Work", "f3", "End"]


def fork() -> Drawing:
    d = Drawing()
    d.start(), d.add("parallelGateway", "Fork"), d.add("parallelGateway", "Join"), d.end()
    d.user("A"), d.user("B"), d.script("After", "sum", "a + b")
    d.chain("Start", "Fork", "A", "Join")
    d.chain("Fork", "B", "Join", "After", "End")
    d.flow("Fork", "Join", flow_id="empty")
    return d


def test_parallel_block_merges_what_its_branches_change() -> None:
    world = World(compiled(fork())).start({"a": 0, "keep": [1]})
    assert world.open() == ["A", "B"]
    world.answer("B", {"b": 2})
    assert world.status == "RUNNING"
    world.answer("A", {"a": 1})
    assert world.variables == {"a": 1, "b": 2, "keep": [1], "sum": 3}
    counts = world.counts()
    assert all(counts[node] == 1 for node in ("Start", "Fork", "A", "B", "Join", "After", "End", "empty"))
    assert sum(counts.values()) == 7 + 8


def test_nested_blocks_and_loops_inside_branches() -> None:
    d = Drawing()
    d.start(), d.end()
    for gate in ("Outer", "OuterEnd", "Inner", "InnerEnd"):
        d.add("parallelGateway", gate)
    d.add("exclusiveGateway", "Loop"), d.add("exclusiveGateway", "Until", default="again")
    d.script("X", "x", "1"), d.script("Y", "y", "2"), d.script("N", "n", "n + 1")
    d.chain("Start", "Outer", "Inner", "X", "InnerEnd", "OuterEnd", "End")
    d.chain("Inner", "Y", "InnerEnd")
    d.chain("Outer", "Loop", "N", "Until")
    d.flow("Until", "OuterEnd", "=n &gt; 2", "out")
    d.flow("Until", "Loop", flow_id="again")
    world = World(compiled(d)).start({"n": 0})
    assert world.variables == {"n": 3, "x": 1, "y": 2}
    assert world.counts()["again"] == 2
    assert world.counts()["InnerEnd"] == world.counts()["OuterEnd"] == 1


def test_branches_that_all_end() -> None:
    d = Drawing()
    d.start(), d.user("A"), d.user("B"), d.end("EndA"), d.end("EndB"), d.add("parallelGateway", "Fork")
    d.chain("Start", "Fork", "A", "EndA")
    d.chain("Fork", "B", "EndB")
    world = World(compiled(d)).start().answer("A", {"a": 1})
    assert world.status == "RUNNING"
    world.answer("B", {"b": 1})
    assert (world.status, world.variables) == ("SUCCEEDED", {"a": 1, "b": 1})
    assert {"EndA", "EndB"} <= set(world.walk())


def test_tokens_that_meet_without_a_join_walk_on_alone() -> None:
    d = Drawing()
    d.start(), d.script("A", "a", "1"), d.script("B", "b", "1"), d.user("Both"), d.end()
    d.add("parallelGateway", "Fork"), d.add("exclusiveGateway", "Meet")
    d.chain("Start", "Fork", "A", "Meet", "Both", "End")
    d.chain("Fork", "B", "Meet")
    world = World(compiled(d)).start()
    assert world.open() == ["Both", "Both"]
    for wait in list(world.waits.values()):
        world._answer(wait, "Both", {})
    assert world.status == "SUCCEEDED"
    assert world.counts()["Both"] == world.counts()["End"] == 2


def test_activity_with_two_flows_splits() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.user("A"), d.user("B"), d.end("EndA"), d.end("EndB")
    d.chain("Start", "Work", "A", "EndA")
    d.chain("Work", "B", "EndB")
    world = World(compiled(d)).start().answer("Work")
    assert world.open() == ["A", "B"]
    world.answer("A").answer("B")
    assert world.counts()["Work"] == 1
    assert world.counts()["EndB"] == 1


def inclusive() -> Drawing:
    d = Drawing()
    d.start(), d.end(), d.script("A", "a", "1"), d.script("B", "b", "1"), d.script("C", "c", "1")
    d.add("inclusiveGateway", "Some", default="else"), d.add("inclusiveGateway", "Join")
    d.flow("Start", "Some", flow_id="begin")
    d.flow("Some", "A", "=x &gt; 1", "ifA")
    d.flow("Some", "B", "=x &gt; 2", "ifB")
    d.flow("Some", "C", flow_id="else")
    d.chain("A", "Join", "End"), d.chain("B", "Join"), d.chain("C", "Join")
    return d


@pytest.mark.parametrize(("x", "set_variables"), [(3, {"a": 1, "b": 1}), (2, {"a": 1}), (0, {"c": 1})])
def test_inclusive_block(x: int, set_variables: dict[str, int]) -> None:
    world = World(compiled(inclusive())).start({"x": x})
    assert world.variables == {"x": x, **set_variables}
    counts = world.counts()
    assert counts["Some"] == counts["Join"] == 1
    assert {flow for flow in ("ifA", "ifB", "else") if counts[flow]} == {
        {"a": "ifA", "b": "ifB", "c": "else"}[name] for name in set_variables
    }


def test_sub_process_ends_when_all_its_tokens_have() -> None:
    d = Drawing()
    inner = Drawing()
    inner.start("In"), inner.add("parallelGateway", "Fork"), inner.user("A"), inner.user("B")
    inner.end("EndA"), inner.end("EndB")
    for source, target in (("In", "Fork"), ("Fork", "A"), ("Fork", "B"), ("A", "EndA"), ("B", "EndB")):
        inner.flow(source, target, flow_id=f"{source}_{target}")
    d.start(), d.add("subProcess", "Sub", "".join(inner.lines)), d.user("After"), d.end()
    d.chain("Start", "Sub", "After", "End")
    world = World(compiled(d)).start().answer("A", {"a": 1})
    assert world.open() == ["B"]
    assert world.record("B")["sk"].startswith("wait#Sub/B@")
    world.answer("B", {"b": 1})
    assert world.open() == ["After"]
    world.answer("After")
    walk = world.walk()
    assert walk[:4] == ["Start", "f1", "In", "In_Fork"]
    assert walk[-5:] == ["Sub", "f2", "After", "f3", "End"]


def test_pauses() -> None:
    d = Drawing()
    d.start(), d.add("intermediateCatchEvent", "Pause", timer("PT1H30M")), d.end()
    d.add("intermediateCatchEvent", "Again", timer("=wait"))
    d.chain("Start", "Pause", "Again", "End")
    world = World(compiled(d)).start({"wait": "P1DT5S"}).pass_time(minutes=89)
    assert world.walk() == ["Start", "f1"]
    world.pass_time(minutes=2, days=1)
    assert world.status == "SUCCEEDED"
    assert world.walk() == ["Start", "f1", "Pause", "f2", "Again", "f3", "End"]


def test_event_based_gateway() -> None:
    d = Drawing()
    d.start(), d.add("eventBasedGateway", "First"), d.end("Paid_"), d.end("Late_")
    d.add("intermediateCatchEvent", "Paid", message_definition(d.message("paid", "=order")))
    d.add("intermediateCatchEvent", "Late", timer("PT10M"))
    d.chain("Start", "First", "Paid", "Paid_")
    d.chain("First", "Late", "Late_")
    process = compiled(d)
    world = World(process).start({"order": 17})
    assert world.publish("message", "paid", "18") == 0
    assert world.publish("message", "paid", "17", {"amount": 5}) == 1
    assert world.walk() == ["Start", "f1", "First", "f2", "Paid", "f3", "Paid_"]
    assert world.variables == {"order": 17, "amount": 5}
    world = World(process).start({"order": 17}).pass_time(minutes=10)
    assert world.walk() == ["Start", "f1", "First", "f4", "Late", "f5", "Late_"]
    assert world.waits == {}
    assert world.messages == {}


def test_conditional_and_default_flow_of_an_activity() -> None:
    d = Drawing()
    d.start(), d.end("Yes"), d.end("No")
    d.add("userTask", "Ask", "<bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements>", default="no")
    d.flow("Start", "Ask", flow_id="begin"), d.flow("Ask", "Yes", "=ok", "yes"), d.flow("Ask", "No", "", "no")
    for ok, walk in ((True, ["yes", "Yes"]), (None, ["no", "No"])):
        world = World(compiled(d)).start().answer("Ask", {"ok": ok})
        assert world.walk() == ["Start", "begin", "Ask", *walk]


def test_choices_in_a_row_are_one() -> None:
    d = Drawing()
    d.start(), d.end("A"), d.end("B"), d.end("C")
    d.add("exclusiveGateway", "First", default="none"), d.add("exclusiveGateway", "Second", default="low")
    d.flow("Start", "First", flow_id="begin"), d.flow("First", "Second", "=x != null", "some")
    d.flow("First", "C", "", "none"), d.flow("Second", "A", "=x &gt; 5", "high"), d.flow("Second", "B", "", "low")
    process = compiled(d)
    for x, walk in ((9, ["some", "Second", "high", "A"]), (1, ["some", "Second", "low", "B"]), (None, ["none", "C"])):
        world = World(process).start({"x": x})
        assert world.walk() == ["Start", "begin", "First", *walk]
        assert sum(event["type"] == "ChoiceStateEntered" for event in world.simulator.history(world.execution)) == 1


def test_a_terminate_end_cuts_off_whatever_else_runs() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.add("endEvent", "Stop", "<bpmn:terminateEventDefinition/>")
    d.chain("Start", "Work", "Stop")
    assert World(compiled(d)).start().answer("Work").walk()[-1] == "Stop"
    d.add("parallelGateway", "Fork"), d.start("Other"), d.user("B"), d.end()
    d.lines = [line for line in d.lines if 'id="Other"' not in line and 'id="f1"' not in line]
    d.chain("Start", "Fork", "Work"), d.chain("Fork", "B", "End")
    world = World(compiled(d)).start()
    assert world.open() == ["B", "Work"]
    world.answer("Work", {"done": True})
    assert (world.status, world.variables) == ("SUCCEEDED", {"done": True})
    assert "B" not in world.walk()


def test_inclusive_gateway_without_a_way_out_parks() -> None:
    d = inclusive()
    d.lines = [line.replace(' default="else"', "") for line in d.lines]
    d.lines = [line for line in d.lines if 'id="else"' not in line]
    d.flow("Some", "C", "=x = 0", "else")
    world = World(compiled(d)).start({"x": 1})
    assert world.open() == ["Some!"]
    world.resolve("Some", "retry", {"x": 3})
    assert world.variables == {"x": 3, "a": 1, "b": 1}
    assert world.counts()["Some"] == 1


def test_a_gateway_that_joins_and_splits() -> None:
    d = Drawing()
    d.start(), d.end()
    for gate in ("Fork", "Both", "Join"):
        d.add("parallelGateway", gate)
    for name in ("A", "B", "C", "D"):
        d.script(name, name.lower(), "1")
        d.chain("Fork" if name in "AB" else "Both", name, "Both" if name in "AB" else "Join")
    d.chain("Start", "Fork"), d.chain("Join", "End")
    world = World(compiled(d)).start()
    assert world.variables == dict.fromkeys("abcd", 1)
    assert world.counts()["Both"] == 1
