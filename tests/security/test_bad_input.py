"""Bad input at every route of the contract: a problem with a code, never a stack trace, and nothing half written."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from contract import errors, routes
from contract.auth import CaseLink, Public, Scope
from contract.routes import Route
from tests.journeys.bundles import publish
from tests.platform import RunningPlatform

PROCESS = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="bad-input" isExecutable="true">
    <startEvent id="begin"/><userTask id="work"/><endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="work"/>
    <sequenceFlow id="f2" sourceRef="work" targetRef="end"/>
  </process>
</definitions>"""

XML, JSON = "application/xml", "application/json"
UNKNOWN = (
    "nope", "%00", "a%00b", "%FF%FE", "..%2F..%2Fetc%2Fpasswd", "%F0%9F%92%A9", "x" * 3000, "a%23b", "%23", "a%0D%0Ab",
    "*", "-", "CURRENT", "PROCESS%23bad-input", "%27%3B--", "%25", "link.e30.x",
)  # fmt: skip
NOT_JSON = (
    b"{", b'{"a":', b"hello", b"null", b"1", b'"x"', b"[]", b"\xff\xfe", b"\0", b'{"variables":{"a":NaN}}',
    b'{"variables":{"a":-Infinity}}', b'{"variables":{"a":1e400}}', b'{"variables":{"a":' + b"9" * 5000 + b"}}",
    b'{"variables":' + b'{"a":' * 300 + b"1" + b"}" * 301,
    b"[" * 100_000, b'{"variables":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, b'{"unknownField":1}',
)  # fmt: skip
NOT_BPMN = (
    b"", b"hello", b"<a>", b"<a/>", b"\0" * 9, b"<a>" * 20_000, PROCESS[:200], b"\xff\xfe<\0a\0/\0>\0",
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', b'<?xml version="1.0" encoding="nope"?><a/>',
    b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>",
    b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' name='x' namespace='x'/>",
    b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' name='x' namespace='x'><decision id='a/b#c' "
    b"name='x'><literalExpression><text>1</text></literalExpression></decision></definitions>",
    PROCESS.replace(b"f1", b"begin"), PROCESS.replace(b'targetRef="work"', b'targetRef="nowhere"'),
)  # fmt: skip
HOSTILE: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 10**40, "", " ", "x" * 300, "x" * 100_000, "\0", "a\0b", "\ud800", "ł💩",
    "../../etc/passwd", "${7*7}", "=1/0", "{% raw %}", "P999999999D", "-PT1S", "PT0S", [], [1], {},
    {"": 1}, {"_dpc": {"x": 1}}, {"a\0": "\0"}, {"a.b": 1, "$x": 2, "1a": 3, "ł": 4}, {"\ud800": 1}, {"a": "\udfff"},
    {"x" * 5000: 1}, {"a": "x" * 300_000}, {f"v{n}": n for n in range(3000)},
)  # fmt: skip
QUERIES = (
    "limit=x", "limit=-1", "limit=999999", "cursor=%00", "cursor=AAAA", "cursor=e30", "cursor=bnVsbA", "cursor=W10",
    "cursor=eyJwayI6MX0", "cursor=" + "A" * 5000, "foo=1", "version=x", "version=99999999999999999999", "variable=a",
    "variable=a:eq:", "variable=a%00:eq:%00", "variable=a:gt:1e999", "variable=%FF:eq:%FF", "status=zombie", "due=x",
    "due=0001-01-01T00:00:00%2B14:00", "due=9999-12-31T23:59:59-14:00", "due=2020-01-01", "sort=x", "customer=[1]",
    "customer=%7B%22age%22:%22x%22%7D", "customer=%7B%22age%22:1e999%7D", "customer=" + "[" * 3000, "language=%00",
    "channel=%F0%9F%92%A9", "q=%00", "processId=%00", "processId=bad-input&from=0001-01-01T00:00:00%2B14:00",
    "processId=bad-input&to=9999-12-31T23:59:59-14:00", "processId=bad-input&from=2020-01-01", "=", "&&", "%", "%zz",
)  # fmt: skip

ROUTES = pytest.mark.parametrize("route", routes.ALL, ids=lambda route: route.key)
"""Each test plays one kind of bad input at one route."""


@dataclass(frozen=True)
class Scene:
    """A platform with one process of its own, an instance and its task: what the good parts of bad requests name."""

    platform: RunningPlatform
    instance: str
    task: str

    def path(self, route: Route) -> str:
        """A path of the route that leads to something where there is something."""
        known = {"/instances/": self.instance, "/tasks/": self.task, "/decisions/": "loan-scoring"}
        id_ = next((known[start] for start in known if route.path.startswith(start)), "bad-input")
        return re.sub(r"\{\w+\}", id_, route.path)

    def body(self, route: Route) -> dict[str, Any]:
        """A body that the route takes."""
        assert route.body is not None
        values = {**VALUES, "instanceId": self.instance}
        fields = {field.alias or name for name, field in route.body.model_fields.items()}
        return {name: values[name] for name in sorted(fields) if name in values}

    def check_whole(self) -> None:
        """Whatever was started waits where it shall, or has ended: no instance hangs half written."""
        self.platform.idle()
        query = {"processId": "bad-input", "limit": "200"}
        for item in self.platform.client().get("/instances", params=query).json()["items"]:
            found = self.platform.client().get(f"/instances/{item['id']}").json()
            waiting = [waiting["elementId"] for waiting in found["waiting"]]
            assert (found["status"], waiting) in (("active", ["work"]), ("completed", []), ("cancelled", [])), found


VALUES: dict[str, Any] = {
    "variables": {"a": 1}, "businessKey": "k", "filename": "a.bpmn", "action": "retry", "output": {}, "user": "piotr",
    "name": "bad-input", "correlationKey": "k", "timeToLive": "PT1S", "messageId": "", "expiresIn": "PT1H",
    "type": "bad-input", "worker": "w", "maxJobs": 1, "lockDuration": "PT1S", "retries": 1, "errorMessage": "e",
    "errorCode": "E", "retryBackoff": "PT0S",
}  # fmt: skip


@pytest.fixture(scope="module")
def scene(platform: RunningPlatform) -> Scene:
    client = platform.client()
    publish(client, "cash-loan")
    assert client.post("/processes", content=PROCESS, headers={"content-type": XML}).status_code == 201
    instance = client.post("/processes/bad-input/instances", json={}).json()["id"]
    platform.idle()
    return Scene(platform, instance, client.get("/tasks", params={"instanceId": instance}).json()["items"][0]["id"])


@ROUTES
def test_unknown_ids(scene: Scene, route: Route) -> None:
    if "{" not in route.path:
        return
    for unknown in UNKNOWN:
        body = {"json": scene.body(route)} if route.body else {}
        answer = _send(scene, route, re.sub(r"\{\w+\}", unknown, route.path), **body)
        assert 400 <= answer.status_code < 500, (unknown, answer.text)
        _check(answer)


@ROUTES
def test_bodies_that_are_not_what_they_say(scene: Scene, route: Route) -> None:
    for content, kind in _wrong_bodies(route):
        answer = _send(scene, route, scene.path(route), content=content, headers={"content-type": kind})
        assert answer.status_code >= 400, (content[:80], kind, answer.text)
        _check(answer)
    scene.check_whole()


@ROUTES
def test_each_field_with_hostile_values(scene: Scene, route: Route) -> None:
    if route.body is None:
        return
    good = scene.body(route)
    for name in good:
        for value in HOSTILE:
            if route is routes.COMPLETE_TASK and isinstance(value, dict) and len(str(value)) < 1000:
                continue  # it would be completed: a task without a form takes what it is given
            answer = _send(scene, route, scene.path(route), content=json.dumps({**good, name: value}))
            _check(answer)
    scene.check_whole()


@ROUTES
def test_queries(scene: Scene, route: Route) -> None:
    if route.method == "GET":
        for query in QUERIES:
            _check(_send(scene, route, f"{scene.path(route)}?{query}"))


@ROUTES
def test_who_may_not_call(scene: Scene, route: Route) -> None:
    if isinstance(route.access, Public):
        return
    granted = scene.platform.client().headers["authorization"]
    head, claims, signature = granted.split(".")
    forged = (
        "", "Bearer", "Bearer x", "Bearer a.b.c", f"{granted}x", f"{head}.{claims}.", f"Basic {signature}",
        f"{head}.{claims[:-4]}AAAA.{signature}", "Bearer link.e30.x", "Bearer link.", f"Bearer {'x' * 9000}",
    )  # fmt: skip
    for header in forged:
        headers = {"authorization": header} if header else {}
        answer = httpx.request(route.method, scene.platform.origin + scene.path(route), headers=headers)
        assert (answer.status_code, _check(answer)) == (401, errors.UNAUTHENTICATED.code), header
    answer = _send(scene, route, scene.path(route), headers={"authorization": _without(scene, route)})
    assert (answer.status_code, _check(answer)) == (403, errors.FORBIDDEN.code)


def test_a_request_over_the_limit_is_sent_to_uploads(scene: Scene) -> None:
    for route in (routes.DEPLOY, routes.PUBLISH_MESSAGE, routes.START_INSTANCE):
        answer = _send(scene, route, scene.path(route), content=b" " * (routes.MAX_BODY_BYTES + 1))
        assert (answer.status_code, _check(answer)) == (413, errors.TOO_LARGE.code)


def _send(scene: Scene, route: Route, path: str, **request: Any) -> httpx.Response:
    request.setdefault("headers", {"content-type": JSON} if "content" in request else {})
    return scene.platform.client().request(route.method, path, **request)


def _check(answer: httpx.Response) -> str:
    """The problem's code, empty if it is none."""
    assert answer.status_code < 500, (answer.request.url, answer.request.content[:200], answer.text)
    assert "Traceback" not in answer.text
    if answer.status_code < 400:
        return ""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert (problem["status"], problem["code"]) in {(code.status, code.code) for code in errors.ALL}, problem
    assert problem["type"] and problem["title"] and problem["detail"], problem
    return str(problem["code"])


def _wrong_bodies(route: Route) -> Iterator[tuple[bytes, str]]:
    if route.body:
        yield from ((content, JSON) for content in NOT_JSON)
        yield from ((json.dumps(VALUES).encode(), kind) for kind in ("text/plain", XML, "multipart/form-data", ";;"))
    elif XML in route.consumes:
        yield from ((content, XML) for content in NOT_BPMN)
        kinds = ("", "text/plain", JSON, "multipart/form-data", "multipart/form-data; boundary=x")
        yield from ((PROCESS, kind) for kind in kinds)


def _without(scene: Scene, route: Route) -> str:
    """A token with one scope, and not the one that the route asks for."""
    assert isinstance(route.access, Scope | CaseLink)
    needed = route.access.name if isinstance(route.access, Scope) else route.access.scope
    scopes = ["market:read" if needed != "market:read" else "jobs:work"]
    token = scene.platform.anybody.post("/_local/token", json={"scopes": scopes}).json()["token"]
    return f"Bearer {token}"
