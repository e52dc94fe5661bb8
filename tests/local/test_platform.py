"""The host over HTTP: events, authorizers, limits, tasks, tokens, dispatch, time, presigned links."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from local.platform import Platform
from tests.local import sample

Running = tuple[Platform, httpx.Client]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with sample.running() as running:
        yield running


@pytest.fixture(autouse=True)
def forget(running: Running) -> Iterator[None]:
    rest(running[1])
    sample.SEEN.clear()
    yield
    sample.FAIL.clear()


def rest(client: httpx.Client) -> None:
    assert client.post("/_local/idle").status_code == 200


def test_a_request_reaches_its_function_and_what_it_set_off_is_done_when_idle(running: Running) -> None:
    _, client = running
    answer = client.post("/notes", json={"text": "n1"})
    assert (answer.status_code, answer.json()) == (201, {"id": "n1", "caller": "local-client"})
    rest(client)
    assert sample.SEEN == [("INSERT", "n1"), ("queue", "ElementPassed")]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/notes", 405, "method-not-allowed"),
        ("POST", "/notes", 401, "unauthenticated"),
        ("GET", "/notes/1", 401, "unauthenticated"),
    ],
)
def test_refusals_are_problems(running: Running, method: str, path: str, status: int, code: str) -> None:
    _, client = running
    answer = client.request(method, path, headers={"authorization": ""})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "code"}


def test_a_token_must_be_ours_and_hold_the_scope(running: Running) -> None:
    _, client = running
    limited = client.post("/_local/token", json={"scopes": ["tasks:read"]}).json()["token"]
    assert client.post("/notes", headers={"authorization": f"Bearer {limited}"}).status_code == 403
    assert client.post("/notes", headers={"authorization": f"Bearer {limited[:-4]}AAAA"}).status_code == 401
    anna = client.post("/_local/token", json={"user": "anna"}).json()["token"]
    answer = client.post("/notes", json={"text": "x"}, headers={"authorization": f"Bearer {anna}"})
    assert answer.json()["caller"] == "anna"
    assert client.post("/_local/token", json={"user": "nobody"}).status_code == 404
    assert client.post("/_local/token", json={"scopes": ["all:of-it"]}).status_code == 422


def test_case_link_routes_ask_the_authorizer_function(running: Running) -> None:
    _, client = running
    answer = client.get("/notes/a%2Fb", headers={"authorization": "Bearer link"})
    assert answer.json() == {"id": "a/b", "user": "linked"}
    assert client.get("/notes/1", headers={"authorization": "Bearer other"}).status_code == 403


def test_limits(running: Running) -> None:
    _, client = running
    assert [client.get("/open").status_code for _ in range(3)] == [200, 200, 429]
    assert client.post("/notes", content=b"x" * (4 * 1024 * 1024 + 1)).status_code == 413
    assert client.post("/notes", content=b"x" * (10 * 1024 * 1024 + 1)).status_code == 413


def test_an_execution_calls_a_function_waits_and_goes_on_when_answered(running: Running) -> None:
    platform, client = running
    arn = client.post("/starts/answered").json()["arn"]
    rest(client)
    simulator = platform.step_functions.simulator
    assert simulator.describe(arn).status == "RUNNING"
    assert ("INSERT", "answered") in sample.SEEN
    assert ("log", "TaskSubmitted") in sample.SEEN
    assert client.post("/answers", json={"text": "answered"}).status_code == 200
    rest(client)
    assert simulator.describe(arn).output == {"answered": "answered"}


def test_an_exception_of_a_function_is_the_error_of_its_task(running: Running) -> None:
    platform, client = running
    arn = client.post("/starts/broken").json()["arn"]
    rest(client)
    output = platform.step_functions.simulator.describe(arn).output
    assert output["Error"] == "Broken"
    assert '"errorMessage": "it broke"' in output["Cause"]


def test_virtual_time_moves_timers_schedules_and_expiry(running: Running) -> None:
    platform, client = running
    arn = client.post("/starts/late").json()["arn"]
    assert client.post("/_local/clock/advance", json={"duration": "PT59S"}).status_code == 200
    assert platform.step_functions.simulator.describe(arn).status == "RUNNING"
    client.post("/_local/clock/advance", json={"duration": "PT1S"})
    assert platform.step_functions.simulator.describe(arn).output == {"late": True}
    sample.SEEN.clear()
    for _ in range(3):
        client.post("/_local/clock/advance", json={"duration": "PT5M"})
    assert sample.SEEN.count("schedule") == 3
    assert client.post("/_local/clock/advance", json={"duration": "soon"}).status_code == 422


def test_long_spans_are_jumped_over_and_ended_executions_are_forgotten_after_90_days(running: Running) -> None:
    platform, client = running
    ended, late = client.post("/starts/called").json()["arn"], client.post("/starts/late").json()["arn"]
    simulator = platform.step_functions.simulator
    sample.SEEN.clear()
    client.post("/_local/clock/advance", json={"duration": "P89D"})
    assert sample.SEEN.count("schedule") == 1
    assert {simulator.describe(arn).status for arn in (ended, late)} == {"SUCCEEDED"}
    client.post("/_local/clock/advance", json={"duration": "P2D"})
    assert {ended, late}.isdisjoint(found.arn for found in simulator.executions())


def test_items_expire_by_the_platforms_clock(running: Running) -> None:
    platform, client = running
    at = int((platform.now() + timedelta(hours=2)).timestamp())
    item = {"pk": {"S": "old"}, "sk": {"S": "-"}, "expiresAt": {"N": str(at)}}
    table = {"TableName": "dpc-sample-messages"}
    platform.clients("dynamodb").put_item(Item=item, **table)
    key = {"pk": {"S": "old"}, "sk": {"S": "-"}}
    client.post("/_local/clock/advance", json={"duration": "PT119M"})
    assert "Item" in platform.clients("dynamodb").get_item(Key=key, **table)
    client.post("/_local/clock/advance", json={"duration": "PT2M"})
    assert "Item" not in platform.clients("dynamodb").get_item(Key=key, **table)


def test_a_failing_stream_record_is_tried_again_alone_and_then_given_up(running: Running) -> None:
    platform, client = running
    sample.FAIL.add("bad")
    with platform.activity.busy():
        for text in ("good1", "bad", "good2"):
            client.post("/notes", json={"text": text})
    rest(client)
    inserted = [seen[1] for seen in sample.SEEN if seen[0] == "INSERT"]
    assert inserted[0] == "good1"
    assert inserted[-1] == "good2"
    assert inserted.count("bad") > 3
    assert platform.data.messages("stream-failures")


def test_a_failing_message_comes_back_later_and_ends_among_the_dead(running: Running) -> None:
    platform, client = running
    sample.FAIL.add("queue")
    client.post("/notes", json={"text": "q"})
    rest(client)
    assert sample.SEEN.count(("queue", "ElementPassed")) == 1
    client.post("/_local/clock/advance", json={"duration": "PT1H"})
    assert sample.SEEN.count(("queue", "ElementPassed")) == 5
    assert platform.data.messages("element-events-dead")


def test_presigned_links_work_over_http_and_only_as_signed(running: Running) -> None:
    _, client = running
    links = client.post("/links").json()
    with httpx.Client() as anybody:
        assert anybody.put(links["put"], content=b"zazolc", headers={"content-type": "text/x"}).status_code == 200
        got = anybody.get(links["get"])
        assert (got.content, got.headers["content-type"]) == (b"zazolc", "text/plain")
        assert "filename*=UTF-8''%C4%85.txt" in got.headers["content-disposition"]
        assert anybody.put(links["get"], content=b"no").status_code == 403
        assert anybody.put(links["put"], content=b"x", headers={"content-type": "text/html"}).status_code == 403
        assert anybody.get(links["get"].replace("b.bpmn", "c.bpmn")).status_code == 403
        assert anybody.get(links["get"].partition("?")[0]).status_code == 403


def test_rights_that_were_used_are_known_by_function(running: Running) -> None:
    platform, client = running
    client.post("/notes", json={"text": "r"})
    client.post("/starts/rights")
    rest(client)
    used = {(u.function, u.action, u.resource) for u in platform.observations.counts}
    assert {
        ("router", "dynamodb:PutItem", "waits"),
        ("router", "events:PutEvents", "platform"),
        ("router", "states:StartExecution", "*"),
        ("machines", "dynamodb:PutItem", "waits"),
    } <= used


def test_partners_answer_the_same_again_and_can_be_taken_down(running: Running) -> None:
    _, client = running
    applicant = {"firstName": "Ewa", "lastName": "Lis", "age": 40, "amount": 20000, "termMonths": 24}
    bureau = "/_local/partners/credit-bureau"
    first = client.post(f"{bureau}/reports", json=applicant)
    assert first.status_code == 201
    assert 600 < first.json()["score"] <= 850
    assert client.post(f"{bureau}/reports", json=applicant).json() == first.json()
    assert client.post(bureau, json={"available": False}).json()["available"] is False
    assert client.post(f"{bureau}/reports", json=applicant).status_code == 503
    client.post(bureau, json={"available": True})
    assert client.post(f"{bureau}/reports", json=applicant).status_code == 201
    calls = client.get(bureau).json()["calls"]
    assert [call["answered"] for call in calls] == [True, True, False, True]
    assert client.get("/_local/partners/nobody").status_code == 404
    assert client.post(bureau, json={"available": "no"}).status_code == 422
