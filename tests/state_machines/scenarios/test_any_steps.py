"""Whatever a scenario does, in whatever order: a result, the same each time, and never an exception."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

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
    Step,
    run_scenario,
)
from tests.catalogue.scenarios.bundles import compiled
from tests.effort import effort

ELEMENTS = ["AssessComplaint", "AwaitAnswer", "RefundCustomer", "WriteAnswer", "Justified", "AskForDetails"]
VARIABLES = st.fixed_dictionaries(
    {},
    optional={
        "assessment": st.sampled_from(["accepted", "unclear", "rejected"]),
        "complaintId": st.sampled_from(["K", "L", None, 7, {"a": []}]),
        "refundAmount": st.floats(allow_nan=False, allow_infinity=False),
    },
)
ANSWERS = st.builds(
    Answer,
    st.sampled_from([None, {}, {"documentId": "d"}, [1], "text"]),
    st.sampled_from(["", "ConnectorUnavailable", "ConnectorRejected", "BpmnError"]),
    after=st.timedeltas(timedelta(0), timedelta(hours=2)),
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Complete, st.just("AssessComplaint"), VARIABLES),
    st.builds(Complete, st.sampled_from(ELEMENTS), VARIABLES),
    st.builds(Resolve, st.sampled_from(ELEMENTS), st.sampled_from(["retry", "skip"]), VARIABLES),
    st.builds(Publish, st.just("message"), st.just("complaint-answer"), st.sampled_from(["K", "L", ""]), VARIABLES),
    st.builds(Publish, st.just("signal"), st.just("alarm")),
    st.builds(Advance, st.timedeltas(timedelta(0), timedelta(days=20))),
    st.just(Expect(Expectation(path=("...",), variables={"complaintId": "K"}, tasks=(), messages=()))),
)


@effort(60)
@given(VARIABLES, st.lists(STEPS, max_size=8), st.lists(ANSWERS, min_size=1, max_size=3), st.booleans())
def test_any_steps_give_a_result(variables: dict, steps: list[Step], answers: list[Answer], repeats: bool) -> None:
    _, compilations, decisions = compiled("complaint-handling")
    (process,) = compilations["complaint-handling.bpmn"].processes
    mocks = {name: Mock(tuple(answers), repeats) for name in ("dpc:document", "RefundCustomer")}
    scenario = Scenario("any", process.id, variables=variables, mocks=mocks, steps=tuple(steps))
    result = run_scenario(scenario, process, decisions)
    assert result == run_scenario(scenario, process, decisions)
    assert result.path[0] == "ComplaintReceived"
    assert set(result.path) <= set(process.source_map["elements"])
    assert set(result.flows) <= set(process.source_map["flows"])
