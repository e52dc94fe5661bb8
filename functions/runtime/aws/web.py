"""The `Web` over urllib3: no redirects, no retries of its own, answers only up to a size."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property

import urllib3

from functions.runtime.ports import WebAnswer, WebRefusedError, WebUnavailableError

MAX_ANSWER_BYTES = 1024 * 1024
_CHUNK = 64 * 1024


_ONE_REQUEST = {"Connection": "close"}
"""A connection that is kept while Lambda freezes the sandbox is dead when it thaws: the request after would fail."""


class Urllib3Web:
    """`Web` over one connection per request; certificates are checked."""

    @cached_property
    def _pool(self) -> urllib3.PoolManager:
        return urllib3.PoolManager(num_pools=10, cert_reqs="CERT_REQUIRED")

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: timedelta
    ) -> WebAnswer:
        """One request. Raises `WebUnavailableError`, and `WebRefusedError` for an answer that is too large."""
        try:
            answer = self._pool.request(
                method,
                url,
                headers={**headers, **_ONE_REQUEST},
                body=body,
                timeout=urllib3.Timeout(total=timeout.total_seconds()),
                redirect=False,
                retries=False,
                preload_content=False,
            )
        except urllib3.exceptions.LocationParseError as error:
            raise WebRefusedError(f"not a URL: {url}") from error
        except urllib3.exceptions.HTTPError as error:
            raise WebUnavailableError(str(error)) from error
        try:
            content = _limited(answer)
        except urllib3.exceptions.HTTPError as error:
            raise WebUnavailableError(str(error)) from error
        finally:
            answer.close()
        return WebAnswer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)


def _limited(answer: urllib3.BaseHTTPResponse) -> bytes:
    """Counted after decompression, so that a small compressed answer cannot grow without bound."""
    content = b""
    for chunk in answer.stream(_CHUNK, decode_content=True):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            answer.close()
            raise WebRefusedError(f"the answer has more than {MAX_ANSWER_BYTES} bytes")
    return content
