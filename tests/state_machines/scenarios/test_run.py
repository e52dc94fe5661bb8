"""What a scenario can make happen: jobs, BPMN errors, signals, messages that go astray or expire, time."""

from datetime import timedelta
from typing import Any

import pytest

from state_machines.compilation import CompiledProcess
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from state_machines.library import Library
from state_machines.scenarios import (
    Advance,
    Answer,
    Complete,
    Expect,
    Expectation,
    Mock,
    Publish,
    Resolve,
    Scenario,
    ScenarioResult,
    Step,
    TaskExpectation,
    run_scenario,
    world,
)
from tests.state_machines.flow.drawing import (
    Drawing,
    error_definition,
    message_definition,
    signal_definition,
    timer,
)
from tests.state_machines.flow.test_decisions import HARD, camunda7


def compiled(drawing: Drawing, library: Library | None = None) -> CompiledProcess:
    compilation = compile_bpmn(drawing.bytes(), library=library or Library())
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    return compilation.processes[0]


def run(process: CompiledProcess, *steps: Step, **given: Any) -> ScenarioResult:
    decisions = given.pop("decisions", None)
    return run_scenario(Scenario("s", process.id, steps=steps, **given), process, decisions)


def waits_for_events() -> CompiledProcess:
    d = Drawing()
    d.start(), d.user("Work"), d.end()
    d.chain("Start", "Work", "End")
    d.boundary("Late", "Work", timer("PT24H"))
    d.boundary("Withdrawn", "Work", message_definition(d.message("withdrawn", "=order")))
    d.boundary("Closing", "Work", signal_definition(d.root("signal", "s", name="closing time")))
    for event in ("Late", "Withdrawn", "Closing"):
        d.end(f"{event}End"), d.flow(event, f"{event}End")
    return compiled(d)


def test_messages_and_signals_that_are_waited_for() -> None:
    waiting = Expectation(
        status="active",
        tasks=(TaskExpectation("Work"),),
        messages=(("withdrawn", "a b/ü"),),
        signals=("closing time",),
        incidents=(),
        path=("Start", "Work"),
        variables={"order": "a b/ü"},
    )
    result = run(waits_for_events(), variables={"order": "a b/ü"}, expect=waiting)
    assert result.failures == ()


def test_a_signal_is_not_kept_and_a_message_is() -> None:
    d = Drawing()
    d.start(), d.user("Before"), d.end()
    d.add("intermediateCatchEvent", "M", message_definition(d.message("m", "=k")))
    d.add("intermediateCatchEvent", "S", signal_definition(d.root("signal", "sig", name="s")))
    d.chain("Start", "Before", "M", "S", "End")
    early = (Publish("signal", "s"), Publish("message", "m", "k", {"x": 1}), Complete("Before"))
    result = run(compiled(d), *early, variables={"k": "k"}, expect=Expectation(status="active", variables={"x": 1}))
    assert result.failures == ()
    assert result.path == ("Start", "Before", "M", "S")
    assert run(compiled(d), *early, Publish("signal", "s"), variables={"k": "k"}).path[-1] == "End"


def test_a_message_expires_and_another_key_does_not_count() -> None:
    d = Drawing()
    d.start(), d.user("Before"), d.end()
    d.add("intermediateCatchEvent", "M", message_definition(d.message("m", "=k")))
    d.chain("Start", "Before", "M", "End")
    process = compiled(d)

    def reaches(*steps: Step) -> str:
        return run(process, *steps, Complete("Before"), variables={"k": "k"}).path[-1]

    assert reaches(Publish("message", "m", "k"), Advance(timedelta(minutes=59))) == "End"
    assert reaches(Publish("message", "m", "k"), Advance(timedelta(hours=1))) == "M"
    assert reaches(Publish("message", "m", "other")) == "M"
    assert reaches(Publish("message", "m")) == "M"


def test_a_timer_fires_at_its_time_and_closes_the_task() -> None:
    before = Expect(Expectation(tasks=(TaskExpectation("Work"),)))
    almost, rest = Advance(timedelta(hours=23, minutes=59)), Advance(timedelta(minutes=1))
    end = Expectation(path=("Start", "Work", "Late", "LateEnd"), tasks=(), messages=(), duration=timedelta(hours=24))
    assert run(waits_for_events(), almost, before, rest, variables={"order": 1}, expect=end).failures == ()


def guarded() -> CompiledProcess:
    d = Drawing()
    d.start(), d.end(), d.end("Refused")
    d.service("Call", "io.camunda:http-json:1"), d.chain("Start", "Call", "End")
    d.boundary("Limit", "Call", error_definition(d.root("error", "e", errorCode="LIMIT"))), d.flow("Limit", "Refused")
    return compiled(d)


def mocks(*answers: Answer) -> dict[str, Mock]:
    return {"Call": Mock(answers)}


def test_bpmn_errors_go_to_their_boundary_event_with_variables() -> None:
    failing = Answer(error="BpmnError", code="LIMIT", message="too much", variables={"limit": 5})
    end = Expectation(status="completed", path=("Start", "Call", "Limit", "Refused"), variables={"limit": 5})
    assert run(guarded(), mocks=mocks(failing), expect=end).failures == ()
    other = Answer(error="BpmnError", code="OTHER")
    assert run(guarded(), mocks=mocks(other), expect=Expectation(incidents=("Call",))).failures == ()


def test_rejected_is_not_retried_and_unavailable_is() -> None:
    rejected, down, good = Answer(error="ConnectorRejected"), Answer(error="ConnectorUnavailable"), Answer({"a": 1})
    stopped = Expectation(status="incident", calls={"Call": 1})
    assert run(guarded(), mocks=mocks(rejected, good), expect=stopped).failures == ()
    passed = Expectation(status="completed", calls={"Call": 3, "io.camunda:http-json:1": 3})
    assert run(guarded(), mocks=mocks(down, down, good), expect=passed).failures == ()
    skipped = Expectation(status="completed", variables={"by": "hand"})
    result = run(guarded(), Resolve("Call", "skip", {"by": "hand"}), mocks=mocks(rejected), expect=skipped)
    assert result.failures == ()


def test_delays_pass_by_themselves_up_to_the_limit() -> None:
    slow = mocks(Answer({}, after=timedelta(minutes=30)))
    assert run(guarded(), mocks=slow, expect=Expectation(duration=timedelta(minutes=30))).failures == ()
    pending = Expectation(status="active", duration=timedelta())
    assert run(guarded(), mocks=slow, settle=timedelta(0), expect=pending).failures == ()
    half = Advance(timedelta(minutes=30))
    done = run(guarded(), half, mocks=slow, settle=timedelta(0), expect=Expectation(status="completed"))
    assert done.failures == ()


def test_one_answer_too_few_is_told_with_the_step() -> None:
    down = Answer(error="ConnectorUnavailable")
    (failure,) = run(guarded(), mocks=mocks(down)).failures
    assert failure.kind == "connector"
    assert "Call has only 1 answer." in failure.message


def test_jobs_of_workers_are_completed_or_mocked() -> None:
    d = Drawing()
    d.start(), d.end(), d.service("Pick", "warehouse"), d.chain("Start", "Pick", "End")
    process = compiled(d)
    end = Expectation(status="completed", variables={"box": 7})
    assert run(process, Complete("Pick", {"box": 7}), expect=end).failures == ()
    assert run(process, mocks={"warehouse": Mock((Answer({"box": 7}),))}, expect=end).failures == ()
    down = Answer(error="ConnectorUnavailable", message="closed")
    tired = Expectation(status="incident", incidents=("Pick",), calls={"warehouse": 3})
    assert run(process, mocks={"Pick": Mock((down, down, down))}, expect=tired).failures == ()
    again = Mock((down, down, Answer({"box": 7})))
    assert run(process, mocks={"Pick": again}, expect=end).failures == ()
    rejected = Expectation(incidents=("Pick",), calls={"Pick": 1})
    assert run(process, mocks={"Pick": Mock((Answer(error="ConnectorRejected"),))}, expect=rejected).failures == ()
    assert run(process, expect=Expectation(status="active", path=("Start", "Pick"))).failures == ()


def test_workers_take_their_time() -> None:
    d = Drawing()
    d.start(), d.end(), d.service("Pick", "warehouse"), d.chain("Start", "Pick", "End")
    d.boundary("Late", "Pick", timer("PT1H")), d.end("LateEnd"), d.flow("Late", "LateEnd")
    process = compiled(d)
    slow = Answer({"box": 7}, after=timedelta(minutes=20))
    end = Expectation(status="completed", passed={"End": 1}, duration=timedelta(minutes=20), variables={"box": 7})
    assert run(process, mocks={"Pick": Mock((slow,))}, expect=end).failures == ()
    late = Answer({"box": 7}, after=timedelta(hours=2))
    timed_out = Expectation(status="completed", passed={"LateEnd": 1}, duration=timedelta(hours=1), absent=("box",))
    assert run(process, mocks={"Pick": Mock((late,))}, expect=timed_out).failures == ()
    working = Expectation(status="active", duration=timedelta())
    stopped = {"mocks": {"Pick": Mock((slow,))}, "settle": timedelta(0)}
    assert run(process, expect=working, **stopped).failures == ()
    assert run(process, Advance(timedelta(minutes=20)), expect=end, **stopped).failures == ()


def test_decisions_that_the_machine_cannot_make_are_made_for_real() -> None:
    process = compiled(camunda7("singleEntry"), HARD)
    end = Expectation(status="completed", variables={"out": 6}, calls={"dpc:decision": 0})
    assert run(process, variables={"x": 3}, decisions=HARD.decisions, expect=end).failures == ()


def test_a_loop_without_a_wait_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "MAX_STEPS", 100)
    d = Drawing()
    d.start(), d.end(), d.script("Count", "n", "n + 1"), d.add("exclusiveGateway", "More", default="again")
    d.chain("Start", "Count", "More"), d.flow("More", "End", "=n &lt; 0"), d.flow("More", "Count", flow_id="again")
    (failure,) = run(compiled(d), variables={"n": 1}).failures
    assert failure.kind == "runner"
    assert "is there a loop?" in failure.message


def test_variables_that_are_too_large_are_told() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.end(), d.chain("Start", "Work", "End")
    many = {f"x{i}": "a" * 1_000 for i in range(300)}
    (failure,) = run(compiled(d), variables=many).failures
    assert (failure.kind, failure.line) == ("step", 0)
    (failure,) = run(compiled(d), Complete("Work", many, line=4)).failures
    assert (failure.kind, failure.line) == ("step", 4)


def test_expressions_that_the_machine_cannot_evaluate_are_evaluated_for_real() -> None:
    d = Drawing()
    d.start(), d.end(), d.script("Hard", "year", "date and time(day).year"), d.chain("Start", "Hard", "End")
    process = compiled(d)
    assert [e["verdict"] for e in process.report["expressions"]] == ["function"]
    end = Expectation(status="completed", variables={"year": 2026})
    assert run(process, variables={"day": "2026-01-05T10:00:00"}, expect=end).failures == ()
