"""The web adapter against a real server on loopback: no redirects, no endless answers, no endless waiting."""

import gzip
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from functions.runtime.aws.web import MAX_ANSWER_BYTES, Urllib3Web
from functions.runtime.ports import WebRefusedError, WebUnavailableError

SECOND = timedelta(seconds=1)


class Server(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/silent":
            self.connection.recv(1)
            return
        headers, content = {
            "/moved": ({"Location": "/echo"}, b""),
            "/large": ({}, b"x" * (MAX_ANSWER_BYTES + 1)),
            "/bomb": ({"Content-Encoding": "gzip"}, gzip.compress(b"0" * (MAX_ANSWER_BYTES + 1))),
        }.get(self.path, ({"X-Seen": self.headers["X-Key"] or ""}, body))
        self.send_response(302 if self.path == "/moved" else 200)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_answer_comes_as_it_is(url: str) -> None:
    answer = Urllib3Web().send("POST", f"{url}/echo", {"X-Key": "k"}, b"body", SECOND)
    assert (answer.status, answer.headers["x-seen"], answer.body) == (200, "k", b"body")


def test_redirects_are_not_followed(url: str) -> None:
    assert Urllib3Web().send("POST", f"{url}/moved", {}, b"", SECOND).status == 302


@pytest.mark.parametrize("path", ["/large", "/bomb"])
def test_answers_have_a_limit(url: str, path: str) -> None:
    with pytest.raises(WebRefusedError):
        Urllib3Web().send("POST", url + path, {}, b"", SECOND)


def test_who_does_not_answer_is_unavailable(url: str) -> None:
    for where in (f"{url}/silent", "http://127.0.0.1:9/"):
        with pytest.raises(WebUnavailableError):
            Urllib3Web().send("POST", where, {}, b"", timedelta(milliseconds=200))


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(WebRefusedError):
        Urllib3Web().send("GET", "http://[::1/", {}, None, SECOND)
