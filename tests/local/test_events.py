"""HTTP to API Gateway's payload 2.0 and back."""

import base64
from datetime import UTC, datetime

import pytest

from local.api.events import http_answer, proxy_event
from local.api.messages import HttpRequest, Target
from local.cloud.where import Where

NOW = datetime(2026, 3, 12, 19, 3, 58, tzinfo=UTC)


def event(request: HttpRequest) -> dict[str, object]:
    target = Target("POST /a/{id}", {"id": "x y"})
    return proxy_event(request, target, {}, request_id="r", now=NOW, where=Where("demo", "eu-central-1"))


def test_headers_cookies_and_query_are_joined_as_the_gateway_does() -> None:
    made = event(
        HttpRequest(
            "POST",
            "/a/x%20y",
            "q=1&q=2&empty=",
            (("x-many", "a"), ("x-many", "b"), ("cookie", "c=1; d=2"), ("user-agent", "ua")),
        )
    )
    assert made["headers"] == {"x-many": "a,b", "user-agent": "ua"}
    assert made["cookies"] == ["c=1", "d=2"]
    assert made["queryStringParameters"] == {"q": "1,2", "empty": ""}
    assert made["rawQueryString"] == "q=1&q=2&empty="
    assert made["pathParameters"] == {"id": "x y"}
    context = made["requestContext"]
    assert isinstance(context, dict)
    assert (context["timeEpoch"], context["time"]) == (1773342238000, "12/Mar/2026:19:03:58 +0000")
    assert context["http"]["userAgent"] == "ua"


@pytest.mark.parametrize(
    ("content_type", "body", "encoded"),
    [
        ("application/json", b"{}", False),
        ("text/xml; charset=utf-8", "ż".encode(), False),
        ("application/xml", b"\xff\xfe", True),
        ("multipart/form-data; boundary=x", b"--x", True),
        ("", b"plain", True),
    ],
)
def test_text_travels_as_text_and_the_rest_as_base64(content_type: str, body: bytes, encoded: bool) -> None:
    made = event(HttpRequest("POST", "/a/b", "", (("content-type", content_type),), body))
    assert made["isBase64Encoded"] is encoded
    assert made["body"] == (base64.b64encode(body).decode() if encoded else body.decode())


def test_answers() -> None:
    answer = http_answer(
        {"statusCode": 201, "headers": {"X-A": 1}, "cookies": ["c=1", "d=2"], "body": "eg==", "isBase64Encoded": True}
    )
    assert (answer.status, answer.body) == (201, b"z")
    assert answer.headers[:3] == (("x-a", "1"), ("set-cookie", "c=1"), ("set-cookie", "d=2"))
    with pytest.raises(ValueError, match="text"):
        http_answer({"statusCode": 200, "body": {"not": "text"}})
    with pytest.raises(ValueError, match="base64"):
        http_answer({"statusCode": 200, "body": "a", "isBase64Encoded": True})
